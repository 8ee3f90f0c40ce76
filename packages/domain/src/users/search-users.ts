import { boundedQuery } from '../database/bounded-query.ts';
import type { Database } from '../database/connection.ts';
import type { Cut } from '../pages/cut.ts';
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

/** A piece of a search's list: so many people behind a place, or before one. */
export interface UserCut {
  search: UserSearch;
  order: UserOrder;
  /** Undefined: from the list's beginning, or backward from its end. */
  behind?: Position | undefined;
  direction: 'forward' | 'backward';
  limit: number;
}

export interface FoundUsers {
  /** In the list's order, whichever way it is walked. */
  users: readonly { user: User; position: Position }[];
  /** Whether there are more beyond, in the direction of the cut. */
  hasMore: boolean;
}

const ADVICE =
  'too many people would have to be looked at. Search by three or more characters of a name or address, or by a group, and order by user name or time of creation.';

/**
 * The people of an account as its administrators see them: local administrators included, tombstones only where they are
 * asked for. Their groups are not read. Throws TooCostlyError and BusyError.
 */
export async function searchUsers(db: Database, accountId: string, cut: UserCut): Promise<FoundUsers> {
  const { search, order, behind, direction, limit } = cut;
  const isBackward = direction === 'backward';
  const page: Cut = { from: { behind }, descending: order.descending !== isBackward, limit: limit + 1 };
  // The number of all is asked for apart. A number here only says how to look: among those who match, where an index finds
  // them, or along the order.
  const expected = isFoundDirectly(search) ? 0 : MANY;
  const listing = searchListing(accountId, search, order);
  const { rows } = await boundedQuery(
    db,
    (queries) => selectPage<UserRow>(queries, listing, USER_COLUMNS, page, expected),
    ADVICE,
  );
  const found = rows.slice(0, limit).map((row) => ({ user: mapUser(row), position: positionOf(row) }));
  return { users: isBackward ? found.toReversed() : found, hasMore: rows.length > limit };
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
