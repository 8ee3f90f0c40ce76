import { sql } from 'kysely';
import type { Actor } from '../actor.ts';
import { rightsOf, setsBeyond } from '../admins/rights.ts';
import type { Database } from '../database/connection.ts';
import { idSet } from '../database/id-set.ts';
import { lockAccountShared } from '../database/locks.ts';
import type { Trx } from '../database/transaction.ts';
import { ForbiddenError } from '../errors.ts';
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
import { markMembers, type Outcome } from './mark-members.ts';
import {
  type BatchResult,
  type CleanupWork,
  type JobControl,
  type OutcomeCounts,
  type Place,
  workOff,
} from './work-off.ts';

/**
 * The job that `undoDefaultGroupCleanup` queued: puts back exactly the memberships that the cleanup took away, with their
 * origins and dates. Those that came back by other ways stay as they are; people who were deleted are passed over.
 */
export async function putBackMemberships(
  db: Database,
  accountId: string,
  jobId: string,
  control: JobControl,
): Promise<void> {
  await workOff(db, accountId, jobId, UNDO, control);
}

const UNDO: CleanupWork = {
  measure: ({ removed, restored, returned, person_gone }) => {
    const done = restored + returned + person_gone;
    return { done, total: done + removed };
  },
  runBatch: putBackBatch,
  end: endUndo,
};

async function putBackBatch(
  trx: Trx,
  begun: CleanupRow,
  place: Place,
  size: number,
  now: Date,
): Promise<BatchResult> {
  const { account_id: accountId, id: cleanupId } = begun;
  const { groupId } = place.group;
  const [, cleanup, [group], removed] = await Promise.all([
    lockAccountShared(trx, accountId),
    lockCleanup(trx, accountId, cleanupId),
    lockDefaultGroups(trx, accountId, [groupId]),
    selectRemoved(trx, begun, place, size),
  ]);
  if (cleanup.state !== 'undoing' || cleanup.undo_job_id !== place.jobId) return 'stopped';
  if (group === undefined)
    throw new Error(`The default group ${groupId} was deleted while it was filled again.`);
  assertStillMayGive(cleanup, group);
  const restored = await restoreMembers(trx, accountId, cleanupId, groupId, removed);
  markMembers(trx, { accountId, cleanupId, groupId }, outcomesOf(removed, restored));
  if (restored.size > 0) {
    raiseGroupVersion(trx, accountId, groupId, now);
    const event = membersEvent({ id: groupId, version: group.version + 1 }, [...restored].toSorted(), []);
    appendAuditEvent(trx, undoneBy(cleanup), accountId, now, event);
  }
  reportProgress(trx, accountId, place.jobId, place.done + removed.length, place.total);
  return { lastUserId: removed.at(-1)?.userId, amount: removed.length };
}

/** Nobody gives a right that they lack, neither when a group comes to carry more while the job runs. */
function assertStillMayGive({ undo_permission_sets: own }: CleanupRow, group: DefaultGroup): void {
  const beyond = setsBeyond(rightsOf(own ?? []), group.permissionSets);
  if (beyond.length === 0) return;
  throw new ForbiddenError(
    `The group ${JSON.stringify(group.displayName)} carries ${beyond.join(', ')} by now, whose rights go beyond those of the person who undoes the cleanup. An account administrator can undo it.`,
  );
}

function undoneBy({ id, undone_by: actor }: CleanupRow): Actor {
  if (actor === null) throw new Error(`Nobody undoes the default-group cleanup ${id}.`);
  return actor;
}

interface RemovedMember {
  userId: string;
  isGone: boolean;
}

/**
 * Their rows are held as they are: nobody is deleted between the look and the membership. Who was deleted since the cleanup
 * began and came back is a newcomer: the deletion would have ended the membership, too.
 */
async function selectRemoved(
  trx: Trx,
  { account_id: accountId, id: cleanupId, started_at: startedAt }: CleanupRow,
  { group, afterUserId }: Place,
  size: number,
): Promise<readonly RemovedMember[]> {
  const { rows } = await sql<RemovedMember>`
    select u.id as "userId", u.state = 'deleted' or exists (
        select from audit_events e
        where e.account_id = ${accountId} and e.target_id = u.id and e.kind = 'user.deleted' and e.at >= ${startedAt}
      ) as "isGone"
    from users u
    where u.account_id = ${accountId} and u.id = any(array(
      select c.user_id from default_group_cleanup_members c
      where c.account_id = ${accountId} and c.cleanup_id = ${cleanupId} and c.group_id = ${group.groupId}
        and c.user_id > ${afterUserId} and c.outcome = 'removed'
      order by c.user_id limit ${size}
    ))
    order by u.id for share of u`.execute(trx);
  return rows;
}

/** Returns who are members by that; whoever was one again already keeps the membership that they have. */
async function restoreMembers(
  trx: Trx,
  accountId: string,
  cleanupId: string,
  groupId: string,
  removed: readonly RemovedMember[],
): Promise<ReadonlySet<string>> {
  const living = removed.filter(({ isGone }) => !isGone).map(({ userId }) => userId);
  if (living.length === 0) return new Set();
  const { rows } = await sql<{ user_id: string }>`
    insert into group_members (account_id, group_id, user_id, origin, added_at)
    select c.account_id, c.group_id, c.user_id, c.origin, c.added_at from default_group_cleanup_members c
    where c.account_id = ${accountId} and c.cleanup_id = ${cleanupId} and c.group_id = ${groupId}
      and c.user_id = any(${idSet(living)})
    order by c.user_id
    on conflict do nothing
    returning user_id`.execute(trx);
  return new Set(rows.map((row) => row.user_id));
}

function outcomesOf(removed: readonly RemovedMember[], restored: ReadonlySet<string>): Outcome[] {
  const idsOf = (members: readonly RemovedMember[]) => members.map(({ userId }) => userId);
  const living = removed.filter(({ isGone }) => !isGone);
  return [
    { outcome: 'restored', userIds: [...restored] },
    { outcome: 'returned', userIds: idsOf(living.filter(({ userId }) => !restored.has(userId))) },
    { outcome: 'person_gone', userIds: idsOf(removed.filter(({ isGone }) => isGone)) },
  ];
}

async function endUndo(
  trx: Trx,
  { account_id: accountId, id }: CleanupRow,
  jobId: string,
  { restored, returned, person_gone: personGone }: OutcomeCounts,
  now: Date,
): Promise<boolean> {
  const [, cleanup] = await Promise.all([lockAccountShared(trx, accountId), lockCleanup(trx, accountId, id)]);
  if (cleanup.state !== 'undoing' || cleanup.undo_job_id !== jobId) return false;
  await sql`
    update default_group_cleanups c set state = 'undone', undone_at = ${now}
    where c.account_id = ${accountId} and c.id = ${id}`.execute(trx);
  appendAuditEvent(trx, undoneBy(cleanup), accountId, now, {
    kind: 'default_group_cleanup.undone',
    target: { kind: 'default_group_cleanup', id },
    detail: { restored, returned, personGone },
  });
  return true;
}
