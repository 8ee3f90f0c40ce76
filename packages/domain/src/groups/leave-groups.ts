import { sql } from 'kysely';
import type { Actor } from '../actor.ts';
import type { Trx } from '../database/transaction.ts';
import { appendAuditEvents } from '../events/append-audit-events.ts';
import { membersEvent } from './record-group-change.ts';

/**
 * Holds the groups that SCIM shows a person in, before the row of the person is held: a group without them is another
 * version of the group. Whoever adds the person to one more group meanwhile is not in the order of locks; such a pair can
 * deadlock, and one of the two runs again.
 */
export async function lockGroupsOf(trx: Trx, accountId: string, userId: string): Promise<void> {
  await sql`
    select from groups g
    where g.account_id = ${accountId} and g.default_group is null and g.id = any(array(
      select m.group_id from group_members m where m.account_id = ${accountId} and m.user_id = ${userId}))
    order by g.id for no key update`.execute(trx);
}

/**
 * Ends all memberships of a person whose row is locked, in one statement for any number of them, and records each as a change of
 * its group. Returns the groups' ids.
 */
export async function leaveGroups(
  trx: Trx,
  actor: Actor,
  accountId: string,
  userId: string,
  now: Date,
): Promise<readonly string[]> {
  const { rows } = await sql<{ group_id: string; version: number | null }>`
    with ended as (
      delete from group_members m where m.account_id = ${accountId} and m.user_id = ${userId}
      returning m.group_id
    ), touched as (
      update groups g set version = g.version + 1, updated_at = ${now}
      from ended where g.account_id = ${accountId} and g.id = ended.group_id and g.default_group is null
      returning g.id, g.version
    )
    select ended.group_id, touched.version from ended left join touched on touched.id = ended.group_id
    order by ended.group_id`.execute(trx);
  const events = rows.map(({ group_id: id, version }) =>
    membersEvent(version === null ? { id } : { id, version }, [], [userId]),
  );
  if (events.length > 0) appendAuditEvents(trx, actor, accountId, now, events);
  return rows.map((row) => row.group_id);
}
