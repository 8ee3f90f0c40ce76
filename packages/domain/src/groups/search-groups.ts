import { type Kysely, sql } from 'kysely';
import { boundedQuery } from '../database/bounded-query.ts';
import type { Database } from '../database/connection.ts';
import type { DB } from '../database/schema.generated.ts';
import { isId } from '../ids.ts';
import { MANY } from '../pages/listing.ts';
import type { Position } from '../pages/position.ts';
import { positionOf, selectPage } from '../pages/select-page.ts';
import { type Group, groupColumns, groupFromRow, type GroupRow } from './group.ts';
import {
  type GroupOrder,
  type GroupSearch,
  isFoundDirectly,
  searchCount,
  searchListing,
} from './group-search.ts';

/** A piece of a search's list, as it is read. */
export interface GroupCut {
  search: GroupSearch;
  order: GroupOrder;
  /** Undefined: from the list's beginning, or its end. */
  behind: Position | undefined;
  /** Read from the list's end towards its beginning. */
  backward: boolean;
  limit: number;
}

const ADVICE =
  'too many groups would have to be looked at. Search by three or more characters of a name, by a member, or by a permission set.';

/**
 * The groups of an account as its administrators see them, default groups included, in the order of reading: backward, the last
 * of the list comes first. Throws TooCostlyError and BusyError.
 */
export async function searchGroups(
  db: Database,
  accountId: string,
  { search, order, behind, backward, limit }: GroupCut,
): Promise<readonly { item: Group; position: Position }[]> {
  const cut = { from: { behind }, descending: order.descending !== backward, limit };
  // The number of all is asked for apart. A number here only says how to look: among those who match, where an index finds
  // them, or along the order.
  const expected = isFoundDirectly(search) ? 0 : MANY;
  const listing = searchListing(accountId, search, order);
  const { rows } = await boundedQuery(
    db,
    (queries) => selectPage<GroupRow>(queries, listing, groupColumns('g'), cut, expected),
    ADVICE,
  );
  return rows.map((row) => ({ item: groupFromRow(accountId, row), position: positionOf(row) }));
}

/** The exact number of those that a search finds, which costs next to nothing where it has no condition. */
export async function countGroups(db: Database, accountId: string, search: GroupSearch): Promise<number> {
  const { rows } = await boundedQuery(
    db,
    (queries) => searchCount(accountId, search).execute(queries),
    ADVICE,
  );
  return rows[0]?.amount ?? 0;
}

/** Groups by their ids, default groups included; who is not there is left out. */
export async function findGroupsById(
  db: Kysely<DB>,
  accountId: string,
  groupIds: readonly string[],
): Promise<ReadonlyMap<string, Group>> {
  const ids = groupIds.filter((id) => isId(id));
  const { rows } = await sql<GroupRow>`
    select ${groupColumns('g')} from groups g
    where g.account_id = ${accountId} and g.id = any(${ids}::uuid[])`.execute(db);
  return new Map(rows.map((row) => [row.id, groupFromRow(accountId, row)]));
}
