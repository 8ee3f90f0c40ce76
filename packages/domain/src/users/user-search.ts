import { type RawBuilder, sql } from 'kysely';
import { type Condition, allOf, not } from '../filters/compile-filter.ts';
import { containsText } from '../filters/operands.ts';
import { searchWords } from '../filters/search-words.ts';
import { isId } from '../ids.ts';
import type { LicenseSource, LicenseType } from '../licenses/license-type.ts';
import type { Listing } from '../pages/listing.ts';
import { computedKey, type SortKey } from '../pages/sort-key.ts';
import type { UserState } from './user.ts';

/** Whom an administrator looks for; all of it has to hold. */
export interface UserSearch {
  /** Words that each are a part of a name, the user name or an address, in any letter case. */
  search?: string | undefined;
  /** Tombstones are found by `deleted` alone. */
  state?: UserState | undefined;
  licenseType?: LicenseType | undefined;
  licenseSource?: LicenseSource | undefined;
  /** By SCIM. */
  managed?: boolean | undefined;
  /** Members of that group, in effect or held. */
  groupId?: string | undefined;
  /** Inclusive. */
  createdFrom?: Date | undefined;
  /** Exclusive. */
  createdBefore?: Date | undefined;
}

export interface UserOrder {
  field: 'userName' | 'createdAt' | 'updatedAt';
  descending: boolean;
}

/** The people whom a search finds, as the table's row `u`. */
export function searchListing(accountId: string, search: UserSearch, order: UserOrder): Listing {
  const conditions = conditionsOf(accountId, search);
  return {
    accountId,
    resource: 'user',
    table: sql`users u`,
    id: sql`u.id`,
    shown: shownTo(accountId, search),
    filter: conditions.length === 0 ? undefined : allOf(conditions),
    key: keyOf(order),
  };
}

/** Whether indexes find the few that are meant, so that nobody has to look through the account. */
export function isFoundDirectly(search: UserSearch): boolean {
  return searchWords(search.search).length > 0 || search.groupId !== undefined;
}

/** How many there are. Without a condition it is told by what is counted as people come and go, and by the few apart. */
export function searchCount(accountId: string, search: UserSearch): RawBuilder<{ amount: number }> {
  const conditions = conditionsOf(accountId, search);
  if (conditions.length > 0 || search.state === 'deleted') {
    return sql`
      select count(*) as amount from users u where ${allOf([shownTo(accountId, search), ...conditions])}`;
  }
  return sql`
    select (
      (select coalesce(sum(c.amount), 0) from resource_counts c
        where c.account_id = ${accountId} and c.resource = 'user')
      - (select count(*) from users gone where gone.account_id = ${accountId}
        and gone.deleted_by = 'administrator' and not gone.local_administrator)
      + (select count(*) from users local where local.account_id = ${accountId}
        and local.local_administrator and local.state <> 'deleted')
    )::bigint as amount`;
}

// Everybody living holds their user name; saying so lets the unique index on held names serve.
function shownTo(accountId: string, { state }: UserSearch): Condition {
  return state === 'deleted'
    ? sql`u.account_id = ${accountId} and u.deleted_by is not null`
    : sql`u.account_id = ${accountId} and u.holds_user_name and u.state <> 'deleted'`;
}

function conditionsOf(accountId: string, search: UserSearch): Condition[] {
  const { state, licenseType, licenseSource, managed, groupId, createdFrom, createdBefore } = search;
  const conditions = searchWords(search.search).map((word) => containsText(sql`u.search_text`, word));
  if (state !== undefined && state !== 'deleted') conditions.push(sql`u.state = ${state}`);
  if (licenseType !== undefined) conditions.push(sql`u.license_type = ${licenseType}`);
  if (licenseSource !== undefined) conditions.push(sql`u.license_source = ${licenseSource}`);
  if (managed !== undefined) conditions.push(managed ? sql`u.scim_managed` : not(sql`u.scim_managed`));
  if (groupId !== undefined) conditions.push(isMember(accountId, groupId));
  if (createdFrom !== undefined) conditions.push(sql`u.created_at >= ${createdFrom}`);
  if (createdBefore !== undefined) conditions.push(sql`u.created_at < ${createdBefore}`);
  return conditions;
}

function isMember(accountId: string, groupId: string): Condition {
  if (!isId(groupId)) return sql`false`;
  return sql`u.id = any(array(
    select m.user_id from group_members m where m.account_id = ${accountId} and m.group_id = ${groupId}))`;
}

function keyOf({ field }: UserOrder): SortKey | undefined {
  switch (field) {
    case 'userName':
      return { kind: 'stored', type: 'text', value: sql`u.user_name_lower`, nullable: false };
    case 'createdAt':
      // Ids are made in the order of time, and every list has an index in theirs.
      return undefined;
    case 'updatedAt':
      // An index of it would have every change of a person write to all of them.
      return computedKey('timestamptz', sql`u.updated_at`, false);
  }
}
