import { sql } from 'kysely';
import { assertMayTake, assertRight, type Caller } from '../admins/caller.ts';
import { lockAccountShared } from '../database/locks.ts';
import type { Trx } from '../database/transaction.ts';
import { PlanChangedError, RefusedError } from '../errors.ts';
import { appendAuditEvent } from '../events/append-audit-event.ts';
import { createJob, findJob } from '../jobs/jobs.ts';
import type { CleanupRow, DefaultGroupCleanup } from './cleanup.ts';
import { assertNoOtherCleanupActs, lockCleanupToBegin } from './cleanups.repository.ts';
import { type DefaultGroup, lockDefaultGroups } from '../groups/default-groups.repository.ts';
import { findDefaultGroupCleanup } from './find-cleanups.ts';
import { planDifferences } from './plan-differences.ts';
import { switchAssignByDefault } from './switch-assign-by-default.ts';

/** How long a cleanup can be undone. */
export const UNDO_DAYS = 30;

/**
 * Applies a plan: switches off what the plan says, and queues the job that takes people out of the groups. A plan is
 * applied once: for one that is at work or done, nothing happens, but that a job which failed is begun anew and goes on
 * where it stopped. Throws NotFoundError; ForbiddenError, also where a group that people leave gives rights that the caller
 * lacks; PlanChangedError where the account changed in a way that makes a
 * step unsafe, and RefusedError('cleanup_running' | 'cleanup_over').
 */
export async function startDefaultGroupCleanup(
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
      await begin(trx, caller, cleanup, now);
      break;
    case 'running':
      await continueIfFailed(trx, caller, cleanup, now);
      break;
    case 'applied':
      break;
    case 'cancelled':
    case 'undoing':
    case 'undone':
      throw new RefusedError(
        'cleanup_over',
        'This cleanup was stopped or undone, and a plan is applied only once. Make a new plan.',
      );
  }
  return findDefaultGroupCleanup(trx, accountId, cleanupId);
}

async function begin(trx: Trx, caller: Caller, cleanup: CleanupRow, now: Date): Promise<void> {
  const { account_id: accountId } = cleanup;
  await assertNoOtherCleanupActs(trx, accountId, cleanup.id);
  const groupIds = cleanup.groups.map(({ groupId }) => groupId);
  const groups = await lockDefaultGroups(trx, accountId, groupIds);
  assertMayTakeOut(caller, cleanup, groups);
  const differences = await planDifferences(trx, cleanup, groups, caller.userId, now);
  if (differences.length > 0) {
    throw new PlanChangedError(
      'The account changed since the plan was made. Make a new plan and look at it before you apply it.',
      differences,
    );
  }
  const switched = cleanup.turn_off_assign_by_default ? groups.filter((group) => group.assignByDefault) : [];
  for (const group of switched)
    await switchAssignByDefault({ trx, actor: caller.actor, now }, accountId, group, false);
  await recordSwitches(trx, cleanup, switched);
  const job = await createCleanupJob(trx, caller, cleanup, now);
  await sql`
    update default_group_cleanups c set state = 'running', started_by = ${JSON.stringify(caller.actor)},
      started_by_user_id = ${caller.userId}, started_at = ${now}, job_id = ${job},
      undoable_until = ${undoableUntil(now)}
    where c.account_id = ${accountId} and c.id = ${cleanup.id}`.execute(trx);
  appendAuditEvent(trx, caller.actor, accountId, now, {
    kind: 'default_group_cleanup.started',
    target: { kind: 'default_group_cleanup', id: cleanup.id },
    detail: {
      leaving: Object.fromEntries(cleanup.groups.map(({ kind, leaving }) => [kind, leaving])),
      keepUnmanaged: cleanup.keep_unmanaged,
      assignByDefaultTurnedOff: switched.map(({ kind }) => kind),
    },
  });
}

/** As by hand: nobody takes from people what they could not give them. */
function assertMayTakeOut(caller: Caller, cleanup: CleanupRow, groups: readonly DefaultGroup[]): void {
  const left = new Set(cleanup.groups.flatMap(({ groupId, leaving }) => (leaving > 0 ? [groupId] : [])));
  for (const { id, displayName, permissionSets } of groups) {
    if (!left.has(id)) continue;
    assertMayTake(caller, permissionSets, `Taking people out of the group ${JSON.stringify(displayName)}`);
  }
}

export function undoableUntil(now: Date): Date {
  return new Date(now.getTime() + UNDO_DAYS * 86_400_000);
}

async function recordSwitches(
  trx: Trx,
  cleanup: CleanupRow,
  switched: readonly DefaultGroup[],
): Promise<void> {
  await sql`
    update default_group_cleanup_groups g set assign_by_default_turned_off = true
    where g.account_id = ${cleanup.account_id} and g.cleanup_id = ${cleanup.id}
      and g.group_id = any(${switched.map(({ id }) => id)}::uuid[])`.execute(trx);
}

async function continueIfFailed(trx: Trx, caller: Caller, cleanup: CleanupRow, now: Date): Promise<void> {
  const { account_id: accountId, id, job_id: jobId } = cleanup;
  const job = jobId === null ? undefined : await findJob(trx, accountId, jobId);
  if (job !== undefined && job.state !== 'failed') return;
  const next = await createCleanupJob(trx, caller, cleanup, now);
  await sql`
    update default_group_cleanups c set job_id = ${next}
    where c.account_id = ${accountId} and c.id = ${id}`.execute(trx);
}

async function createCleanupJob(
  trx: Trx,
  caller: Caller,
  { account_id: accountId, id, groups }: CleanupRow,
  now: Date,
): Promise<string> {
  const job = await createJob(
    trx,
    caller.actor,
    accountId,
    'default-group-cleanup',
    { payload: { cleanupId: id }, total: groups.reduce((sum, { leaving }) => sum + leaving, 0) },
    now,
  );
  return job.id;
}
