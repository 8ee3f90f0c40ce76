import { type Kysely, type RawBuilder, sql, type SqlBool } from 'kysely';
import type { DB } from '../database/schema.generated.ts';
import type { User } from '../users/user.ts';
import { mapUser, USER_COLUMNS, type UserRow } from '../users/users.repository.ts';

/** Whoever is active and in a group that carries `account_admin`. */
export async function listActiveAdministrators(db: Kysely<DB>, accountId: string): Promise<readonly User[]> {
  return select(db, accountId, sql<SqlBool>`true`);
}

/** The same person again, if they still are one. */
export async function findActiveAdministrator(
  db: Kysely<DB>,
  accountId: string,
  userId: string,
): Promise<User | undefined> {
  const [user] = await select(db, accountId, sql<SqlBool>`u.id = ${userId}`);
  return user;
}

async function select(
  db: Kysely<DB>,
  accountId: string,
  condition: RawBuilder<SqlBool>,
): Promise<readonly User[]> {
  const { rows } = await sql<UserRow>`
    select ${USER_COLUMNS} from users u
    where u.account_id = ${accountId} and u.state = 'active' and ${condition} and exists (
      select from group_members m
      join group_permission_sets p on p.account_id = m.account_id and p.group_id = m.group_id
      where m.account_id = ${accountId} and m.user_id = u.id and p.permission_set = 'account_admin'
    ) order by u.id`.execute(db);
  return rows.map(mapUser);
}
