import { type Kysely, type RawBuilder, sql, type SqlBool } from 'kysely';
import type { PermissionSet } from '../admins/permission-sets.ts';
import type { DB, Groups } from '../database/schema.generated.ts';
import { atCommit, type Trx } from '../database/transaction.ts';

export type DefaultGroupKind = NonNullable<Groups['default_group']>;

/** What decides about people in a default group. */
export interface DefaultGroup {
  id: string;
  kind: DefaultGroupKind;
  displayName: string;
  assignByDefault: boolean;
  permissionSets: readonly PermissionSet[];
  version: number;
}

/** Holds those of the groups that exist until the transaction ends: nobody joins, and nobody changes or deletes them. */
export async function lockDefaultGroups(
  trx: Trx,
  accountId: string,
  groupIds: readonly string[],
): Promise<readonly DefaultGroup[]> {
  const isMeant = sql<SqlBool>`g.id = any(${[...groupIds]}::uuid[])`;
  const [, groups] = await Promise.all([
    sql`
      select from groups g where g.account_id = ${accountId} and g.default_group is not null and ${isMeant}
      order by g.id for no key update`.execute(trx),
    // Behind the lock: what it waited for is seen.
    selectDefaultGroupsWhere(trx, accountId, isMeant),
  ]);
  return groups;
}

/** Of `groups g`, in the order of their making. */
export async function selectDefaultGroupsWhere(
  db: Kysely<DB>,
  accountId: string,
  condition: RawBuilder<SqlBool>,
): Promise<readonly DefaultGroup[]> {
  const { rows } = await sql<DefaultGroup>`
    select g.id, g.default_group as kind, g.display_name as "displayName", g.assign_by_default as "assignByDefault",
      g.version, ${permissionSetsOf(accountId)} as "permissionSets"
    from groups g where g.account_id = ${accountId} and g.default_group is not null and ${condition}
    order by g.id`.execute(db);
  return rows;
}

/** The permission sets of `groups g`. */
function permissionSetsOf(accountId: string): RawBuilder<readonly PermissionSet[]> {
  return sql`array(
    select p.permission_set from group_permission_sets p
    where p.account_id = ${accountId} and p.group_id = g.id order by p.permission_set)`;
}

/** Switches whether newcomers join the group, which must be locked. */
export async function updateAssignByDefault(
  trx: Trx,
  accountId: string,
  group: DefaultGroup,
  assignByDefault: boolean,
  now: Date,
): Promise<void> {
  await sql`
    update groups g set assign_by_default = ${assignByDefault}, version = ${group.version + 1}, updated_at = ${now}
    where g.account_id = ${accountId} and g.id = ${group.id}`.execute(trx);
}

/** With the commit: the group has other members than before, and must be locked. */
export function raiseGroupVersion(trx: Trx, accountId: string, groupId: string, now: Date): void {
  atCommit(
    trx,
    sql`
      update groups g set version = g.version + 1, updated_at = ${now}
      where g.account_id = ${accountId} and g.id = ${groupId}`.compile(trx),
  );
}
