import { type Kysely, sql } from 'kysely';
import { assertMayGive, assertMayTake, type Caller } from '../admins/caller.ts';
import type { PermissionSet } from '../admins/permission-sets.ts';
import type { DB } from '../database/schema.generated.ts';
import { atCommit, type Trx } from '../database/transaction.ts';
import type { VersionCondition } from '../version-condition.ts';
import { assertGroupAdministratorRemains } from './assert-group-administrator-remains.ts';
import type { Group } from './group.ts';
import { updateGroupAtCommit } from './groups.repository.ts';
import { lockGroupByHand } from './lock-group-by-hand.ts';
import { lockMembers } from './members.repository.ts';
import { recordGroup, type Recorder } from './record-group-change.ts';

/**
 * Gives what a permission set allows to all members of a group, present and future. Allowed for a SCIM-managed group whatever
 * is locked, since SCIM carries names and members alone. Granting `account_admin` raises an alert. Throws ForbiddenError
 * where the caller lacks a right of the set, NotFoundError, VersionMismatchError.
 */
export async function grantPermissionSet(
  trx: Trx,
  caller: Caller,
  accountId: string,
  groupId: string,
  permissionSet: PermissionSet,
  now: Date,
  condition?: VersionCondition,
): Promise<Group> {
  const { group, permissionSets } = await lockGroupByHand(trx, caller, accountId, groupId, {
    right: 'permission_sets:write',
    condition,
  });
  assertMayGive(caller, [permissionSet], `Granting it to the group ${JSON.stringify(group.displayName)}`);
  if (permissionSets.includes(permissionSet)) return group;
  // Nobody can be deactivated as somebody who is no administrator while this makes them one.
  if (permissionSet === 'account_admin') await lockMembers(trx, accountId, groupId);
  atCommit(
    trx,
    sql`
      insert into group_permission_sets (account_id, group_id, permission_set)
      values (${accountId}, ${groupId}, ${permissionSet})`.compile(trx),
  );
  const recorder = { trx, actor: caller.actor, now };
  return recordGrant(recorder, group, 'group.permission_set_granted', permissionSet);
}

/** Takes a permission set from a group. Throws as granting does, and RefusedError('last_account_admin'). */
export async function revokePermissionSet(
  trx: Trx,
  caller: Caller,
  accountId: string,
  groupId: string,
  permissionSet: PermissionSet,
  now: Date,
  condition?: VersionCondition,
): Promise<Group> {
  const { group, permissionSets } = await lockGroupByHand(trx, caller, accountId, groupId, {
    right: 'permission_sets:write',
    takesAway: permissionSet === 'account_admin',
    condition,
  });
  assertMayTake(caller, [permissionSet], `Revoking it from the group ${JSON.stringify(group.displayName)}`);
  if (!permissionSets.includes(permissionSet)) return group;
  if (permissionSet === 'account_admin') {
    const withdrawal = { kind: 'group', groupId } as const;
    await assertGroupAdministratorRemains(trx, group, withdrawal, 'revoke_permission_set');
  }
  atCommit(
    trx,
    sql`
      delete from group_permission_sets p
      where p.account_id = ${accountId} and p.group_id = ${groupId} and p.permission_set = ${permissionSet}`.compile(
      trx,
    ),
  );
  const recorder = { trx, actor: caller.actor, now };
  return recordGrant(recorder, group, 'group.permission_set_revoked', permissionSet);
}

/** The permission sets of each of the groups that has any. */
export async function listGrants(
  db: Kysely<DB>,
  accountId: string,
  groupIds: readonly string[],
): Promise<ReadonlyMap<string, readonly PermissionSet[]>> {
  const { rows } = await sql<{ group_id: string; permission_set: PermissionSet }>`
    select p.group_id, p.permission_set from group_permission_sets p
    where p.account_id = ${accountId} and p.group_id = any(${groupIds}::uuid[])
    order by p.group_id, p.permission_set`.execute(db);
  const grants = Map.groupBy(rows, (row) => row.group_id);
  return new Map([...grants].map(([id, own]) => [id, own.map((row) => row.permission_set)]));
}

function recordGrant(
  recorder: Recorder,
  group: Group,
  kind: 'group.permission_set_granted' | 'group.permission_set_revoked',
  permissionSet: PermissionSet,
): Group {
  const saved = { ...group, version: group.version + 1, updatedAt: recorder.now };
  updateGroupAtCommit(recorder.trx, saved);
  const makesAdministrators = kind === 'group.permission_set_granted' && permissionSet === 'account_admin';
  recordGroup(recorder, saved, kind, { permissionSet }, makesAdministrators);
  return saved;
}
