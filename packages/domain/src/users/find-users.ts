import { type Kysely, type RawBuilder, sql } from 'kysely';
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
    page.filter === undefined ? allUsers(accountId) : usersMatching(accountId, page.filter, page.scimBaseUrl);
  const groups = page.withGroups ? sql`, ${groupsColumn(accountId)}` : sql``;
  // The page is cut on ids alone, and whole rows are read by them: a join could be planned as a walk of the account.
  const { rows } = await sql<UserPageRow>`
    with ${matching}
    select total.amount as total, p.* from total
    left join (
      select ${USER_COLUMNS}${groups} from users u
      where u.account_id = ${accountId} and u.id = any(array(
        select id from matching order by id offset ${page.startIndex - 1} limit ${page.count}))
    ) p on true
    order by p.id`.execute(db);
  return {
    total: rows[0]?.total ?? 0,
    users: rows.flatMap((row) => (isUserRow(row) ? [mapUser(row)] : [])),
  };
}

/** Counted as they come and go, so that the total costs no scan. */
function allUsers(accountId: string): RawBuilder<unknown> {
  return sql`
    matching as not materialized (
      select u.id from users u where u.account_id = ${accountId} and u.in_scim
    ),
    total as (
      select coalesce(sum(c.amount), 0)::bigint as amount from resource_counts c
      where c.account_id = ${accountId} and c.resource = 'user'
    )`;
}

// Evaluated once, for the total and the page: planned apart, the page would be looked for by walking the whole account.
function usersMatching(accountId: string, filter: ResolvedFilter, scimBaseUrl: string): RawBuilder<unknown> {
  return sql`
    matching as materialized (
      select u.id from users u
      where u.account_id = ${accountId} and u.in_scim and ${userFilter(accountId, filter, scimBaseUrl)}
    ),
    total as (select count(*) as amount from matching)`;
}

type UserPageRow = { total: number } & (UserRow | { id: null });

// A page behind the last person is one row that holds the total alone.
function isUserRow(row: UserPageRow): row is UserPageRow & UserRow {
  return row.id !== null;
}
