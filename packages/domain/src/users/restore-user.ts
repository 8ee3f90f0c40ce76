import { readAccountSettings } from '../accounts/account-settings.ts';
import { assertMayGive, assertRight, type Caller } from '../admins/caller.ts';
import { assertUnlocked } from '../admins/manual-locks.ts';
import { permissionSetsHeldBy } from '../admins/permissions-of-users.ts';
import { lockAccountShared, lockUserNames } from '../database/locks.ts';
import type { Trx } from '../database/transaction.ts';
import { RefusedError } from '../errors.ts';
import { isId } from '../ids.ts';
import { askForConfirmation } from '../invitations/email-confirmations.repository.ts';
import { invite } from '../invitations/invitations.repository.ts';
import { moveSeat } from '../licenses/seats.ts';
import { editResult, type EditResult } from './lock-for-edit.ts';
import { userNotFound } from './lock-person.ts';
import { licenseUser, newLife } from './license-user.ts';
import { addressOf, signInEmailAfter, stateOfNewcomer } from './plan-address.ts';
import { recordUserChange } from './record-user-change.ts';
import { claimName, countVisible, endSignIns } from './save-user.ts';
import { isTombstone, type StoredUser } from './user.ts';
import { lockUser, selectUser, updateUser } from './users.repository.ts';

/**
 * Brings a tombstone back to life for an administrator, as a newcomer: with the same id, invited or active by the address,
 * a newly decided license. Whom SCIM deleted comes without groups; whom an administrator deleted, with the memberships that
 * were kept, so that nobody may restore who lacks the rights that they give.
 * Throws ForbiddenError; NotFoundError; RefusedError('not_a_tombstone') for the living and the erased, 'manual_updates_locked',
 * 'no_free_seat' and 'license_unavailable'; ConflictError('user_name_taken') when somebody else has the name by now.
 */
export async function restoreUser(
  trx: Trx,
  caller: Caller,
  accountId: string,
  userId: string,
  now: Date,
): Promise<EditResult> {
  assertRight(caller, 'people:write');
  if (!isId(userId)) throw userNotFound(userId);
  const [, settings, found] = await Promise.all([
    lockAccountShared(trx, accountId),
    readAccountSettings(trx, accountId),
    selectUser(trx, accountId, userId, 'everyone'),
  ]);
  if (found === undefined) throw userNotFound(userId);
  assertUnlocked(caller, settings.scim, { kind: 'user', scimManaged: found.scimManaged }, 'user_restore');
  // The name before the row, as a POST of that name locks them.
  const [, current, permissionSets] = await Promise.all([
    lockUserNames(trx, accountId, [found.userName]),
    lockUser(trx, accountId, userId, 'everyone'),
    permissionSetsHeldBy(trx, accountId, userId),
  ]);
  if (current === undefined) throw userNotFound(userId);
  if (!isTombstone(current) || current.erased) {
    throw new RefusedError('not_a_tombstone', 'Only a deleted person who was not erased can be restored.');
  }
  assertMayGive(caller, permissionSets, `Restoring ${current.userName}`);
  await claimName(trx, accountId, current.userName, userId);
  const state = stateOfNewcomer(settings, addressOf(settings, current));
  const signInEmail = signInEmailAfter(settings, current, current);
  const restored: StoredUser = { ...current, ...newLife(state, now), state, signInEmail, deletedBy: null };
  const { user: next, decision } = licenseUser(restored, settings);
  await moveSeat(trx, settings, null, next.state === 'active' ? next.licenseType : null);
  updateUser(trx, accountId, userId, next, now);
  endSignIns(trx, accountId, current, next, now);
  const address = addressOf(settings, next);
  if (next.state === 'invited' && address !== undefined) invite(trx, accountId, userId, address, now);
  askForConfirmation(trx, settings, userId, current, next, now);
  recordUserChange(trx, caller.actor, accountId, now, {
    kind: 'user.restored',
    userId,
    before: current,
    after: next,
    decision,
  });
  countVisible(trx, accountId, current, next);
  return editResult(settings, { ...current, ...next, version: current.version + 1, updatedAt: now });
}
