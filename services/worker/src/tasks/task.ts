import { inAccount } from '@rollcall/domain/database/tenancy/account-scope';
import type { Database } from '@rollcall/domain/database/connection';
import type { TaskName, TaskPayloads } from '@rollcall/domain/jobs/tasks';
import type { z } from 'zod';
import type { Mailer } from '../mail/mailer.ts';
import type { WorkerLogger } from '../worker-logger.ts';

/** What every task works with. */
export interface TaskContext {
  readonly db: Database;
  readonly mailer: Mailer;
  readonly logger: WorkerLogger;
  /** The worker is asked to stop: end after what is being done right now, and throw; the task begins again elsewhere. */
  readonly signal: AbortSignal;
  readonly now: () => Date;
  /** Where the links in mails point, without a slash at the end. */
  readonly publicAdminUrl: string;
}

export interface Task<Name extends TaskName = TaskName> {
  readonly name: Name;
  run(payload: unknown, context: TaskContext): Promise<void>;
}

/** The task failed for a reason that administrators are told in the message. It is tried again. */
export class TaskError extends Error {
  override readonly name: string = 'TaskError';
}

/** The same, but the task can never succeed, so it is not tried again. */
export class HopelessTaskError extends TaskError {
  override readonly name = 'HopelessTaskError';
}

/** A task by its name, the schema of what it is told, and what it does. Work for one account sees that one alone. */
export function defineTask<Name extends TaskName>(
  name: Name,
  schema: z.ZodType<TaskPayloads[Name]>,
  work: (payload: TaskPayloads[Name], context: TaskContext) => Promise<void>,
): Task<Name> {
  return {
    name,
    async run(payload, context) {
      const read = schema.safeParse(payload);
      if (!read.success)
        throw new HopelessTaskError(`The task ${name} was told something that it cannot read.`);
      const { data } = read;
      await ('accountId' in data
        ? inAccount(data.accountId, () => work(data, context))
        : work(data, context));
    },
  };
}
