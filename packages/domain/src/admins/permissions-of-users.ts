import { type Kysely, sql } from 'kysely';
import { idSet } from '../database/id-set.ts';
import type { DB } from '../database/schema.generated.ts';
import { PERMISSION_SETS, type PermissionSet } from './permission-sets.ts';

/**
 * What a person may do: the permission sets of the groups that they are in; nothing unless they are active. A local
 * administrator is `account_admin` without any group, so that no cleanup of groups takes it away.
 */
export async function permissionSetsOfUser(
  db: Kysely<DB>,
  accountId: string,
  userId: string,
): Promise<readonly PermissionSet[]> {
  return selectPermissionSets(db, accountId, userId, 'while_active');
}

/** The same for a person who may be invited or deactivated: what they have as soon as they are active. */
export async function permissionSetsHeldBy(
  db: Kysely<DB>,
  accountId: string,
  userId: string,
): Promise<readonly PermissionSet[]> {
  return selectPermissionSets(db, accountId, userId, 'in_any_state');
}

async function selectPermissionSets(
  db: Kysely<DB>,
  accountId: string,
  userId: string,
  when: 'while_active' | 'in_any_state',
): Promise<readonly PermissionSet[]> {
  const counts = when === 'in_any_state' ? sql`true` : sql`u.state = 'active'`;
  const { rows } = await sql<{ permission_set: PermissionSet }>`
    select p.permission_set from group_members m
    join group_permission_sets p on p.account_id = m.account_id and p.group_id = m.group_id
    join users u on u.account_id = m.account_id and u.id = m.user_id
    where m.account_id = ${accountId} and m.user_id = ${userId} and ${counts}
    union
    select 'account_admin' from users u
    where u.account_id = ${accountId} and u.id = ${userId} and u.local_administrator and ${counts}`.execute(
    db,
  );
  return rows.map((row) => row.permission_set);
}

/** A permission set of a person, and the groups that give it to them; none for a local administrator. */
export interface GivenPermissionSet {
  permissionSet: PermissionSet;
  groupIds: readonly string[];
}

/** What each of these people may do as soon as they are active, and why, the weightiest permission set first. */
export async function permissionSetsOfMany(
  db: Kysely<DB>,
  accountId: string,
  userIds: readonly string[],
): Promise<ReadonlyMap<string, readonly GivenPermissionSet[]>> {
  const { rows } = await sql<GivenPermissionSet & { userId: string }>`
    select given.user_id as "userId", given.permission_set as "permissionSet",
      coalesce(array_agg(given.group_id order by given.group_id) filter (where given.group_id is not null), '{}')
        as "groupIds"
    from (
      select m.user_id, p.permission_set, m.group_id from group_members m
      join group_permission_sets p on p.account_id = m.account_id and p.group_id = m.group_id
      where m.account_id = ${accountId} and m.user_id = any(${idSet(userIds)})
      union all
      select u.id, 'account_admin', null from users u
      where u.account_id = ${accountId} and u.id = any(${idSet(userIds)}) and u.local_administrator
    ) given
    group by given.user_id, given.permission_set`.execute(db);
  const weight = ({ permissionSet }: GivenPermissionSet) => PERMISSION_SETS.indexOf(permissionSet);
  return Map.groupBy(
    rows.toSorted((a, b) => weight(a) - weight(b)),
    ({ userId }) => userId,
  );
}
