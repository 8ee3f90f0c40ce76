import { assertMayGive, type Caller } from '../admins/caller.ts';
import { assertUnlocked } from '../admins/manual-locks.ts';
import type { Trx } from '../database/transaction.ts';
import { RefusedError } from '../errors.ts';
import type { VersionCondition } from '../version-condition.ts';
import type { Group } from './group.ts';
import { readDisplayName } from './group-name.ts';
import { lockGroupByHand } from './lock-group-by-hand.ts';
import { saveGroup } from './save-group.ts';

/** What is undefined stays as it is. */
export interface GroupUpdate {
  displayName?: string | undefined;
  assignByDefault?: boolean | undefined;
}

/**
 * Renames a group, or says whether people who sign in join it by default. Either decides who gets what the group carries (an
 * identity provider links an unmanaged group by its name), so the caller needs all of its rights. Throws ForbiddenError,
 * NotFoundError, VersionMismatchError, InvalidInputError, ConflictError('display_name_taken'), and RefusedError
 * ('manual_updates_locked') or, for the name of a default group, ('default_group').
 */
export async function updateGroupByHand(
  trx: Trx,
  caller: Caller,
  accountId: string,
  groupId: string,
  update: GroupUpdate,
  now: Date,
  condition?: VersionCondition,
): Promise<Group> {
  const displayName = update.displayName === undefined ? undefined : readDisplayName(update.displayName);
  const changesRules = update.assignByDefault !== undefined;
  const { group, scim, permissionSets } = await lockGroupByHand(trx, caller, accountId, groupId, {
    right: 'people:write',
    changesRules,
    condition,
  });
  const next = {
    ...group,
    displayName: displayName ?? group.displayName,
    assignByDefault: update.assignByDefault ?? group.assignByDefault,
  };
  const isRenamed = next.displayName !== group.displayName;
  const changesDefault = next.assignByDefault !== group.assignByDefault;
  if (!isRenamed && !changesDefault) return group;
  const name = JSON.stringify(group.displayName);
  if (isRenamed) {
    assertMayGive(caller, permissionSets, `Renaming the group ${name}, by which identity providers find it,`);
    assertRenamable(group);
    assertUnlocked(caller, scim, { kind: 'group', scimManaged: group.scimManaged }, 'group_rename');
  }
  if (changesDefault)
    assertMayGive(caller, permissionSets, `Deciding who joins the group ${name} by default`);
  const administers = permissionSets.includes('account_admin');
  return saveGroup({ trx, actor: caller.actor, now }, group, next, NO_MEMBERS, administers);
}

const NO_MEMBERS = { joining: [], leaving: [], joinsAs: 'manual' } as const;

function assertRenamable(group: Group): void {
  if (group.defaultGroup === null) return;
  throw new RefusedError(
    'default_group',
    `${group.displayName} is a default group, whose name stays as it is. Make a group of your own with the name that you want.`,
    { facts: { defaultGroup: group.defaultGroup } },
  );
}
