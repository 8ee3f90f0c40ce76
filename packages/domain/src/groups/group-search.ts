import { type RawBuilder, sql } from 'kysely';
import type { PermissionSet } from '../admins/permission-sets.ts';
import { allOf, anyOf, type Condition, not } from '../filters/compile-filter.ts';
import { containsText } from '../filters/operands.ts';
import { searchWords } from '../filters/search-words.ts';
import { isId } from '../ids.ts';
import type { Listing } from '../pages/listing.ts';

/** Which groups an administrator looks for; all of it has to hold. */
export interface GroupSearch {
  /** Words that each are a part of the name, in any letter case. */
  search?: string | undefined;
  /** By SCIM. */
  managed?: boolean | undefined;
  /** Owner, Member and Everyone, or all but these. */
  defaultGroup?: boolean | undefined;
  assignByDefault?: boolean | undefined;
  /** Whether it has an SSO group mapping. */
  mapped?: boolean | undefined;
  /** Groups that carry it. */
  permissionSet?: PermissionSet | undefined;
  /** Groups that somebody is in, in effect or held. */
  memberId?: string | undefined;
}

export interface GroupOrder {
  field: 'displayName' | 'createdAt';
  descending: boolean;
}

/** The groups that a search finds, default groups included, as the table's row `g`. */
export function searchListing(accountId: string, search: GroupSearch, { field }: GroupOrder): Listing {
  const conditions = conditionsOf(accountId, search);
  return {
    accountId,
    resource: 'group',
    table: sql`groups g`,
    id: sql`g.id`,
    shown: sql`g.account_id = ${accountId}`,
    filter: conditions.length === 0 ? undefined : allOf(conditions),
    // Ids are made in the order of time.
    key:
      field === 'createdAt'
        ? undefined
        : { kind: 'stored', type: 'text', value: sql`g.display_name_lower`, nullable: false },
  };
}

/** Whether indexes find the few that are meant, so that nobody has to look through the account. */
export function isFoundDirectly(search: GroupSearch): boolean {
  return (
    searchWords(search.search).length > 0 ||
    search.memberId !== undefined ||
    search.permissionSet !== undefined ||
    search.defaultGroup === true ||
    search.assignByDefault === true
  );
}

/** How many there are. Without a condition it is told by what is counted as groups come and go, and the three apart. */
export function searchCount(accountId: string, search: GroupSearch): RawBuilder<{ amount: number }> {
  const conditions = conditionsOf(accountId, search);
  if (conditions.length > 0) {
    return sql`
      select count(*) as amount from groups g where g.account_id = ${accountId} and ${allOf(conditions)}`;
  }
  return sql`
    select (
      (select coalesce(sum(c.amount), 0) from resource_counts c
        where c.account_id = ${accountId} and c.resource = 'group')
      + (select count(*) from groups d where d.account_id = ${accountId} and d.default_group is not null)
    )::bigint as amount`;
}

function conditionsOf(accountId: string, search: GroupSearch): Condition[] {
  const { managed, defaultGroup, assignByDefault, mapped, permissionSet, memberId } = search;
  const conditions = searchWords(search.search).map(isNamed);
  if (managed !== undefined) conditions.push(yesOrNo(sql`g.scim_managed`, managed));
  if (defaultGroup !== undefined) conditions.push(yesOrNo(sql`g.default_group is not null`, defaultGroup));
  if (assignByDefault !== undefined) conditions.push(yesOrNo(sql`g.assign_by_default`, assignByDefault));
  if (mapped !== undefined) conditions.push(yesOrNo(isMapped(accountId), mapped));
  if (permissionSet !== undefined) conditions.push(carries(accountId, permissionSet));
  if (memberId !== undefined) conditions.push(hasMember(accountId, memberId));
  return conditions;
}

// The index of names leaves the default groups out; said apart, each half has an index.
function isNamed(word: string): Condition {
  const condition = containsText(sql`g.display_name_lower`, word);
  return anyOf([
    allOf([sql`g.default_group is null`, condition]),
    allOf([sql`g.default_group is not null`, condition]),
  ]);
}

function yesOrNo(condition: Condition, wanted: boolean): Condition {
  return wanted ? condition : not(condition);
}

function isMapped(accountId: string): Condition {
  return sql`exists (select from sso_group_mappings s where s.account_id = ${accountId} and s.group_id = g.id)`;
}

function carries(accountId: string, permissionSet: PermissionSet): Condition {
  return sql`g.id = any(array(
    select p.group_id from group_permission_sets p
    where p.account_id = ${accountId} and p.permission_set = ${permissionSet}))`;
}

function hasMember(accountId: string, userId: string): Condition {
  if (!isId(userId)) return sql`false`;
  return sql`g.id = any(array(
    select m.group_id from group_members m where m.account_id = ${accountId} and m.user_id = ${userId}))`;
}
