import { assertMayTake, type Caller } from '../admins/caller.ts';
import { assertUnlocked } from '../admins/manual-locks.ts';
import type { Trx } from '../database/transaction.ts';
import { RefusedError } from '../errors.ts';
import type { VersionCondition } from '../version-condition.ts';
import { assertGroupAdministratorRemains } from './assert-group-administrator-remains.ts';
import { lockGroupByHand } from './lock-group-by-hand.ts';
import { selectMemberIds } from './members.repository.ts';
import { saveDeletion } from './save-group.ts';

/**
 * Deletes a group with its memberships, permission sets and mappings. Throws ForbiddenError where it gives a right that the
 * caller lacks; NotFoundError; VersionMismatchError; RefusedError('default_group'), ('manual_updates_locked') and
 * ('last_account_admin').
 */
export async function deleteGroupByHand(
  trx: Trx,
  caller: Caller,
  accountId: string,
  groupId: string,
  now: Date,
  condition?: VersionCondition,
): Promise<void> {
  const { group, scim, permissionSets } = await lockGroupByHand(trx, caller, accountId, groupId, {
    right: 'people:write',
    takesAway: true,
    condition,
  });
  assertMayTake(caller, permissionSets, `Deleting the group ${JSON.stringify(group.displayName)}`);
  if (group.defaultGroup !== null) {
    throw new RefusedError(
      'default_group',
      `${group.displayName} is a default group: it is emptied and deleted by the cleanup of the default groups.`,
      { facts: { defaultGroup: group.defaultGroup } },
    );
  }
  assertUnlocked(caller, scim, { kind: 'group', scimManaged: group.scimManaged }, 'group_delete');
  if (permissionSets.includes('account_admin')) {
    await assertGroupAdministratorRemains(trx, group, { kind: 'group', groupId });
  }
  const memberIds = await selectMemberIds(trx, accountId, groupId);
  await saveDeletion({ trx, actor: caller.actor, now }, group, memberIds);
}
