import { type Kysely, sql } from 'kysely';
import type { DB } from '../database/schema.generated.ts';
import { TooCostlyError } from '../errors.ts';
import type { MembershipOrigin } from '../groups/group.ts';
import { findAuditEventsById } from '../events/list-audit-events.ts';
import { assertInOrder } from './difference.ts';
import { type MembershipDifference, versionInOrder } from './membership-changes.ts';
import { groupNamesAt, type PastGroup } from './groups-at.ts';
import { type Told, untoldBefore } from './unwind.ts';
import { currentUser } from './user-history.ts';

const MOST_CHANGES = 20_000;

/**
 * The groups that a person was in at a moment, those included that were deleted since. Throws NotFoundError; TooCostlyError
 * where there were too many changes since.
 */
export async function groupsOfUserAt(
  db: Kysely<DB>,
  accountId: string,
  userId: string,
  moment: Date,
): Promise<Told<readonly PastGroup[]>> {
  const user = await currentUser(db, accountId, userId);
  if (moment < user.createdAt) return { isKnown: true, state: [] };
  const knownSince = await untoldBefore(db, user, moment);
  if (knownSince !== undefined) return { isKnown: false, knownSince };
  const groupIds = new Set(await currentGroups(db, accountId, userId));
  for (const [groupId, [first]] of await changesByGroup(db, accountId, userId, { from: moment })) {
    if (first?.joined === false) groupIds.add(groupId);
    else groupIds.delete(groupId);
  }
  const names = await groupNamesAt(db, accountId, [...groupIds], moment);
  const state = [...groupIds]
    .toSorted()
    .map((groupId) => ({ groupId, displayName: names.get(groupId) ?? null }));
  return { isKnown: true, state };
}

/** Which groups a person joined and left from one moment to a later one, and by which event. Throws as above. */
export async function groupDifferencesOfUser(
  db: Kysely<DB>,
  accountId: string,
  userId: string,
  { from, to }: { from: Date; to: Date },
): Promise<Told<readonly (MembershipDifference & PastGroup)[]>> {
  assertInOrder(from, to);
  const user = await currentUser(db, accountId, userId);
  const knownSince = await untoldBefore(db, user, from);
  if (knownSince !== undefined) return { isKnown: false, knownSince };
  const changes = await changesByGroup(db, accountId, userId, { from, to });
  const last = [...changes].flatMap(([groupId, steps]) => {
    const [first, end] = [steps[0], steps.at(-1)];
    return first !== undefined && end !== undefined && first.joined === end.joined
      ? [{ groupId, ...end }]
      : [];
  });
  const groupIds = last.map(({ groupId }) => groupId);
  const eventIds = last.map(({ eventId }) => eventId);
  const [events, namesBefore, namesAfter] = await Promise.all([
    findAuditEventsById(db, accountId, eventIds),
    groupNamesAt(db, accountId, groupIds, from),
    groupNamesAt(db, accountId, groupIds, to),
  ]);
  const state = last.flatMap(({ groupId, joined, eventId }) => {
    const event = events.get(eventId);
    // A group that they left may be gone in the end, one that they joined may not have been there.
    const displayName = (joined ? namesAfter : namesBefore).get(groupId) ?? null;
    return event === undefined ? [] : [{ groupId, displayName, joined, event }];
  });
  return { isKnown: true, state };
}

async function currentGroups(db: Kysely<DB>, accountId: string, userId: string): Promise<readonly string[]> {
  const { rows } = await sql<{ group_id: string; origin: MembershipOrigin }>`
    select m.group_id from group_members m
    where m.account_id = ${accountId} and m.user_id = ${userId}`.execute(db);
  return rows.map((row) => row.group_id);
}

interface MembershipStep {
  readonly joined: boolean;
  readonly eventId: string;
}

/** What happened to the person in each group, in the order of the group's versions. */
async function changesByGroup(
  db: Kysely<DB>,
  accountId: string,
  userId: string,
  { from, to }: { from: Date; to?: Date },
): Promise<ReadonlyMap<string, readonly MembershipStep[]>> {
  const [joined, left] = [JSON.stringify({ added: [userId] }), JSON.stringify({ removed: [userId] })];
  const { rows } = await sql<{ group_id: string; id: string; joined: boolean }>`
    select e.target_id as group_id, e.id, e.detail @> ${joined}::jsonb as joined, ${versionInOrder} as version
    from audit_events e
    where e.account_id = ${accountId} and e.kind = 'group.members_changed'
      and (e.detail @> ${joined}::jsonb or e.detail @> ${left}::jsonb)
      and e.at > ${from} and ${to === undefined ? sql`true` : sql`e.at <= ${to}`}
    order by e.target_id, version, e.at, e.id limit ${MOST_CHANGES + 1}`.execute(db);
  if (rows.length > MOST_CHANGES) {
    throw new TooCostlyError(
      `The person joined or left groups more than ${MOST_CHANGES} times after that moment. Choose a later one.`,
    );
  }
  const changes = new Map<string, MembershipStep[]>();
  for (const { group_id: groupId, joined, id } of rows) {
    const steps = changes.get(groupId) ?? [];
    steps.push({ joined, eventId: id });
    changes.set(groupId, steps);
  }
  return changes;
}
