import { type Kysely, sql } from 'kysely';
import type { DB } from '../database/schema.generated.ts';
import type { PermissionSet } from './permission-sets.ts';

/** What a person may do: the permission sets of the groups that they are in; nothing unless they are active. */
export async function permissionSetsOfUser(
  db: Kysely<DB>,
  accountId: string,
  userId: string,
): Promise<readonly PermissionSet[]> {
  const { rows } = await sql<{ permission_set: PermissionSet }>`
    select distinct p.permission_set from group_members m
    join group_permission_sets p on p.account_id = m.account_id and p.group_id = m.group_id
    join users u on u.account_id = m.account_id and u.id = m.user_id
    where m.account_id = ${accountId} and m.user_id = ${userId} and u.state = 'active'`.execute(db);
  return rows.map((row) => row.permission_set);
}
