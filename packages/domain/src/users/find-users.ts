import { type Kysely, type RawBuilder, type SqlBool, sql } from 'kysely';
import type { ResolvedFilter } from '@rollcall/scim-protocol/resolve-filter';
import type { DB } from '../database/schema.generated.ts';
import { userFilter } from '../filters/user-filter.ts';
import { isId } from '../ids.ts';
import type { User } from './user.ts';
import { groupsColumn, mapUser, selectUser, USER_COLUMNS, type UserRow } from './users.repository.ts';

export interface UserPage {
  filter?: ResolvedFilter | undefined;
  /** Where the account's resources live, without a slash at the end: filters may name meta.location. */
  scimBaseUrl: string;
  /** 1 is the first (RFC 7644 3.4.2.4). */
  startIndex: number;
  count: number;
  withGroups: boolean;
}

/** One person as SCIM shows them, or undefined: also for ids of other accounts, and for texts that are no ids. */
export async function findUser(db: Kysely<DB>, accountId: string, userId: string): Promise<User | undefined> {
  return isId(userId) ? selectUser(db, accountId, userId, 'in_scim') : undefined;
}

/**
 * A page of the people whom SCIM shows, in the order of their creation, with the exact number of all that match. Both
 * come from one statement and so from one snapshot.
 */
export async function listUsers(
  db: Kysely<DB>,
  accountId: string,
  page: UserPage,
): Promise<{ total: number; users: User[] }> {
  const matching =
    page.filter === undefined ? sql<SqlBool>`true` : userFilter(accountId, page.filter, page.scimBaseUrl);
  const total = page.filter === undefined ? countedTotal(accountId) : matchedTotal(accountId, matching);
  const groups = page.withGroups ? sql`, ${groupsColumn(accountId)}` : sql``;
  // The page is cut on the index alone; whole rows are read only for those on it.
  const { rows } = await sql<Partial<UserRow> & { total: number }>`
    select t.total, p.* from (select ${total} as total) t
    left join lateral (
      select ${USER_COLUMNS}${groups}
      from (select u.id from users u where u.account_id = ${accountId} and u.in_scim and ${matching}
        order by u.id offset ${page.startIndex - 1} limit ${page.count}) cut
      join users u on u.account_id = ${accountId} and u.id = cut.id
    ) p on true
    order by p.id`.execute(db);
  return {
    total: rows[0]?.total ?? 0,
    users: rows.filter(isUserRow).map(mapUser),
  };
}

function countedTotal(accountId: string): RawBuilder<number> {
  return sql`(select coalesce(sum(c.amount), 0)::bigint from resource_counts c
    where c.account_id = ${accountId} and c.resource = 'user')`;
}

function matchedTotal(accountId: string, matching: RawBuilder<SqlBool>): RawBuilder<number> {
  return sql`(select count(*) from users u where u.account_id = ${accountId} and u.in_scim and ${matching})`;
}

// Beyond the last page the left join gives one row that has the total and no user.
function isUserRow(row: Partial<UserRow> & { total: number }): row is UserRow & { total: number } {
  return row.id !== undefined && row.id !== null;
}
