import type { Database } from '@rollcall/domain/database/connection';
import { repeat } from '@rollcall/domain/database/repeat';
import { buryDeadTasks } from '@rollcall/domain/jobs/dead-letters';
import { releaseTasksOfDeadWorkers } from '@rollcall/domain/jobs/dead-workers';
import type { WorkerLogger } from '../worker-logger.ts';

const LOOK_EVERY_MS = 3000;

/** Frees what dead workers held, and buries what failed for the last time, from time to time. */
export function lookAfterQueue(db: Database, logger: WorkerLogger): AsyncDisposable {
  return repeat(() => lookOnce(db, logger), {
    everyMs: LOOK_EVERY_MS,
    onError: (error) => logger.warn({ err: error }, 'nobody looked after the queue this time'),
  });
}

async function lookOnce(db: Database, logger: WorkerLogger): Promise<void> {
  const dead = await releaseTasksOfDeadWorkers(db);
  if (dead.length > 0) logger.warn({ workers: dead }, 'tasks of workers that are gone begin again');
  for (const { task, accountId, error } of await buryDeadTasks(db, new Date())) {
    logger.error({ task, accountId, error }, 'task failed for the last time');
  }
}
