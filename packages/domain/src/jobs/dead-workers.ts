import type { Database } from '../database/connection.ts';
import { withQueueClient } from './queue-client.ts';

/**
 * A worker holds a lock under its name as long as it lives: PostgreSQL ends it with the worker's connection, however the
 * worker ended. Tasks that a worker holds without that lock are free again. The queue itself would wait four hours.
 */
export interface WorkerLock extends AsyncDisposable {
  /** Resolves with the reason when the connection was lost, and the lock with it; never after it was disposed of. */
  readonly lost: Promise<Error>;
}

/** Resolves when the lock is held. A worker must not take a task before that. */
export async function holdWorkerLock(db: Database, workerId: string): Promise<WorkerLock> {
  const client = await db.borrowClient();
  const { promise: lost, resolve } = Promise.withResolvers<Error>();
  client.on('error', resolve);
  client.on('end', () => resolve(new Error("The connection that holds the worker's lock was closed.")));
  try {
    for (const setting of NOTICED_SOON) await client.query(`set ${setting}`);
    await client.query(`select pg_advisory_lock(${LOCK_KEY})`, [workerId]);
  } catch (error) {
    client.release(true);
    throw error;
  }
  return {
    lost,
    async [Symbol.asyncDispose]() {
      client.removeAllListeners('end');
      client.release(true);
    },
  };
}

/**
 * Frees what dead workers held, to be run again at once; the attempt counts. Returns the names of those workers. Safe to run
 * by several at once.
 */
export async function releaseTasksOfDeadWorkers(db: Database): Promise<readonly string[]> {
  return withQueueClient(db, async (client) => {
    const { rows } = await client.query<{ worker: string }>(`
      with holders as materialized (
        select locked_by as worker from graphile_worker._private_jobs where locked_by is not null
        union select locked_by from graphile_worker._private_job_queues where locked_by is not null
      ), dead as materialized (
        select worker from holders
        where pg_try_advisory_xact_lock(hashtextextended('rollcall:worker:' || worker, 0))
      ), released as materialized (
        select graphile_worker.force_unlock_workers(array_agg(worker)) from dead having count(*) > 0
      )
      select worker from dead, released order by worker`);
    return rows.map(({ worker }) => worker);
  });
}

// A machine that vanishes says nothing: the server finds out within half a minute.
const NOTICED_SOON = [
  'tcp_keepalives_idle = 10',
  'tcp_keepalives_interval = 5',
  'tcp_keepalives_count = 3',
  // The lock is waited for as long as it takes: only somebody who looks whether we live holds it, for a moment.
  'lock_timeout = 0',
  'statement_timeout = 0',
];

const LOCK_KEY = `hashtextextended('rollcall:worker:' || $1, 0)`;
