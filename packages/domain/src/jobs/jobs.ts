import { type Kysely, type RawBuilder, sql } from 'kysely';
import type { Actor } from '../actor.ts';
import type { DB } from '../database/schema.generated.ts';
import { atCommit, type Trx } from '../database/transaction.ts';
import { isId, newId } from '../ids.ts';
import type { JsonObject } from '../json.ts';
import { type NewestFirst, newestFirst, placedById } from '../pages/newest-first.ts';
import type { PlacedRow } from '../pages/turn-page.ts';
import { tokenCreator, type TokenCreator } from '../scim-access/token-description.ts';
import { enqueueTask } from './enqueue-task.ts';
import type { JobKind } from './tasks.ts';

export type JobState = 'queued' | 'running' | 'succeeded' | 'failed';

/** Long work of an account, which its administrators can watch. */
export interface Job {
  id: string;
  accountId: string;
  kind: JobKind;
  state: JobState;
  /** What it is to do, for its task. */
  payload: JsonObject;
  /** `total` is null while nobody knows how much there is to do. */
  progress: { done: number; total: number | null };
  startedBy: TokenCreator;
  createdAt: Date;
  startedAt: Date | null;
  finishedAt: Date | null;
  /** Why it failed, in words for an administrator. */
  error: string | null;
  /** What it came to, when it succeeded. */
  result: JsonObject | null;
}

export interface JobFilter {
  kinds?: readonly string[] | undefined;
  states?: readonly JobState[] | undefined;
}

/** Queues the work. `payload` is what the task needs to know and names no secret; `total` is null when it is not known yet. */
export async function createJob(
  trx: Trx,
  actor: Actor,
  accountId: string,
  kind: JobKind,
  { payload, total }: { payload: JsonObject; total: number | null },
  now: Date,
): Promise<Job> {
  const id = newId();
  const { rows } = await sql<JobRow>`
    insert into jobs as j (account_id, id, kind, state, payload, total, started_by, created_at)
    values (${accountId}, ${id}, ${kind}, 'queued', ${JSON.stringify(payload)}, ${total},
      ${JSON.stringify(tokenCreator(actor))}, ${now})
    returning ${JOB_COLUMNS}`.execute(trx);
  enqueueTask(trx, kind, { accountId, jobId: id });
  return onlyJob(rows);
}

/** Whoever gave rise to a job is the author of what it does. */
export function startedBy({ startedBy: { kind, id, name } }: Job): Actor {
  if (id !== undefined && (kind === 'administrator' || kind === 'service_token')) return { kind, id, name };
  return kind === 'operator' ? { kind, name } : { kind: 'system', name };
}

/**
 * What a task does first: the job, now running and locked until the transaction ends, or undefined when there is nothing
 * left to do for it. After an interruption it begins again, and its progress shows how far it had come.
 */
export async function beginJob(
  trx: Trx,
  accountId: string,
  jobId: string,
  now: Date,
): Promise<Job | undefined> {
  const { rows } = await sql<JobRow>`
    update jobs j set state = 'running', started_at = coalesce(j.started_at, ${now})
    where j.account_id = ${accountId} and j.id = ${jobId} and j.finished_at is null
    returning ${JOB_COLUMNS}`.execute(trx);
  const [row] = rows;
  return row && describeJob(row);
}

/** Sent with the commit, so that what is reported as done is done. */
export function reportProgress(
  trx: Trx,
  accountId: string,
  jobId: string,
  done: number,
  total: number | null,
): void {
  atCommit(
    trx,
    sql`
      update jobs j set done = ${done}, total = ${total}
      where j.account_id = ${accountId} and j.id = ${jobId} and j.state = 'running'`.compile(trx),
  );
}

/** Where the task goes on after an interruption, in place of what it was told; sent with the commit. */
export function keepPlace(trx: Trx, accountId: string, jobId: string, payload: JsonObject): void {
  atCommit(
    trx,
    sql`
      update jobs j set payload = ${JSON.stringify(payload)}
      where j.account_id = ${accountId} and j.id = ${jobId} and j.state = 'running'`.compile(trx),
  );
}

export function finishJob(trx: Trx, accountId: string, jobId: string, result: JsonObject, now: Date): void {
  atCommit(
    trx,
    sql`
      update jobs j set state = 'succeeded', result = ${JSON.stringify(result)}, finished_at = ${now}
      where j.account_id = ${accountId} and j.id = ${jobId} and j.finished_at is null`.compile(trx),
  );
}

/** Ends a job that will not be tried again. `error` is shown to administrators. */
export function failJob(trx: Trx, accountId: string, jobId: string, error: string, now: Date): void {
  atCommit(
    trx,
    sql`
      update jobs j set state = 'failed', error = ${error}, finished_at = ${now}
      where j.account_id = ${accountId} and j.id = ${jobId} and j.finished_at is null`.compile(trx),
  );
}

export async function findJob(db: Kysely<DB>, accountId: string, jobId: string): Promise<Job | undefined> {
  if (!isId(jobId)) return undefined;
  const { rows } = await sql<JobRow>`
    select ${JOB_COLUMNS} from jobs j where j.account_id = ${accountId} and j.id = ${jobId}`.execute(db);
  const [row] = rows;
  return row && describeJob(row);
}

/** Those that there are, in any order. */
export async function findJobs(
  db: Kysely<DB>,
  accountId: string,
  jobIds: readonly string[],
): Promise<readonly Job[]> {
  const { rows } = await sql<JobRow>`
    select ${JOB_COLUMNS} from jobs j
    where j.account_id = ${accountId} and j.id = any(${jobIds.filter(isId)}::uuid[])`.execute(db);
  return rows.map(describeJob);
}

/** The account's jobs, the newest first. */
export async function listJobs(
  db: Kysely<DB>,
  accountId: string,
  filter: JobFilter,
  slice: NewestFirst,
): Promise<readonly PlacedRow<Job>[]> {
  const { behind, order } = newestFirst(sql`j.id`, slice);
  const { rows } = await sql<JobRow>`
    select ${JOB_COLUMNS} from jobs j
    where j.account_id = ${accountId} and ${matching(filter)} and ${behind} ${order}`.execute(db);
  return placedById(rows.map(describeJob));
}

export async function countJobs(db: Kysely<DB>, accountId: string, filter: JobFilter): Promise<number> {
  const { rows } = await sql<{ amount: number }>`
    select count(*)::int as amount from jobs j where j.account_id = ${accountId} and ${matching(filter)}`.execute(
    db,
  );
  return rows[0]?.amount ?? 0;
}

function matching({ kinds, states }: JobFilter): RawBuilder<unknown> {
  const ofKind = kinds === undefined ? sql`true` : sql`j.kind = any(${kinds}::text[])`;
  const inState = states === undefined ? sql`true` : sql`j.state = any(${states}::text[])`;
  return sql`${ofKind} and ${inState}`;
}

interface JobRow {
  id: string;
  account_id: string;
  kind: JobKind;
  state: JobState;
  payload: JsonObject;
  done: number;
  total: number | null;
  started_by: TokenCreator;
  created_at: Date;
  started_at: Date | null;
  finished_at: Date | null;
  error: string | null;
  result: JsonObject | null;
}

const JOB_COLUMNS = sql.raw(
  'j.id, j.account_id, j.kind, j.state, j.payload, j.done, j.total, j.started_by, j.created_at, j.started_at, j.finished_at, j.error, j.result',
);

function onlyJob([row]: readonly JobRow[]): Job {
  if (row === undefined) throw new Error('A new job was not answered with.');
  return describeJob(row);
}

function describeJob(row: JobRow): Job {
  return {
    id: row.id,
    accountId: row.account_id,
    kind: row.kind,
    state: row.state,
    payload: row.payload,
    progress: { done: row.done, total: row.total },
    startedBy: row.started_by,
    createdAt: row.created_at,
    startedAt: row.started_at,
    finishedAt: row.finished_at,
    error: row.error,
    result: row.result,
  };
}
