import type { AccountSettings } from '../accounts/account-settings.ts';
import { readSettingsInForce } from '../accounts/settings-in-force.ts';
import { assertRight, type Caller } from '../admins/caller.ts';
import { assertUnlocked, type LockableAction, mayBeOverwritten } from '../admins/manual-locks.ts';
import type { PermissionSet } from '../admins/permission-sets.ts';
import { permissionSetsHeldBy } from '../admins/permissions-of-users.ts';
import type { Right } from '../admins/rights.ts';
import { lockAccountSharedAndAdministratorsIfOne, lockAdministratorsIfOne } from '../database/locks.ts';
import type { Trx } from '../database/transaction.ts';
import { RefusedError } from '../errors.ts';
import { isId } from '../ids.ts';
import { assertVersion } from '../version-condition.ts';
import type { LockedPerson } from './lock-person.ts';
import { userNotFound } from './lock-person.ts';
import { isTombstone, type User } from './user.ts';
import { lockUser } from './users.repository.ts';

export interface PersonForEdit extends LockedPerson {
  /** Of the groups that they are in, in effect or held. */
  permissionSets: readonly PermissionSet[];
}

/** Which change by hand is meant, and of whom. */
export interface EditRequest {
  userId: string;
  /** undefined for what SCIM never locks. */
  action: LockableAction | undefined;
  right?: Right;
  /** The change is refused at any other. */
  expectedVersion?: number | undefined;
}

/** What became of a change by hand. */
export interface EditResult {
  user: User;
  /** The identity provider writes to this person, too: its next write may undo the change. */
  mayBeOverwritten: boolean;
}

/**
 * Locks and reads, in one flight, what a change of one person by hand needs, tombstones and local administrators included,
 * and holds what goes for each: the right, the account's lock on the action, the version. Throws ForbiddenError,
 * NotFoundError, RefusedError('manual_updates_locked') and VersionMismatchError.
 */
export async function lockForEdit(
  trx: Trx,
  caller: Caller,
  accountId: string,
  { userId, action, right = 'people:write', expectedVersion }: EditRequest,
): Promise<PersonForEdit> {
  assertRight(caller, right);
  if (!isId(userId)) throw userNotFound(userId);
  const [, current, isAdministrator, permissionSets, settings] = await Promise.all([
    lockAccountSharedAndAdministratorsIfOne(trx, accountId, userId),
    lockUser(trx, accountId, userId, 'everyone'),
    // Asked again under the lock of the row: nobody can be added to a group from here on.
    lockAdministratorsIfOne(trx, accountId, userId),
    permissionSetsHeldBy(trx, accountId, userId),
    // The last one: it may send another statement when those above are through.
    readSettingsInForce(trx, accountId),
  ]);
  if (current === undefined) throw userNotFound(userId);
  if (action !== undefined) {
    assertUnlocked(caller, settings.scim, { kind: 'user', scimManaged: current.scimManaged }, action);
  }
  assertVersion(current.version, { oneOf: expectedVersion === undefined ? undefined : [expectedVersion] });
  return { settings, current, isAdministrator, permissionSets };
}

/** Throws RefusedError('is_a_tombstone'). */
export function assertLiving(user: User): void {
  if (!isTombstone(user)) return;
  throw new RefusedError(
    'is_a_tombstone',
    user.erased
      ? 'This person was deleted and their personal data is erased.'
      : `${user.userName} is deleted. Restore the person first.`,
  );
}

export function editResult({ scim }: AccountSettings, user: User): EditResult {
  return { user, mayBeOverwritten: mayBeOverwritten(scim, user) };
}
