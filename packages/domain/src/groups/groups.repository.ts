import { type Kysely, type RawBuilder, sql, type SqlBool } from 'kysely';
import type { ScimConfiguration } from '../accounts/account-settings.ts';
import type { PermissionSet } from '../admins/permission-sets.ts';
import { idSet } from '../database/id-set.ts';
import type { DB } from '../database/schema.generated.ts';
import { atCommit, type Trx } from '../database/transaction.ts';
import { NotFoundError } from '../errors.ts';
import { type Group, groupColumns, groupFromRow, type GroupRow } from './group.ts';

/** The groups that SCIM shows, or the default groups, too. */
export type GroupScope = 'in_scim' | 'everything';

export async function selectGroup(
  db: Kysely<DB>,
  accountId: string,
  groupId: string,
  scope: GroupScope = 'in_scim',
): Promise<Group | undefined> {
  const { rows } = await sql<GroupRow>`
    select ${groupColumns('g')} from groups g
    where g.account_id = ${accountId} and g.id = ${groupId} and ${isInScope(scope)}`.execute(db);
  return rows[0] && groupFromRow(accountId, rows[0]);
}

/**
 * Holds the group until the transaction ends; whoever else writes to its members waits. Not `for update`: the foreign key
 * of each new membership takes a key lock on the same row.
 */
export async function lockGroup(
  trx: Trx,
  accountId: string,
  groupId: string,
  scope: GroupScope = 'in_scim',
): Promise<Group | undefined> {
  const { rows } = await sql<GroupRow>`
    select ${groupColumns('g')} from groups g
    where g.account_id = ${accountId} and g.id = ${groupId} and ${isInScope(scope)}
    for no key update`.execute(trx);
  return rows[0] && groupFromRow(accountId, rows[0]);
}

function isInScope(scope: GroupScope): RawBuilder<SqlBool> {
  return scope === 'in_scim' ? sql`g.default_group is null` : sql`true`;
}

/** Holds several groups, default groups included. */
export async function lockGroups(trx: Trx, accountId: string, groupIds: Iterable<string>): Promise<void> {
  await sql`
    select from groups g where g.account_id = ${accountId} and g.id = any(${idSet(groupIds)})
    order by g.id for no key update`.execute(trx);
}

/** The same lock without the group, for a flight. */
export function groupLock(accountId: string, groupId: string): RawBuilder<unknown> {
  return sql`
    select from groups g where g.account_id = ${accountId} and g.id = ${groupId} for no key update`;
}

/** The same for whichever group has the name, default groups included. Names are folded by the database. */
export async function lockGroupNamed(
  trx: Trx,
  accountId: string,
  displayName: string,
): Promise<Group | undefined> {
  const { rows } = await sql<GroupRow>`
    select ${groupColumns('g')} from groups g
    where g.account_id = ${accountId} and g.display_name_lower = lower(${displayName})
    for no key update`.execute(trx);
  return rows[0] && groupFromRow(accountId, rows[0]);
}

/** Whether membership of the group makes an account administrator. */
export async function grantsAccountAdmin(trx: Trx, accountId: string, groupId: string): Promise<boolean> {
  const { rows } = await sql`
    select from group_permission_sets p
    where p.account_id = ${accountId} and p.group_id = ${groupId} and p.permission_set = 'account_admin'`.execute(
    trx,
  );
  return rows.length > 0;
}

/** What decides how a write to a group ends, besides the group. */
export interface GroupRules {
  scim: Pick<ScimConfiguration, 'enabled' | 'unlicensedMembers'>;
  /** Whether membership of the group makes an account administrator. */
  administers: boolean;
  /** Whether the new name is a default group's. */
  isReserved: boolean;
  settingsVersion: number;
}

/** One statement, for it is read while others wait for the group. The account and the group must be locked. */
export async function selectGroupRules(
  trx: Trx,
  accountId: string,
  groupId: string,
  newName: string | undefined,
): Promise<GroupRules> {
  const { rows } = await sql<GroupRulesRow>`
    select c.enabled, c.unlicensed_members, c.settings_version,
      exists (
        select from group_permission_sets p
        where p.account_id = ${accountId} and p.group_id = ${groupId} and p.permission_set = 'account_admin'
      ) as administers,
      exists (
        select from groups g
        where g.account_id = ${accountId} and g.display_name_lower = lower(${newName ?? null})
          and g.default_group is not null
      ) as is_reserved
    from scim_configurations c where c.account_id = ${accountId}`.execute(trx);
  const [row] = rows;
  if (row === undefined) throw new NotFoundError('There is no such account.');
  return {
    scim: { enabled: row.enabled, unlicensedMembers: row.unlicensed_members },
    administers: row.administers,
    isReserved: row.is_reserved,
    settingsVersion: row.settings_version,
  };
}

interface GroupRulesRow {
  enabled: boolean;
  unlicensed_members: 'hold' | 'reject';
  administers: boolean;
  is_reserved: boolean;
  settings_version: number;
}

/** Breaks `groups_display_name_key` if the name was taken in the meantime. */
export async function insertGroup(trx: Trx, group: Group): Promise<void> {
  await trx
    .insertInto('groups')
    .values({
      account_id: group.accountId,
      id: group.id,
      display_name: group.displayName,
      external_id: group.externalId,
      scim_managed: group.scimManaged,
      default_group: group.defaultGroup,
      assign_by_default: group.assignByDefault,
      attributes: JSON.stringify(group.attributes),
      version: group.version,
      created_at: group.createdAt,
      updated_at: group.updatedAt,
    })
    .execute();
}

/** Breaks `groups_display_name_key` if another group has the name. */
export async function updateGroup(trx: Trx, group: Group): Promise<void> {
  await trx.executeQuery(groupUpdate(trx, group));
}

/** The same, sent with the commit: for changes that leave the name as it is, and so cannot fail. */
export function updateGroupAtCommit(trx: Trx, group: Group): void {
  atCommit(trx, groupUpdate(trx, group));
}

function groupUpdate(trx: Trx, group: Group) {
  return trx
    .updateTable('groups')
    .set({
      display_name: group.displayName,
      external_id: group.externalId,
      scim_managed: group.scimManaged,
      assign_by_default: group.assignByDefault,
      attributes: JSON.stringify(group.attributes),
      version: group.version,
      updated_at: group.updatedAt,
    })
    .where('account_id', '=', group.accountId)
    .where('id', '=', group.id)
    .compile();
}

/** Memberships, permission sets and mappings go with it. */
export function deleteGroupAtCommit(trx: Trx, accountId: string, groupId: string): void {
  atCommit(
    trx,
    trx.deleteFrom('groups').where('account_id', '=', accountId).where('id', '=', groupId).compile(),
  );
}

/** What membership of the group gives. Under the group's lock it stays true until the transaction ends. */
export async function selectPermissionSets(
  db: Kysely<DB>,
  accountId: string,
  groupId: string,
): Promise<readonly PermissionSet[]> {
  const { rows } = await sql<{ permission_set: PermissionSet }>`
    select p.permission_set from group_permission_sets p
    where p.account_id = ${accountId} and p.group_id = ${groupId}`.execute(db);
  return rows.map((row) => row.permission_set);
}
