import { sql } from 'kysely';
import { atCommit, type Trx } from '../database/transaction.ts';
import type { TaskName, TaskPayloads } from './tasks.ts';

export interface TaskOptions {
  /** Of several tasks with one key that have not begun, only the last is kept. */
  key?: string;
  /** Tasks of one queue run one after the other. Few names: each is a row that stays. */
  queue?: string;
  /** At once unless given. */
  runAt?: Date;
  /** 25 unless given, which is some three days. */
  maxAttempts?: number;
}

/** Hands a task to the worker in the transaction that gives rise to it: it is run if and only if that is committed. */
export function enqueueTask<Name extends TaskName>(
  trx: Trx,
  name: Name,
  payload: TaskPayloads[Name],
  options: TaskOptions = {},
): void {
  const { key, queue, runAt, maxAttempts } = options;
  atCommit(
    trx,
    sql`
      select graphile_worker.add_job(${name}, ${JSON.stringify(payload)}::json, queue_name => ${queue ?? null},
        run_at => ${runAt ?? null}::timestamptz, max_attempts => ${maxAttempts ?? null}::integer,
        job_key => ${key ?? null})`.compile(trx),
  );
}
