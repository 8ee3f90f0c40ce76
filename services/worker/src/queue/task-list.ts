import { DomainError } from '@rollcall/domain/errors';
import { giveUpTask } from '@rollcall/domain/jobs/dead-letters';
import { withoutSecrets } from '@rollcall/service-kit/logger';
import type { JobHelpers, TaskList } from 'graphile-worker';
import { HopelessTaskError, type Task, type TaskContext, TaskError } from '../tasks/task.ts';

/** The tasks as the queue calls them. */
export function taskList(tasks: readonly Task[], context: Omit<TaskContext, 'signal'>): TaskList {
  return Object.fromEntries(
    tasks.map((task) => [
      task.name,
      (payload: unknown, helpers: JobHelpers) => perform(task, payload, helpers, context),
    ]),
  );
}

async function perform(
  task: Task,
  payload: unknown,
  { job, abortSignal }: JobHelpers,
  context: Omit<TaskContext, 'signal'>,
): Promise<void> {
  const logger = context.logger.child({ task: task.name, queueId: job.id, attempt: job.attempts });
  const began = performance.now();
  try {
    await task.run(payload, { ...context, logger, signal: abortSignal });
    logger.info({ ms: Math.round(performance.now() - began) }, 'task done');
  } catch (error) {
    if (error instanceof HopelessTaskError) await giveUpTask(context.db, job.id);
    logger.error({ err: error }, 'task failed');
    throw new Error(toldToAdministrators(error, job.id), { cause: error });
  }
}

/** What a dead letter says. An error that nobody expected could carry anything: it stands in the log alone. */
function toldToAdministrators(error: unknown, queueId: string): string {
  const isExpected = error instanceof DomainError || error instanceof TaskError;
  return isExpected
    ? withoutSecrets(error.message)
    : `Something unexpected went wrong. The worker's log tells more: look for queueId ${queueId}.`;
}
