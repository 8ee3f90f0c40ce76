import { sql } from 'kysely';
import { assertMayGive, assertRight, type Caller } from '../admins/caller.ts';
import { lockAccountShared } from '../database/locks.ts';
import type { Trx } from '../database/transaction.ts';
import { RefusedError } from '../errors.ts';
import { appendAuditEvent } from '../events/append-audit-event.ts';
import { restoreDefaultGroups } from '../groups/deleted-default-groups.ts';
import { createJob, findJob } from '../jobs/jobs.ts';
import type { CleanupRow, DefaultGroupCleanup } from './cleanup.ts';
import { assertNoOtherCleanupActs, lockCleanupToBegin } from './cleanups.repository.ts';
import { type DefaultGroup, lockDefaultGroups } from '../groups/default-groups.repository.ts';
import { findDefaultGroupCleanup } from './find-cleanups.ts';
import { switchAssignByDefault } from './switch-assign-by-default.ts';
import { countOutcomes } from './work-off.ts';

/**
 * Puts back what a cleanup took away: makes deleted default groups again, under their ids and as they were when they were deleted, switches
 * `assignByDefault` on where the cleanup switched it off, and queues the job that puts the memberships back. A cleanup
 * that is still at work is stopped by it. Undoing twice is undoing once, but that a job which failed is begun anew.
 *
 * Throws NotFoundError; ForbiddenError, also where the groups give rights that the caller lacks; and
 * RefusedError('not_applied' | 'undo_expired' | 'cleanup_running').
 */
export async function undoDefaultGroupCleanup(
  trx: Trx,
  caller: Caller,
  accountId: string,
  cleanupId: string,
  now: Date,
): Promise<DefaultGroupCleanup> {
  assertRight(caller, 'people:write');
  const [, cleanup] = await Promise.all([
    lockAccountShared(trx, accountId),
    lockCleanupToBegin(trx, accountId, cleanupId),
  ]);
  switch (cleanup.state) {
    case 'planned':
      throw new RefusedError('not_applied', 'This plan was never applied: there is nothing to undo.');
    case 'running':
    case 'applied':
    case 'cancelled':
      await begin(trx, caller, cleanup, now);
      break;
    case 'undoing':
      await continueIfFailed(trx, caller, cleanup, now);
      break;
    case 'undone':
      break;
  }
  return findDefaultGroupCleanup(trx, accountId, cleanupId);
}

async function begin(trx: Trx, caller: Caller, cleanup: CleanupRow, now: Date): Promise<void> {
  const { account_id: accountId, id, undoable_until: undoableUntil } = cleanup;
  if (undoableUntil !== null && now > undoableUntil) {
    throw new RefusedError(
      'undo_expired',
      'A cleanup can be undone for 30 days, and these are over. Put people back into the groups by hand.',
    );
  }
  await assertNoOtherCleanupActs(trx, accountId, id);
  const recorder = { trx, actor: caller.actor, now };
  const groupIds = cleanup.groups.map(({ groupId }) => groupId);
  const existing = await lockDefaultGroups(trx, accountId, groupIds);
  const deleted = groupIds.filter((groupId) => existing.every((group) => group.id !== groupId));
  await restoreDefaultGroups(recorder, accountId, deleted);
  const groups = await lockDefaultGroups(trx, accountId, groupIds);
  assertMayPutBack(caller, groups);
  const switchedOff = await selectSwitchedOff(trx, cleanup);
  const switchedOn = groups.filter((group) => !group.assignByDefault && switchedOff.has(group.id));
  for (const group of switchedOn) await switchAssignByDefault(recorder, accountId, group, true);
  const job = await createUndoJob(trx, caller, cleanup, now);
  await sql`
    update default_group_cleanups c set state = 'undoing', ended_at = coalesce(c.ended_at, ${now}),
      undone_by = ${JSON.stringify(caller.actor)}, undo_permission_sets = ${[...caller.permissionSets]}::text[],
      undo_job_id = ${job}, undo_started_at = ${now}
    where c.account_id = ${accountId} and c.id = ${id}`.execute(trx);
  appendAuditEvent(trx, caller.actor, accountId, now, {
    kind: 'default_group_cleanup.undo_started',
    target: { kind: 'default_group_cleanup', id },
    detail: { restoredGroups: deleted, assignByDefaultTurnedOn: switchedOn.map(({ kind }) => kind) },
  });
}

function assertMayPutBack(caller: Caller, groups: readonly DefaultGroup[]): void {
  for (const { displayName, permissionSets } of groups) {
    assertMayGive(
      caller,
      permissionSets,
      `Putting people back into the group ${JSON.stringify(displayName)}`,
    );
  }
}

async function selectSwitchedOff(
  trx: Trx,
  { account_id: accountId, id }: CleanupRow,
): Promise<ReadonlySet<string>> {
  const { rows } = await sql<{ group_id: string }>`
    select g.group_id from default_group_cleanup_groups g
    where g.account_id = ${accountId} and g.cleanup_id = ${id} and g.assign_by_default_turned_off`.execute(
    trx,
  );
  return new Set(rows.map((row) => row.group_id));
}

async function continueIfFailed(trx: Trx, caller: Caller, cleanup: CleanupRow, now: Date): Promise<void> {
  const { account_id: accountId, id, undo_job_id: jobId } = cleanup;
  const job = jobId === null ? undefined : await findJob(trx, accountId, jobId);
  if (job !== undefined && job.state !== 'failed') return;
  const groupIds = cleanup.groups.map(({ groupId }) => groupId);
  assertMayPutBack(caller, await lockDefaultGroups(trx, accountId, groupIds));
  const next = await createUndoJob(trx, caller, cleanup, now);
  await sql`
    update default_group_cleanups c set undo_job_id = ${next}, undone_by = ${JSON.stringify(caller.actor)},
      undo_permission_sets = ${[...caller.permissionSets]}::text[]
    where c.account_id = ${accountId} and c.id = ${id}`.execute(trx);
}

async function createUndoJob(
  trx: Trx,
  caller: Caller,
  { account_id: accountId, id }: CleanupRow,
  now: Date,
): Promise<string> {
  const { removed, restored, returned, person_gone } = await countOutcomes(trx, accountId, id);
  const job = await createJob(
    trx,
    caller.actor,
    accountId,
    'default-group-cleanup-undo',
    { payload: { cleanupId: id }, total: removed + restored + returned + person_gone },
    now,
  );
  return job.id;
}
