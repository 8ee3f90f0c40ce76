import { type Kysely, type RawBuilder, sql } from 'kysely';
import type { DB } from '../database/schema.generated.ts';
import type { AuditEvent } from '../events/audit-event.ts';
import { findAuditEventsById } from '../events/list-audit-events.ts';
import { assertInOrder } from './difference.ts';
import { currentGroup } from './group-history.ts';
import { memberChanges, type MembershipDifference } from './membership-changes.ts';
import { type Told, untoldBefore } from './unwind.ts';

/** A page of people, in the order of their ids. */
export interface PeoplePage {
  after?: string | undefined;
  limit: number;
}

/**
 * Who was in a group at a moment, also of one that was deleted since, by id: who is in it now, without those who joined later and with
 * those who left later. Looks at all changes since, and loads no more than the page. Throws NotFoundError.
 */
export async function membersOfGroupAt(
  db: Kysely<DB>,
  accountId: string,
  groupId: string,
  moment: Date,
  page: PeoplePage,
): Promise<Told<readonly string[]>> {
  const group = await currentGroup(db, accountId, groupId);
  if (moment < group.createdAt) return { isKnown: true, state: [] };
  const knownSince = await untoldBefore(db, group, moment);
  if (knownSince !== undefined) return { isKnown: false, knownSince };
  const { rows } = await sql<{ user_id: string }>`
    with first_change as (
      select distinct on (c.user_id) c.user_id, c.joined
      from ${memberChanges(accountId, sql`e.target_id = ${groupId} and e.at > ${moment}`)} c
      where ${behind(sql`c.user_id`, page)}
      order by c.user_id, c.version, c.at, c.id
    )
    select was.user_id from (
      select m.user_id from group_members m
      where m.account_id = ${accountId} and m.group_id = ${groupId} and ${behind(sql`m.user_id`, page)}
        and not exists (select from first_change f where f.user_id = m.user_id)
      union all
      select f.user_id from first_change f where not f.joined
    ) was
    order by was.user_id limit ${page.limit}`.execute(db);
  return { isKnown: true, state: rows.map((row) => row.user_id) };
}

/** A page of who joined or left a group from one moment to a later one, and by which event. Who came and left again is no difference. */
export async function memberDifferences(
  db: Kysely<DB>,
  accountId: string,
  groupId: string,
  { from, to }: { from: Date; to: Date },
  page: PeoplePage,
): Promise<Told<readonly (MembershipDifference & { userId: string })[]>> {
  assertInOrder(from, to);
  const group = await currentGroup(db, accountId, groupId);
  const knownSince = await untoldBefore(db, group, from);
  if (knownSince !== undefined) return { isKnown: false, knownSince };
  const between = sql`e.target_id = ${groupId} and e.at > ${from} and e.at <= ${to}`;
  const { rows } = await sql<{ user_id: string; joined: boolean; event_id: string }>`
    select t.user_id, t.joined, t.event_id from (
      select c.user_id, (array_agg(c.joined order by c.version desc, c.at desc, c.id desc))[1] as joined,
        (array_agg(c.joined order by c.version, c.at, c.id))[1] as joined_first,
        (array_agg(c.id order by c.version desc, c.at desc, c.id desc))[1] as event_id
      from ${memberChanges(accountId, between)} c
      where ${behind(sql`c.user_id`, page)}
      group by c.user_id
    ) t
    where t.joined = t.joined_first order by t.user_id limit ${page.limit}`.execute(db);
  const events: ReadonlyMap<string, AuditEvent> = await findAuditEventsById(
    db,
    accountId,
    rows.map((row) => row.event_id),
  );
  const state = rows.flatMap(({ user_id: userId, joined, event_id: eventId }) => {
    const event = events.get(eventId);
    return event === undefined ? [] : [{ userId, joined, event }];
  });
  return { isKnown: true, state };
}

function behind(id: RawBuilder<unknown>, { after }: PeoplePage): RawBuilder<unknown> {
  return after === undefined ? sql`true` : sql`${id} > ${after}::uuid`;
}
