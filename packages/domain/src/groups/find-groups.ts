import type { ResolvedFilter } from '@rollcall/scim-protocol/resolve-filter';
import { type Kysely, sql } from 'kysely';
import type { DB } from '../database/schema.generated.ts';
import { groupFilter } from '../filters/group-filter.ts';
import { isId } from '../ids.ts';
import { groupKey } from '../pages/group-key.ts';
import type { Listing } from '../pages/listing.ts';
import { positionOf, selectPage } from '../pages/select-page.ts';
import type { Sort } from '../pages/sort-key.ts';
import { type Page, type PageStart, turnPage } from '../pages/turn-page.ts';
import { type Group, groupColumns, groupFromRow, type GroupRow } from './group.ts';
import { selectGroup } from './groups.repository.ts';

/** A group as SCIM sees it: default groups are not there. */
export async function findGroup(
  db: Kysely<DB>,
  accountId: string,
  groupId: string,
): Promise<Group | undefined> {
  return isId(groupId) ? selectGroup(db, accountId, groupId) : undefined;
}

export type GroupQuery = PageStart & {
  filter?: ResolvedFilter | undefined;
  /** Undefined: in the order of creation. */
  sort?: Sort | undefined;
  /** Where the account's resources live, without a slash at the end: filters on `meta.location` and `members.$ref` need it. */
  scimBaseUrl: string;
  count: number;
};

/** A page of the groups that SCIM sees, with the exact number of all that match; members are not read. */
export async function listGroups(
  db: Kysely<DB>,
  accountId: string,
  page: GroupQuery,
): Promise<Omit<Page<Group>, 'items'> & { groups: readonly Group[] }> {
  const listing = groupListing(accountId, page);
  const request = { ...page, descending: page.sort?.descending ?? false };
  const { items, ...rest } = await turnPage(db, accountId, request, async (cut, knownTotal) => {
    const { total, rows } = await selectPage<GroupRow>(db, listing, groupColumns('g'), cut, knownTotal);
    return {
      total,
      rows: rows.map((row) => ({ item: groupFromRow(accountId, row), position: positionOf(row) })),
    };
  });
  return { ...rest, groups: items };
}

/** The groups of a list, as the table's row `g`. */
export function groupListing(
  accountId: string,
  { filter, sort, scimBaseUrl }: Pick<GroupQuery, 'filter' | 'sort' | 'scimBaseUrl'>,
): Listing {
  return {
    accountId,
    resource: 'group',
    table: sql`groups g`,
    id: sql`g.id`,
    shown: sql`g.account_id = ${accountId} and g.default_group is null`,
    filter: filter && groupFilter(accountId, filter, scimBaseUrl),
    key: sort && groupKey(accountId, sort.target, scimBaseUrl),
  };
}
