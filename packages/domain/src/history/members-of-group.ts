import { type Kysely, type RawBuilder, sql } from 'kysely';
import type { DB } from '../database/schema.generated.ts';
import { findAuditEventsById } from '../events/list-audit-events.ts';
import { assertInOrder } from './difference.ts';
import { currentGroup } from './group-history.ts';
import { memberChanges, type MembershipDifference } from './membership-changes.ts';
import { type CurrentState, type Told, untoldBefore } from './unwind.ts';

/** A piece of a list that is in the order of ids, as it is read. */
export interface IdPage {
  /** The id that the piece lies behind. */
  behind?: string | undefined;
  /** Read from the list's end towards its beginning. */
  backward?: boolean | undefined;
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
  page: IdPage,
): Promise<Told<readonly string[]>> {
  return told(db, await currentGroup(db, accountId, groupId), moment, async () => {
    const { rows } = await sql<{ user_id: string }>`
      select was.user_id from ${wereMembers(accountId, groupId, moment, page)} was
      ${orderAndLimit(sql`was.user_id`, page)}`.execute(db);
    return rows.map((row) => row.user_id);
  });
}

/** How many were in it. Throws NotFoundError. */
export async function countMembersOfGroupAt(
  db: Kysely<DB>,
  accountId: string,
  groupId: string,
  moment: Date,
): Promise<Told<number>> {
  return told(db, await currentGroup(db, accountId, groupId), moment, async () => {
    const { rows } = await sql<{ amount: number }>`
      select count(*) as amount from ${wereMembers(accountId, groupId, moment, {})} was`.execute(db);
    return rows[0]?.amount ?? 0;
  });
}

/** A page of who joined or left a group from one moment to a later one, and by which event. Who came and left again is no difference. */
export async function memberDifferences(
  db: Kysely<DB>,
  accountId: string,
  groupId: string,
  span: { from: Date; to: Date },
  page: IdPage,
): Promise<Told<readonly (MembershipDifference & { userId: string })[]>> {
  assertInOrder(span.from, span.to);
  return told(db, await currentGroup(db, accountId, groupId), span.from, async () => {
    const { rows } = await sql<{ user_id: string; joined: boolean; event_id: string }>`
      select t.user_id, t.joined, t.event_id from ${changedMembers(accountId, groupId, span, page)} t
      ${orderAndLimit(sql`t.user_id`, page)}`.execute(db);
    const events = await findAuditEventsById(
      db,
      accountId,
      rows.map((row) => row.event_id),
    );
    return rows.flatMap(({ user_id: userId, joined, event_id: eventId }) => {
      const event = events.get(eventId);
      return event === undefined ? [] : [{ userId, joined, event }];
    });
  });
}

/** How many people that is. Throws as above. */
export async function countMemberDifferences(
  db: Kysely<DB>,
  accountId: string,
  groupId: string,
  span: { from: Date; to: Date },
): Promise<Told<number>> {
  assertInOrder(span.from, span.to);
  return told(db, await currentGroup(db, accountId, groupId), span.from, async () => {
    const { rows } = await sql<{ amount: number }>`
      select count(*) as amount from ${changedMembers(accountId, groupId, span, {})} t`.execute(db);
    return rows[0]?.amount ?? 0;
  });
}

async function told<State>(
  db: Kysely<DB>,
  group: CurrentState,
  moment: Date,
  read: () => Promise<State>,
): Promise<Told<State>> {
  const knownSince = await untoldBefore(db, group, moment);
  return knownSince === undefined ? { isKnown: true, state: await read() } : { isKnown: false, knownSince };
}

function wereMembers(
  accountId: string,
  groupId: string,
  moment: Date,
  page: Partial<IdPage>,
): RawBuilder<unknown> {
  return sql`(
    with first_change as (
      select distinct on (c.user_id) c.user_id, c.joined
      from ${memberChanges(accountId, sql`e.target_id = ${groupId} and e.at > ${moment}`)} c
      where ${isBehind(sql`c.user_id`, page)}
      order by c.user_id, c.version, c.at, c.id
    )
    select m.user_id from group_members m
    where m.account_id = ${accountId} and m.group_id = ${groupId} and ${isBehind(sql`m.user_id`, page)}
      and not exists (select from first_change f where f.user_id = m.user_id)
    union all
    select f.user_id from first_change f where not f.joined)`;
}

function changedMembers(
  accountId: string,
  groupId: string,
  { from, to }: { from: Date; to: Date },
  page: Partial<IdPage>,
): RawBuilder<unknown> {
  const between = sql`e.target_id = ${groupId} and e.at > ${from} and e.at <= ${to}`;
  return sql`(
    select changed.user_id, changed.joined, changed.event_id from (
      select c.user_id, (array_agg(c.joined order by c.version desc, c.at desc, c.id desc))[1] as joined,
        (array_agg(c.joined order by c.version, c.at, c.id))[1] as joined_first,
        (array_agg(c.id order by c.version desc, c.at desc, c.id desc))[1] as event_id
      from ${memberChanges(accountId, between)} c
      where ${isBehind(sql`c.user_id`, page)}
      group by c.user_id
    ) changed
    where changed.joined = changed.joined_first)`;
}

/** The condition that an id lies behind the page's place. */
export function isBehind(
  id: RawBuilder<unknown>,
  { behind, backward }: Partial<IdPage>,
): RawBuilder<unknown> {
  if (behind === undefined) return sql`true`;
  return backward === true ? sql`${id} < ${behind}::uuid` : sql`${id} > ${behind}::uuid`;
}

export function orderAndLimit(id: RawBuilder<unknown>, { backward, limit }: IdPage): RawBuilder<unknown> {
  return sql`order by ${id} ${backward === true ? sql`desc` : sql`asc`} limit ${limit}`;
}
