import { sql } from 'kysely';
import type { Database } from '../database/connection.ts';
import { lockAccountShared } from '../database/locks.ts';
import type { Trx } from '../database/transaction.ts';
import { appendAuditEvent } from '../events/append-audit-event.ts';
import { cleanUpBatch, startedBy } from './clean-up-batch.ts';
import type { CleanupRow } from './cleanup.ts';
import { lockCleanup } from './cleanups.repository.ts';
import { undoableUntil } from './start-default-group-cleanup.ts';
import { type CleanupWork, type JobControl, type OutcomeCounts, workOff } from './work-off.ts';

/** The job that `startDefaultGroupCleanup` queued: takes everybody out whom the plan names and who may still go. */
export async function cleanUpDefaultGroups(
  db: Database,
  accountId: string,
  jobId: string,
  control: JobControl,
): Promise<void> {
  await workOff(db, accountId, jobId, CLEANUP, control);
}

const CLEANUP: CleanupWork = {
  measure: ({ pending, ...decided }) => {
    const done = Object.values(decided).reduce((sum, amount) => sum + amount, 0);
    return { done, total: done + pending };
  },
  runBatch: cleanUpBatch,
  end: endCleanup,
};

async function endCleanup(
  trx: Trx,
  { account_id: accountId, id }: CleanupRow,
  jobId: string,
  { removed, kept, gone }: OutcomeCounts,
  now: Date,
): Promise<boolean> {
  const [, cleanup] = await Promise.all([lockAccountShared(trx, accountId), lockCleanup(trx, accountId, id)]);
  if (cleanup.state !== 'running' || cleanup.job_id !== jobId) return false;
  await sql`
    update default_group_cleanups c set state = 'applied', ended_at = ${now}, undoable_until = ${undoableUntil(now)}
    where c.account_id = ${accountId} and c.id = ${id}`.execute(trx);
  appendAuditEvent(trx, startedBy(cleanup), accountId, now, {
    kind: 'default_group_cleanup.applied',
    target: { kind: 'default_group_cleanup', id },
    detail: { removed, kept, gone },
  });
  return true;
}
