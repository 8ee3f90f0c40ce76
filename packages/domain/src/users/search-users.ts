import { type Kysely, sql } from 'kysely';
import { boundedQuery } from '../database/bounded-query.ts';
import type { Database } from '../database/connection.ts';
import type { DB } from '../database/schema.generated.ts';
import { isId } from '../ids.ts';
import { MANY } from '../pages/listing.ts';
import type { Position } from '../pages/position.ts';
import { positionOf, selectPage } from '../pages/select-page.ts';
import type { User } from './user.ts';
import {
  isFoundDirectly,
  searchCount,
  searchListing,
  type UserOrder,
  type UserSearch,
} from './user-search.ts';
import { mapUser, USER_COLUMNS, type UserRow } from './users.repository.ts';

/** A piece of a search's list, as it is read. */
export interface UserCut {
  search: UserSearch;
  order: UserOrder;
  /** Undefined: from the list's beginning, or its end. */
  behind: Position | undefined;
  /** Read from the list's end towards its beginning. */
  backward: boolean;
  limit: number;
}

const ADVICE =
  'too many people would have to be looked at. Search by three or more characters of a name or address, or by a group, and order by user name or time of creation.';

/**
 * The people of an account as its administrators see them, local administrators included, tombstones only where they are asked
 * for; in the order of reading: backward, the last of the list comes first. Their groups are not read. Throws TooCostlyError
 * and BusyError.
 */
export async function searchUsers(
  db: Database,
  accountId: string,
  { search, order, behind, backward, limit }: UserCut,
): Promise<readonly { item: User; position: Position }[]> {
  const cut = { from: { behind }, descending: order.descending !== backward, limit };
  // The number of all is asked for apart. A number here only says how to look: among those who match, where an index finds
  // them, or along the order.
  const expected = isFoundDirectly(search) ? 0 : MANY;
  const listing = searchListing(accountId, search, order);
  const { rows } = await boundedQuery(
    db,
    (queries) => selectPage<UserRow>(queries, listing, USER_COLUMNS, cut, expected),
    ADVICE,
  );
  return rows.map((row) => ({ item: mapUser(row), position: positionOf(row) }));
}

/** The exact number of those whom a search finds, which costs next to nothing where it has no condition. */
export async function countUsers(db: Database, accountId: string, search: UserSearch): Promise<number> {
  const { rows } = await boundedQuery(
    db,
    (queries) => searchCount(accountId, search).execute(queries),
    ADVICE,
  );
  return rows[0]?.amount ?? 0;
}

/** People by their ids, tombstones included, without their groups; who is not there is left out. */
export async function findUsersById(
  db: Kysely<DB>,
  accountId: string,
  userIds: readonly string[],
): Promise<ReadonlyMap<string, User>> {
  const ids = userIds.filter((id) => isId(id));
  const { rows } = await sql<UserRow>`
    select ${USER_COLUMNS} from users u
    where u.account_id = ${accountId} and u.id = any(${ids}::uuid[])`.execute(db);
  return new Map(rows.map((row) => [row.id, mapUser(row)]));
}

/** Who holds the user name, or waits to have it, in any letter case; whom an administrator deleted holds it, too. */
export async function findUserByName(
  db: Kysely<DB>,
  accountId: string,
  userName: string,
): Promise<User | undefined> {
  const { rows } = await sql<UserRow>`
    select ${USER_COLUMNS} from users u
    where u.account_id = ${accountId} and u.id = any(array(
      select a.id from users a
      where a.account_id = ${accountId} and a.user_name_lower = lower(${userName}) and a.holds_user_name
      union all
      select c.id from users c
      where c.account_id = ${accountId} and c.pending_user_name_lower = lower(${userName})))`.execute(db);
  return rows[0] && mapUser(rows[0]);
}
