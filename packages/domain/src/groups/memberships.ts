import { type RawBuilder, sql } from 'kysely';
import { boundedQuery } from '../database/bounded-query.ts';
import type { Database } from '../database/connection.ts';
import { idSet } from '../database/id-set.ts';
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

const FIRST_ID = '00000000-0000-0000-0000-000000000000';
const LAST_ID = 'ffffffff-ffff-ffff-ffff-ffffffffffff';

const ADVICE =
  'too many memberships would have to be looked at. Ask for fewer groups at once, or for shorter pages.';

/**
 * The same piece of the list of each of several groups, or people, in the order of reading. Throws TooCostlyError and
 * BusyError.
 */
export async function listMemberships(
  db: Database,
  accountId: string,
  side: MembershipSide,
  ids: readonly string[],
  cut: MembershipCut,
): Promise<ReadonlyMap<string, readonly Membership[]>> {
  const page = membershipPage(accountId, side, ids, cut);
  const { rows } = await boundedQuery(db, (queries) => page.execute(queries), ADVICE);
  return Map.groupBy(rows.map(membershipFromRow), ({ groupId, userId }) =>
    side === 'group' ? groupId : userId,
  );
}

/**
 * One statement, which reads as many memberships as it gives, however large the groups are. Two columns are compared at once:
 * only the index that begins with them serves that. By the other one, a group of few would be looked for among all
 * memberships wherever one group has nearly all of them.
 */
export function membershipPage(
  accountId: string,
  side: MembershipSide,
  ids: readonly string[],
  { behind, backward, limit }: MembershipCut,
): RawBuilder<MembershipRow> {
  const [lowest, highest] = backward ? [FIRST_ID, behind ?? LAST_ID] : [behind ?? FIRST_ID, LAST_ID];
  const [own, other] = side === 'group' ? ['group_id', 'user_id'] : ['user_id', 'group_id'];
  const place = (alias: string) => sql`${sql.ref(`${alias}.${own}`)}, ${sql.ref(`${alias}.${other}`)}`;
  const order = (alias: string) =>
    backward ? sql`${sql.ref(`${alias}.${own}`)} desc, ${sql.ref(`${alias}.${other}`)} desc` : place(alias);
  return sql`
    select page.group_id, page.user_id, page.origin, page.added_at, person.state <> 'active' as held
    from unnest(${[...ids]}::uuid[]) as wanted (id)
    cross join lateral (
      select m.group_id, m.user_id, m.origin, m.added_at from group_members m
      where m.account_id = ${accountId}
        and (${place('m')}) > (wanted.id, ${lowest}::uuid) and (${place('m')}) < (wanted.id, ${highest}::uuid)
      order by ${order('m')} limit ${limit}
    ) page
    cross join lateral (
      select u.state from users u where u.account_id = ${accountId} and u.id = page.user_id limit 1
    ) person
    order by ${order('page')}`;
}

/** The exact length of each of the lists. Throws TooCostlyError and BusyError. */
export async function countMemberships(
  db: Database,
  accountId: string,
  side: MembershipSide,
  ids: readonly string[],
): Promise<ReadonlyMap<string, number>> {
  const own = side === 'group' ? sql`m.group_id` : sql`m.user_id`;
  return count(
    db,
    ids,
    sql`
      select ${own} as id, count(*) as amount from group_members m
      where m.account_id = ${accountId} and ${own} = any(${idSet(ids)}) group by ${own}`,
  );
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
  const counts = await count(db, groupIds, boundedCounts(accountId, groupIds));
  return new Map(
    [...counts].map(([id, amount]) => [
      id,
      { atLeast: Math.min(amount, COUNTED_MEMBERS), isExact: amount <= COUNTED_MEMBERS },
    ]),
  );
}

export function boundedCounts(
  accountId: string,
  groupIds: readonly string[],
): RawBuilder<{ id: string; amount: number }> {
  return sql`
    select wanted.id, (
      select count(*) from (
        select from group_members m where m.account_id = ${accountId}
          and (m.group_id, m.user_id) >= (wanted.id, ${FIRST_ID}::uuid)
          and (m.group_id, m.user_id) <= (wanted.id, ${LAST_ID}::uuid)
        order by m.group_id, m.user_id limit ${COUNTED_MEMBERS + 1}
      ) counted
    ) as amount
    from unnest(${[...groupIds]}::uuid[]) as wanted (id)`;
}

async function count(
  db: Database,
  ids: readonly string[],
  query: RawBuilder<{ id: string; amount: number }>,
): Promise<ReadonlyMap<string, number>> {
  const { rows } = await boundedQuery(db, (queries) => query.execute(queries), ADVICE);
  const found = new Map(rows.map(({ id, amount }) => [id, amount]));
  return new Map(ids.map((id) => [id, found.get(id) ?? 0]));
}

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
