import { type Kysely, sql } from 'kysely';
import { assertRight, type Caller } from '../admins/caller.ts';
import type { Database } from '../database/connection.ts';
import type { DB } from '../database/schema.generated.ts';
import type { Trx } from '../database/transaction.ts';
import { NotFoundError } from '../errors.ts';
import { appendAuditEvent } from '../events/append-audit-event.ts';
import { isId, newId } from '../ids.ts';
import type { JsonObject } from '../json.ts';
import { type NewestFirst, newestFirst, placedById } from '../pages/newest-first.ts';
import type { PlacedRow } from '../pages/turn-page.ts';
import { withQueueClient } from './queue-client.ts';

/** A task that failed for the last time, for an administrator to retry or discard. */
export interface DeadLetter {
  id: string;
  task: string;
  /** What the task was told: ids. */
  payload: JsonObject;
  /** Why it failed, in words. */
  error: string;
  attempts: number;
  enqueuedAt: Date;
  failedAt: Date;
}

export interface BuriedTask {
  task: string;
  /** Null for a task of no account: nobody but the operator can be told of it. */
  accountId: string | null;
  error: string;
}

const MOST_AT_ONCE = 100;

/** Marks a task, while it runs, as one that must not be tried again: what is wrong with it stays wrong. */
export async function giveUpTask(db: Database, queueId: string): Promise<void> {
  await withQueueClient(db, (client) =>
    client.query('update graphile_worker._private_jobs set attempts = max_attempts where id = $1', [queueId]),
  );
}

/**
 * Takes tasks that failed for the last time out of the queue, some at once: those of an account become its dead letters, and
 * a job that one of them was doing has failed. Those of no account come again by the clock, and are only returned. Finds the
 * tasks, too, whose worker died in their last attempt. Safe to run by several at once.
 */
export async function buryDeadTasks(db: Database, now: Date): Promise<readonly BuriedTask[]> {
  const ids = Array.from({ length: MOST_AT_ONCE }, () => newId());
  return withQueueClient(db, async (client) => {
    const { rows } = await client.query<BuriedTask>(
      `with dead as (
        delete from graphile_worker._private_jobs j using graphile_worker._private_tasks t
        where t.id = j.task_id and j.id = any(array(
          select id from graphile_worker._private_jobs
          where attempts >= max_attempts and locked_at is null order by id limit ${MOST_AT_ONCE} for update skip locked))
        returning j.id, t.identifier as task, j.payload, j.attempts, j.created_at,
          (j.payload ->> 'accountId')::uuid as account_id, (j.payload ->> 'jobId')::uuid as job_id,
          coalesce(j.last_error, $3) as error
      ), failed as (
        update jobs set state = 'failed', error = dead.error, finished_at = $1 from dead
        where jobs.account_id = dead.account_id and jobs.id = dead.job_id and jobs.finished_at is null
      ), buried as (
        insert into dead_letters (account_id, id, task, payload, error, attempts, enqueued_at, failed_at)
        select dead.account_id, ($2::uuid[])[row_number() over (order by dead.id)], dead.task, dead.payload::jsonb, dead.error,
          dead.attempts, dead.created_at, $1
        from dead join accounts a on a.id = dead.account_id
      )
      select task, account_id as "accountId", error from dead order by id`,
      [now, ids, 'The worker ended in the middle of it, again and again.'],
    );
    return rows;
  });
}

/** The account's dead letters, the newest first. */
export async function listDeadLetters(
  db: Kysely<DB>,
  accountId: string,
  slice: NewestFirst,
): Promise<readonly PlacedRow<DeadLetter>[]> {
  const { behind, order } = newestFirst(sql`d.id`, slice);
  const { rows } = await sql<DeadLetterRow>`
    select ${COLUMNS} from dead_letters d where d.account_id = ${accountId} and ${behind} ${order}`.execute(
    db,
  );
  return placedById(rows.map(describeDeadLetter));
}

export async function countDeadLetters(db: Kysely<DB>, accountId: string): Promise<number> {
  const { rows } = await sql<{ amount: number }>`
    select count(*)::int as amount from dead_letters d where d.account_id = ${accountId}`.execute(db);
  return rows[0]?.amount ?? 0;
}

export async function findDeadLetters(
  db: Kysely<DB>,
  accountId: string,
  ids: readonly string[],
): Promise<readonly DeadLetter[]> {
  const { rows } = await sql<DeadLetterRow>`
    select ${COLUMNS} from dead_letters d
    where d.account_id = ${accountId} and d.id = any(${ids.filter(isId)}::uuid[])`.execute(db);
  return rows.map(describeDeadLetter);
}

/**
 * Hands the task to the worker once more, with as many attempts as before; the job that it was doing goes on. Throws
 * ForbiddenError and NotFoundError.
 */
export async function retryDeadLetter(
  trx: Trx,
  caller: Caller,
  accountId: string,
  id: string,
  now: Date,
): Promise<DeadLetter> {
  const letter = await takeOut(trx, caller, accountId, id);
  await sql`
    update jobs j set state = 'queued', error = null, finished_at = null
    where j.account_id = ${accountId} and j.id = ${jobOf(letter)} and j.state = 'failed'`.execute(trx);
  await sql`
    select graphile_worker.add_job(${letter.task}, ${JSON.stringify(letter.payload)}::json,
      max_attempts => ${letter.attempts})`.execute(trx);
  recordEnd(trx, caller, accountId, letter, 'dead_letter.retried', now);
  return letter;
}

/** Throws ForbiddenError and NotFoundError. */
export async function discardDeadLetter(
  trx: Trx,
  caller: Caller,
  accountId: string,
  id: string,
  now: Date,
): Promise<DeadLetter> {
  const letter = await takeOut(trx, caller, accountId, id);
  recordEnd(trx, caller, accountId, letter, 'dead_letter.discarded', now);
  return letter;
}

async function takeOut(trx: Trx, caller: Caller, accountId: string, id: string): Promise<DeadLetter> {
  assertRight(caller, 'settings:write');
  const { rows } = isId(id)
    ? await sql<DeadLetterRow>`
        delete from dead_letters d where d.account_id = ${accountId} and d.id = ${id} returning ${COLUMNS}`.execute(
        trx,
      )
    : { rows: [] };
  const [row] = rows;
  if (row === undefined) {
    throw new NotFoundError(
      'There is no such dead letter in this account: it may have been dealt with already.',
    );
  }
  return describeDeadLetter(row);
}

function jobOf({ payload }: DeadLetter): string | null {
  const { jobId } = payload;
  return typeof jobId === 'string' ? jobId : null;
}

function recordEnd(
  trx: Trx,
  { actor }: Caller,
  accountId: string,
  { id, task, payload }: DeadLetter,
  kind: 'dead_letter.retried' | 'dead_letter.discarded',
  now: Date,
): void {
  const target = { kind: 'dead_letter', id } as const;
  appendAuditEvent(trx, actor, accountId, now, { kind, target, detail: { task, payload } });
}

interface DeadLetterRow {
  id: string;
  task: string;
  payload: JsonObject;
  error: string;
  attempts: number;
  enqueued_at: Date;
  failed_at: Date;
}

const COLUMNS = sql.raw('d.id, d.task, d.payload, d.error, d.attempts, d.enqueued_at, d.failed_at');

function describeDeadLetter(row: DeadLetterRow): DeadLetter {
  return {
    id: row.id,
    task: row.task,
    payload: row.payload,
    error: row.error,
    attempts: row.attempts,
    enqueuedAt: row.enqueued_at,
    failedAt: row.failed_at,
  };
}
