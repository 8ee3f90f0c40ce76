import { type Kysely, sql } from 'kysely';
import type { DB } from '../database/schema.generated.ts';
import type { User, UserState } from './user.ts';
import { groupsColumn, mapUser, USER_COLUMNS, type UserRow } from './users.repository.ts';

export interface UserSearch {
  /** Part of the user name, in any letter case. */
  search?: string | undefined;
  state?: UserState | undefined;
  /** The id of the last person of the page before. */
  after?: string | undefined;
  limit: number;
}

/** The people of an account as its administrators see them, tombstones included, in the order of their creation. */
export async function listAllUsers(
  db: Kysely<DB>,
  accountId: string,
  query: UserSearch,
): Promise<{ users: User[]; next: string | undefined }> {
  const { search, state, after, limit } = query;
  const { rows } = await sql<UserRow>`
    select ${USER_COLUMNS}, ${groupsColumn(accountId)} from users u
    where u.account_id = ${accountId}
      and ${search === undefined ? sql`true` : sql`position(lower(${search}) in u.user_name_lower) > 0`}
      and ${state === undefined ? sql`true` : sql`u.state = ${state}`}
      and ${after === undefined ? sql`true` : sql`u.id > ${after}`}
    order by u.id limit ${limit + 1}`.execute(db);
  const users = rows.slice(0, limit).map(mapUser);
  return { users, next: rows.length > limit ? users.at(-1)?.id : undefined };
}
