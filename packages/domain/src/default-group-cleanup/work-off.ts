import { type Kysely, sql } from 'kysely';
import type { Database } from '../database/connection.ts';
import type { DB } from '../database/schema.generated.ts';
import { inTransaction, type Trx } from '../database/transaction.ts';
import { beginJob, finishJob, type Job } from '../jobs/jobs.ts';
import type { JsonObject } from '../json.ts';
import type { CleanupGroup, CleanupOutcome, CleanupRow } from './cleanup.ts';
import { selectCleanup } from './cleanups.repository.ts';

/** Where a job is: `done` memberships of `total`, and behind this person in the group under work. */
export interface Place {
  jobId: string;
  group: CleanupGroup;
  afterUserId: string;
  done: number;
  total: number;
}

/** `stopped`: the cleanup is no longer this job's to carry on. */
export type BatchResult = 'stopped' | { amount: number; lastUserId: string | undefined };

export interface CleanupWork {
  /** How much there was to do when the work began, and how much of it is done. */
  measure: (counts: OutcomeCounts) => { done: number; total: number };
  /** Does the next `size` memberships and says so in the job, all in one transaction. */
  runBatch: (trx: Trx, cleanup: CleanupRow, place: Place, size: number, now: Date) => Promise<BatchResult>;
  /** Says that all is done; false when the cleanup is no longer this job's to end. */
  end: (trx: Trx, cleanup: CleanupRow, jobId: string, counts: OutcomeCounts, now: Date) => Promise<boolean>;
}

export type OutcomeCounts = Record<CleanupOutcome | 'pending', number>;

export interface JobControl {
  now: () => Date;
  /** Asked between batches: what is left is done when the job runs again. */
  signal?: AbortSignal | undefined;
  batchSize?: number;
}

const BATCH_SIZE = 500;
const BEFORE_ALL = '00000000-0000-0000-0000-000000000000';

/**
 * Carries out a cleanup's job group by group, batch by batch, each a transaction of its own. It may be killed anywhere and
 * run again, even twice at once: what is done is marked in the transaction that does it, and what is left is looked for anew.
 */
export async function workOff(
  db: Database,
  accountId: string,
  jobId: string,
  work: CleanupWork,
  { now, signal, batchSize = BATCH_SIZE }: JobControl,
): Promise<void> {
  const job = await inTransaction(db, (trx) => beginJob(trx, accountId, jobId, now()));
  if (job === undefined) return;
  const cleanup = await selectCleanup(db, accountId, cleanupIdOf(job));
  const { done: doneBefore, total } = work.measure(await countOutcomes(db, accountId, cleanup.id));
  let done = doneBefore;
  for (const group of cleanup.groups) {
    let afterUserId: string | undefined = BEFORE_ALL;
    while (afterUserId !== undefined) {
      signal?.throwIfAborted();
      const place: Place = { jobId, group, afterUserId, done, total };
      const result: BatchResult = await inTransaction(db, (trx) =>
        work.runBatch(trx, cleanup, place, batchSize, now()),
      );
      if (result === 'stopped') return endStopped(db, job, cleanup, now());
      done += result.amount;
      afterUserId = result.amount < batchSize ? undefined : result.lastUserId;
    }
  }
  const ended = await inTransaction(db, (trx) => end(trx, job, cleanup, work, now()));
  if (!ended) await endStopped(db, job, cleanup, now());
}

/** What has become of the memberships that the plan takes away. */
export async function countOutcomes(
  db: Kysely<DB>,
  accountId: string,
  cleanupId: string,
): Promise<OutcomeCounts> {
  const { rows } = await sql<{ outcome: keyof OutcomeCounts; amount: number }>`
    select coalesce(c.outcome, 'pending') as outcome, count(*) as amount from default_group_cleanup_members c
    where c.account_id = ${accountId} and c.cleanup_id = ${cleanupId} and c.planned = 'leave'
    group by c.outcome`.execute(db);
  const counts = { pending: 0, removed: 0, kept: 0, gone: 0, restored: 0, returned: 0, person_gone: 0 };
  for (const { outcome, amount } of rows) counts[outcome] = amount;
  return counts;
}

async function end(
  trx: Trx,
  { accountId, id: jobId }: Job,
  cleanup: CleanupRow,
  work: CleanupWork,
  now: Date,
): Promise<boolean> {
  const counts = await countOutcomes(trx, accountId, cleanup.id);
  if (!(await work.end(trx, cleanup, jobId, counts, now))) return false;
  finishJob(trx, accountId, jobId, resultOf(counts), now);
  return true;
}

/** A cancelled job has done what it was told, too. */
async function endStopped(db: Database, job: Job, cleanup: CleanupRow, now: Date): Promise<void> {
  await inTransaction(db, async (trx) => {
    const counts = await countOutcomes(trx, job.accountId, cleanup.id);
    finishJob(trx, job.accountId, job.id, { ...resultOf(counts), stopped: true }, now);
  });
}

function resultOf({
  removed,
  kept,
  gone,
  restored,
  returned,
  person_gone,
  pending,
}: OutcomeCounts): JsonObject {
  return { removed, kept, gone, restored, returned, personGone: person_gone, pending };
}

function cleanupIdOf({ id, payload }: Job): string {
  const cleanupId = payload['cleanupId'];
  if (typeof cleanupId !== 'string') throw new Error(`The job ${id} names no default-group cleanup.`);
  return cleanupId;
}
