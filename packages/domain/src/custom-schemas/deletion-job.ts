import { sql } from 'kysely';
import type { Actor } from '../actor.ts';
import type { Database } from '../database/connection.ts';
import { inTransaction, type Trx } from '../database/transaction.ts';
import {
  beginJob,
  createJob,
  findJob,
  finishJob,
  type Job,
  reportProgress,
  startedBy,
} from '../jobs/jobs.ts';
import type { StoredSchema } from './custom-schema.ts';
import { finishDeletions } from './finish-deletions.ts';

const KIND = 'delete-schema-values';

/**
 * Queues the deletion of what a schema, or its attributes, left behind; the job that does it already, where there is one. The
 * caller holds the account's exclusive lock, so that two who ask at once have one job.
 */
export async function queueDeletion(
  trx: Trx,
  actor: Actor,
  accountId: string,
  { id, schema }: StoredSchema,
  withValues: number,
  now: Date,
): Promise<Job> {
  const { rows } = await sql<{ id: string }>`
    select j.id from jobs j
    where j.account_id = ${accountId} and j.kind = ${KIND} and j.finished_at is null and j.payload ->> 'schemaId' = ${id}
    limit 1`.execute(trx);
  const queued = rows[0] && (await findJob(trx, accountId, rows[0].id));
  if (queued !== undefined) return queued;
  const work = { payload: { schemaId: id, urn: schema.id }, total: withValues };
  return createJob(trx, actor, accountId, KIND, work, now);
}

/** What that job does, for whoever removed the schema. It can be interrupted and run again. */
export async function runDeletion(
  db: Database,
  accountId: string,
  jobId: string,
  { now, signal }: { now: () => Date; signal: AbortSignal },
): Promise<void> {
  const job = await inTransaction(db, (trx) => beginJob(trx, accountId, jobId, now()));
  const urn = job?.payload['urn'];
  if (job === undefined || typeof urn !== 'string') return;
  const before = job.progress.done;
  const report = (trx: Trx, deleted: number): void => {
    const done = before + deleted;
    reportProgress(trx, accountId, jobId, done, Math.max(done, job.progress.total ?? 0));
  };
  const deleted = await finishDeletions(db, startedBy(job), accountId, urn, now, { signal, report });
  await inTransaction(db, async (trx) => {
    finishJob(trx, accountId, jobId, { resourcesChanged: before + deleted }, now());
  });
}
