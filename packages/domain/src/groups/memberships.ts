import { type RawBuilder, sql } from 'kysely';
import { boundedQuery } from '../database/bounded-query.ts';
import type { Database } from '../database/connection.ts';
import type { MembershipOrigin } from './group.ts';

/** Why somebody is in a group, since when, and whether it takes effect. */
export interface Membership {
  groupId: string;
  userId: string;
  origin: MembershipOrigin;
  addedAt: Date;
  /** The person is not active: it takes effect once they are. */
  held: boolean;
}

/** A piece of the list of a group's members, or of a person's groups, in the order of their ids, as it is read. */
export interface MembershipCut {
  /** The id of the person, or of the group, that the piece lies behind. */
  behind: string | undefined;
  /** Read from the list's end towards its beginning. */
  backward: boolean;
  limit: number;
}

/** Of which side lists are asked: the members of groups, or the groups of users. */
export type MembershipSide = 'group' | 'user';

/** How many members are counted at most where many groups are shown at once. */
export const COUNTED_MEMBERS = 10_000;

const ADVICE =
  'too many memberships would have to be looked at. Ask for fewer groups at once, or for shorter pages.';

/**
 * The same piece of the list of each of several groups, or people: one statement, which reads as many memberships as it gives,
 * however large the groups are. In the order of reading. Throws TooCostlyError and BusyError.
 */
export async function listMemberships(
  db: Database,
  accountId: string,
  side: MembershipSide,
  ids: readonly string[],
  { behind, backward, limit }: MembershipCut,
): Promise<ReadonlyMap<string, readonly Membership[]>> {
  const { own, other } = COLUMNS[side];
  const isBehind = backward ? sql`${other} < ${behind}` : sql`${other} > ${behind}`;
  const direction = backward ? sql`desc` : sql`asc`;
  const { rows } = await boundedQuery(
    db,
    (queries) =>
      sql<MembershipRow>`
      select page.group_id, page.user_id, page.origin, page.added_at, person.state <> 'active' as held
      from unnest(${[...ids]}::uuid[]) with ordinality as wanted (id, place)
      cross join lateral (
        select m.group_id, m.user_id, m.origin, m.added_at from group_members m
        where m.account_id = ${accountId} and ${own} = wanted.id and ${behind === undefined ? sql`true` : isBehind}
        order by ${other} ${direction} limit ${limit}
      ) page
      cross join lateral (
        select u.state from users u where u.account_id = ${accountId} and u.id = page.user_id limit 1
      ) person
      order by wanted.place, page.${sql.ref(side === 'group' ? 'user_id' : 'group_id')} ${direction}`.execute(
        queries,
      ),
    ADVICE,
  );
  return Map.groupBy(rows.map(membershipFromRow), ({ groupId, userId }) =>
    side === 'group' ? groupId : userId,
  );
}

/** The exact length of each of the lists. Throws TooCostlyError and BusyError. */
export async function countMemberships(
  db: Database,
  accountId: string,
  side: MembershipSide,
  ids: readonly string[],
): Promise<ReadonlyMap<string, number>> {
  return count(db, accountId, side, ids, sql``);
}

/**
 * How many members each of the groups has, counted up to COUNTED_MEMBERS: what a list of groups shows must not read millions of
 * rows. Throws TooCostlyError and BusyError.
 */
export async function countMembersOfMany(
  db: Database,
  accountId: string,
  groupIds: readonly string[],
): Promise<ReadonlyMap<string, { atLeast: number; isExact: boolean }>> {
  const counts = await count(db, accountId, 'group', groupIds, sql`limit ${COUNTED_MEMBERS + 1}`);
  return new Map(
    [...counts].map(([id, amount]) => [
      id,
      { atLeast: Math.min(amount, COUNTED_MEMBERS), isExact: amount <= COUNTED_MEMBERS },
    ]),
  );
}

async function count(
  db: Database,
  accountId: string,
  side: MembershipSide,
  ids: readonly string[],
  limit: RawBuilder<unknown>,
): Promise<ReadonlyMap<string, number>> {
  const { rows } = await boundedQuery(
    db,
    (queries) =>
      sql<{ id: string; amount: number }>`
      select wanted.id, (
        select count(*) from (
          select from group_members m
          where m.account_id = ${accountId} and ${COLUMNS[side].own} = wanted.id ${limit}
        ) counted
      ) as amount
      from unnest(${[...ids]}::uuid[]) as wanted (id)`.execute(queries),
    ADVICE,
  );
  return new Map(rows.map(({ id, amount }) => [id, amount]));
}

const COLUMNS = {
  group: { own: sql`m.group_id`, other: sql`m.user_id` },
  user: { own: sql`m.user_id`, other: sql`m.group_id` },
};

interface MembershipRow {
  group_id: string;
  user_id: string;
  origin: MembershipOrigin;
  added_at: Date;
  held: boolean;
}

function membershipFromRow(row: MembershipRow): Membership {
  return {
    groupId: row.group_id,
    userId: row.user_id,
    origin: row.origin,
    addedAt: row.added_at,
    held: row.held,
  };
}
