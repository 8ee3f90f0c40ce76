import { type Kysely, type RawBuilder, sql } from 'kysely';
import type { DB } from '../database/schema.generated.ts';
import { groupListing, type GroupQuery } from '../groups/find-groups.ts';
import { type Group, groupColumns, groupFromRow, type GroupRow } from '../groups/group.ts';
import { userListing, type UserPage } from '../users/find-users.ts';
import type { User } from '../users/user.ts';
import { groupsColumn, mapUser, USER_COLUMNS, type UserRow } from '../users/users.repository.ts';
import { type Cut, cutOf } from './cut.ts';
import { type Listing, planListing } from './listing.ts';
import { positionOf } from './select-page.ts';
import { constantKey, keyOrder, type KeyType, type SortKey } from './sort-key.ts';
import { type Page, type PageStart, turnPage } from './turn-page.ts';

/** What is asked of one type's resources; a sort that its resources have no attribute for is missing here. */
type AskedOf<Query extends { filter?: unknown; sort?: unknown }> = Pick<Query, 'filter' | 'sort'>;

export type ResourceQuery = PageStart & {
  /** Undefined: none of them match. */
  users: AskedOf<UserPage> | undefined;
  groups: AskedOf<GroupQuery> | undefined;
  /** Undefined: users in the order of creation, and then groups. */
  sort: { descending: boolean } | undefined;
  scimBaseUrl: string;
  count: number;
  withGroups: boolean;
};

export type Resource = { type: 'User'; user: User } | { type: 'Group'; group: Group };

/** A page of users and groups in one order, with the exact number of all that match; members are not read. */
export async function listResources(
  db: Kysely<DB>,
  accountId: string,
  query: ResourceQuery,
): Promise<Page<Resource>> {
  const listings = listingsOf(accountId, query);
  const request = { ...query, descending: query.sort?.descending ?? false };
  return turnPage(db, accountId, request, async (cut, knownTotal) => {
    const { total, places } = await selectPlaces(db, listings, cut, knownTotal);
    const [users, groups] = await Promise.all([
      usersById(db, accountId, idsOf(places, 'user'), query.withGroups),
      groupsById(db, accountId, idsOf(places, 'group')),
    ]);
    const rows = places.map((place) => ({
      item: users.get(place.id) ?? groups.get(place.id),
      position: positionOf(place),
    }));
    return { total, rows };
  });
}

function listingsOf(
  accountId: string,
  { users, groups, sort, scimBaseUrl }: ResourceQuery,
): readonly Listing[] {
  const ofUsers = users && userListing(accountId, { ...users, scimBaseUrl });
  const ofGroups = groups && groupListing(accountId, { ...groups, scimBaseUrl });
  if (sort === undefined) {
    return [
      ...(ofUsers === undefined ? [] : [{ ...ofUsers, key: constantKey('1') }]),
      ...(ofGroups === undefined ? [] : [{ ...ofGroups, key: constantKey('2') }]),
    ];
  }
  const type = (ofUsers?.key ?? ofGroups?.key)?.type ?? 'text';
  return [
    ...(ofUsers === undefined ? [] : [{ ...ofUsers, key: keyFor(ofUsers, users?.sort, type) }]),
    ...(ofGroups === undefined ? [] : [{ ...ofGroups, key: keyFor(ofGroups, groups?.sort, type) }]),
  ];
}

/** Resources without the attribute come where those without a value are. */
function keyFor({ key }: Listing, sort: unknown, type: KeyType): SortKey | undefined {
  return sort === undefined ? constantKey(null, type) : key;
}

interface Place {
  id: string;
  resource: Listing['resource'];
  sort_key: string | null;
}

async function selectPlaces(
  db: Kysely<DB>,
  listings: readonly Listing[],
  cut: Cut,
  knownTotal: number | undefined,
): Promise<{ total: number; places: readonly Place[] }> {
  if (listings.length === 0) return { total: 0, places: [] };
  const plans = listings.map((listing) => ({
    listing,
    ...planListing(listing, knownTotal, `${listing.resource}_`),
  }));
  const order = keyOrder(keyTypeAmong(listings), sql`cut.key`, sql`cut.id`, cut.descending);
  const parts = plans.map(
    ({ listing, rows }) => sql`
      select ${listing.resource}::text as resource, part.id, part.key from (${cutOf(rows, cutOfEach(cut))}) part`,
  );
  const totals = plans.map(
    ({ listing }) => sql`(select amount from ${sql.ref(`${listing.resource}_total`)})`,
  );
  const total = knownTotal === undefined ? sql.join(totals, sql` + `) : sql`${knownTotal}::bigint`;
  const { rows } = await sql<{ total: number } & (Place | { id: null })>`
    with ${sql.join(plans.map(({ tables }) => tables))},
    cut as materialized (
      select cut.resource, cut.id, cut.key from (${sql.join(parts, sql` union all `)}) cut
      order by ${order} offset ${'offset' in cut.from ? cut.from.offset : 0} limit ${cut.limit}
    )
    select total.amount as total, cut.resource, cut.id, cut.key::text as sort_key
    from (select ${total} as amount) total left join cut on true
    order by ${order}`.execute(db);
  return { total: rows[0]?.total ?? 0, places: rows.filter((row) => row.id !== null) };
}

/** How many of the rows before a page are of which type is not known: of each there may be as many as of all. */
function cutOfEach({ from, descending, limit }: Cut): Cut {
  return 'offset' in from
    ? { from: { behind: undefined }, descending, limit: from.offset + limit }
    : { from, descending, limit };
}

function keyTypeAmong(listings: readonly Listing[]): KeyType {
  return listings.find(({ key }) => key !== undefined)?.key?.type ?? 'text';
}

function idsOf(places: readonly Place[], resource: Place['resource']): readonly string[] {
  return places.filter((place) => place.resource === resource).map(({ id }) => id);
}

async function usersById(
  db: Kysely<DB>,
  accountId: string,
  ids: readonly string[],
  withGroups: boolean,
): Promise<ReadonlyMap<string, Resource>> {
  if (ids.length === 0) return new Map();
  const groups: RawBuilder<unknown> = withGroups ? sql`, ${groupsColumn(accountId)}` : sql``;
  const { rows } = await sql<UserRow>`
    select ${USER_COLUMNS}${groups} from users u
    where u.account_id = ${accountId} and u.in_scim and u.id = any(${ids}::uuid[])`.execute(db);
  return new Map(rows.map((row) => [row.id, { type: 'User', user: mapUser(row) }]));
}

async function groupsById(
  db: Kysely<DB>,
  accountId: string,
  ids: readonly string[],
): Promise<ReadonlyMap<string, Resource>> {
  if (ids.length === 0) return new Map();
  const { rows } = await sql<GroupRow>`
    select ${groupColumns('g')} from groups g
    where g.account_id = ${accountId} and g.default_group is null and g.id = any(${ids}::uuid[])`.execute(db);
  return new Map(rows.map((row) => [row.id, { type: 'Group', group: groupFromRow(accountId, row) }]));
}
