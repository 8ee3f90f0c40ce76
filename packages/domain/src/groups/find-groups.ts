import type { ResolvedFilter } from '@rollcall/scim-protocol/resolve-filter';
import { type Kysely, type RawBuilder, sql, type SqlBool } from 'kysely';
import type { DB } from '../database/schema.generated.ts';
import { groupFilter } from '../filters/group-filter.ts';
import { isId } from '../ids.ts';
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

export interface GroupQuery {
  filter?: ResolvedFilter | undefined;
  /** Where the account's resources live, without a slash at the end: filters on `meta.location` and `members.$ref` need it. */
  scimBaseUrl: string;
  /** The first is 1 (RFC 7644 3.4.2.4). */
  startIndex: number;
  count: number;
}

/**
 * A page of the groups that SCIM sees in the order of their ids, with the exact number of all that the query matches.
 * One statement, so page and total agree; members are not read.
 */
export async function listGroups(
  db: Kysely<DB>,
  accountId: string,
  { filter, scimBaseUrl, startIndex, count }: GroupQuery,
): Promise<{ total: number; groups: Group[] }> {
  const matching =
    filter === undefined
      ? allGroups(accountId)
      : groupsMatching(accountId, groupFilter(accountId, filter, scimBaseUrl));
  const { rows } = await sql<GroupPageRow>`
    with ${matching}
    select total.amount as total, ${groupColumns('g')}
    from total
    left join (
      select ${groupColumns('g')} from groups g
      where g.account_id = ${accountId} and g.id = any(array(
        select id from matching order by id offset ${startIndex - 1} limit ${count}))
    ) g on true
    order by g.id`.execute(db);
  return {
    total: rows[0]?.total ?? 0,
    groups: rows.flatMap((row) => (isGroupRow(row) ? [groupFromRow(accountId, row)] : [])),
  };
}

/** Counted as they come and go, so that the total costs no scan. */
function allGroups(accountId: string) {
  return sql`
    matching as not materialized (
      select g.id from groups g where g.account_id = ${accountId} and g.default_group is null
    ),
    total as (
      select coalesce(sum(c.amount), 0)::bigint as amount from resource_counts c
      where c.account_id = ${accountId} and c.resource = 'group'
    )`;
}

function groupsMatching(accountId: string, condition: RawBuilder<SqlBool>) {
  return sql`
    matching as materialized (
      select g.id from groups g
      where g.account_id = ${accountId} and g.default_group is null and ${condition}
    ),
    total as (select count(*) as amount from matching)`;
}

type GroupPageRow = { total: number } & (GroupRow | { id: null });

// A page behind the last group is one row that holds the total alone.
function isGroupRow(row: GroupPageRow): row is GroupPageRow & GroupRow {
  return row.id !== null;
}
