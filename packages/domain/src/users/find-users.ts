import type { ResolvedFilter } from '@rollcall/scim-protocol/resolve-filter';
import { type Kysely, sql } from 'kysely';
import type { DB } from '../database/schema.generated.ts';
import { userFilter } from '../filters/user-filter.ts';
import { isId } from '../ids.ts';
import type { Listing } from '../pages/listing.ts';
import { positionOf, selectPage } from '../pages/select-page.ts';
import type { Sort } from '../pages/sort-key.ts';
import { type Page, type PageStart, turnPage } from '../pages/turn-page.ts';
import { userKey } from '../pages/user-key.ts';
import type { User } from './user.ts';
import { groupsColumn, mapUser, selectUser, USER_COLUMNS, type UserRow } from './users.repository.ts';

export type UserPage = PageStart & {
  filter?: ResolvedFilter | undefined;
  /** Undefined: in the order of creation. */
  sort?: Sort | undefined;
  /** Where the account's resources live, without a slash at the end: filters and sorting may name meta.location. */
  scimBaseUrl: string;
  count: number;
  withGroups: boolean;
};

/** One person as SCIM shows them, or undefined: also for ids of other accounts, and for texts that are no ids. */
export async function findUser(db: Kysely<DB>, accountId: string, userId: string): Promise<User | undefined> {
  return isId(userId) ? selectUser(db, accountId, userId, 'in_scim') : undefined;
}

/** A page of the people whom SCIM shows, with the exact number of all that match. */
export async function listUsers(
  db: Kysely<DB>,
  accountId: string,
  page: UserPage,
): Promise<Omit<Page<User>, 'items'> & { users: readonly User[] }> {
  const listing = userListing(accountId, page);
  const columns = page.withGroups ? sql`${USER_COLUMNS}, ${groupsColumn(accountId)}` : USER_COLUMNS;
  const request = { ...page, descending: page.sort?.descending ?? false };
  const { items, ...rest } = await turnPage(db, accountId, request, async (cut, knownTotal) => {
    const { total, rows } = await selectPage<UserRow>(db, listing, columns, cut, knownTotal);
    return { total, rows: rows.map((row) => ({ item: mapUser(row), position: positionOf(row) })) };
  });
  return { ...rest, users: items };
}

/** The people of a list, as the table's row `u`. */
export function userListing(
  accountId: string,
  { filter, sort, scimBaseUrl }: Pick<UserPage, 'filter' | 'sort' | 'scimBaseUrl'>,
): Listing {
  return {
    accountId,
    resource: 'user',
    table: sql`users u`,
    id: sql`u.id`,
    shown: sql`u.account_id = ${accountId} and u.in_scim`,
    filter: filter && userFilter(accountId, filter, scimBaseUrl),
    isLookUp: filter !== undefined && isLookUp(filter),
    key: sort && userKey(accountId, sort.target, scimBaseUrl),
  };
}

/** By name or by id; of other attributes several people can have the same. */
function isLookUp(filter: ResolvedFilter): boolean {
  if (filter.kind !== 'compare' || filter.op !== 'eq' || filter.target.isExtension) return false;
  const { name } = filter.target.attribute;
  return filter.value.type === 'string' && (name === 'userName' || name === 'id');
}
