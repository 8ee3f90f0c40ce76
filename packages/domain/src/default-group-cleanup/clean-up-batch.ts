import { sql } from 'kysely';
import { takesLastAdministrator } from '../admins/last-account-admin.ts';
import type { Actor } from '../actor.ts';
import { lockAccountShared, lockAdministrators, lockAdministratorsIfGroupGrants } from '../database/locks.ts';
import { idSet } from '../database/id-set.ts';
import type { Trx } from '../database/transaction.ts';
import { appendAuditEvent } from '../events/append-audit-event.ts';
import { membersEvent } from '../groups/record-group-change.ts';
import { reportProgress } from '../jobs/jobs.ts';
import type { CleanupRow } from './cleanup.ts';
import { lockCleanup } from './cleanups.repository.ts';
import {
  type DefaultGroup,
  lockDefaultGroups,
  raiseGroupVersion,
} from '../groups/default-groups.repository.ts';
import { judgeMembers, keepAnAdministrator, type LeavingMember, type Verdict } from './judge-members.ts';
import { markMembers, type Outcome } from './mark-members.ts';
import type { BatchResult, Place } from './work-off.ts';

/**
 * Takes up to `size` people out of one default group, whoever of them may go now, in the common order of locks. The group
 * is held for these few milliseconds; writes of the identity provider do not need it. `stopped` when the cleanup is no
 * longer this job's to carry on: it was cancelled, or is being undone.
 */
export async function cleanUpBatch(
  trx: Trx,
  { account_id: accountId, id: cleanupId }: CleanupRow,
  place: Place,
  size: number,
  now: Date,
): Promise<BatchResult> {
  const { groupId } = place.group;
  const [, , cleanup, [group], members] = await Promise.all([
    lockAccountShared(trx, accountId),
    lockAdministratorsIfGroupGrants(trx, accountId, groupId),
    lockCleanup(trx, accountId, cleanupId),
    lockDefaultGroups(trx, accountId, [groupId]),
    selectPending(trx, accountId, cleanupId, place, size),
  ]);
  if (cleanup.state !== 'running' || cleanup.job_id !== place.jobId) return 'stopped';
  if (group === undefined)
    throw new Error(`The default group ${groupId} was deleted while it was cleaned up.`);
  const verdict = await guardAdministrators(trx, accountId, group, judge(members, cleanup, group));
  const removed = await removeMembers(trx, accountId, group, verdict);
  markMembers(trx, { accountId, cleanupId, groupId }, outcomesOf(verdict, removed));
  recordRemoval(trx, startedBy(cleanup), accountId, group, [...removed], now);
  reportProgress(trx, accountId, place.jobId, place.done + members.length, place.total);
  return { lastUserId: members.at(-1)?.userId, amount: members.length };
}

/** Whoever began the cleanup is the author of all that it does. */
export function startedBy({ id, started_by: actor }: CleanupRow): Actor {
  if (actor === null) throw new Error(`Nobody began the default-group cleanup ${id}.`);
  return actor;
}

function judge(members: readonly LeavingMember[], cleanup: CleanupRow, { kind }: DefaultGroup): Verdict {
  return judgeMembers(members, {
    kind,
    keepUnmanaged: cleanup.keep_unmanaged,
    appliedBy: cleanup.started_by_user_id,
  });
}

async function guardAdministrators(
  trx: Trx,
  accountId: string,
  group: DefaultGroup,
  verdict: Verdict,
): Promise<Verdict> {
  if (!group.permissionSets.includes('account_admin') || verdict.leaving.length === 0) return verdict;
  const userIds = verdict.leaving.map(({ userId }) => userId);
  const [, takesLast] = await Promise.all([
    // Held already, unless the group got account_admin while this batch waited for it.
    lockAdministrators(trx, accountId),
    takesLastAdministrator(trx, accountId, { kind: 'memberships', groupId: group.id, userIds }),
  ]);
  return takesLast ? keepAnAdministrator(verdict) : verdict;
}

/**
 * Everybody is looked up one by one (`limit 1` rules out every other join): statistics may not know of the plan's rows yet.
 * A membership that is younger than the plan is none of its business: whoever came back since counts as gone.
 */
async function selectPending(
  trx: Trx,
  accountId: string,
  cleanupId: string,
  { group, afterUserId }: Place,
  size: number,
): Promise<readonly LeavingMember[]> {
  const { rows } = await sql<LeavingMember>`
    select c.user_id as "userId", c.added_at as "addedAt", person.is_active as "isActive",
      person.scim_managed as "scimManaged", exists (
        select from group_members m
        where m.account_id = ${accountId} and m.group_id = c.group_id and m.user_id = c.user_id
          and m.origin = c.origin and m.added_at = c.added_at
      ) as "isMember",
      exists (
        select from group_members o
        where o.account_id = ${accountId} and o.user_id = c.user_id and o.group_id <> c.group_id
      ) as "isInAnotherGroup"
    from (
      select c.user_id, c.group_id, c.origin, c.added_at from default_group_cleanup_members c
      where c.account_id = ${accountId} and c.cleanup_id = ${cleanupId} and c.group_id = ${group.groupId}
        and c.user_id > ${afterUserId} and c.planned = 'leave' and c.outcome is null
      order by c.user_id limit ${size}
    ) c
    cross join lateral (
      select u.state = 'active' as is_active, u.scim_managed from users u
      where u.account_id = ${accountId} and u.id = c.user_id limit 1
    ) person
    order by c.user_id`.execute(trx);
  return rows;
}

/** Returns who really left: somebody who is deleted meanwhile leaves without the lock of a default group. */
async function removeMembers(
  trx: Trx,
  accountId: string,
  group: DefaultGroup,
  { leaving }: Verdict,
): Promise<ReadonlySet<string>> {
  if (leaving.length === 0) return new Set();
  const { rows } = await sql<{ user_id: string }>`
    delete from group_members m
    where m.account_id = ${accountId} and m.group_id = ${group.id}
      and m.user_id = any(${idSet(leaving.map(({ userId }) => userId))})
    returning m.user_id`.execute(trx);
  return new Set(rows.map((row) => row.user_id));
}

function outcomesOf({ leaving, kept, gone }: Verdict, removed: ReadonlySet<string>): Outcome[] {
  const left = leaving.map(({ userId }) => userId);
  const keptFor = Map.groupBy(kept.keys(), (userId) => kept.get(userId) ?? null);
  return [
    { outcome: 'removed', userIds: left.filter((userId) => removed.has(userId)) },
    { outcome: 'gone', userIds: [...gone, ...left.filter((userId) => !removed.has(userId))] },
    ...[...keptFor].map(([reason, userIds]) => ({ outcome: 'kept' as const, keptFor: reason, userIds })),
  ];
}

function recordRemoval(
  trx: Trx,
  actor: Actor,
  accountId: string,
  group: DefaultGroup,
  removed: readonly string[],
  now: Date,
): void {
  if (removed.length === 0) return;
  raiseGroupVersion(trx, accountId, group.id, now);
  const event = membersEvent({ id: group.id, version: group.version + 1 }, [], removed.toSorted());
  appendAuditEvent(trx, actor, accountId, now, event);
}
