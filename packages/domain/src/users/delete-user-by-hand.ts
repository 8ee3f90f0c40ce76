import { assertSetsNotAbove } from '../admins/assert-not-above.ts';
import type { Caller } from '../admins/caller.ts';
import type { Trx } from '../database/transaction.ts';
import { editResult, type EditResult, lockForEdit } from './lock-for-edit.ts';
import { seatOf, type UserPlan } from './plan-user-change.ts';
import { assertOthersAdminister, isLeaving, saveUser } from './save-user.ts';
import { isTombstone, type StoredUser } from './user.ts';

/**
 * Leaves a tombstone of a person. SCIM goes on to show them, as inactive, so that an import finds them; the user name stays
 * taken and memberships are kept, for when the identity provider or an administrator brings them back. The seat is freed, an
 * invitation revoked. Of somebody who is deleted already nothing is changed. Throws ForbiddenError, NotFoundError,
 * VersionMismatchError, and RefusedError('manual_updates_locked' | 'last_account_admin').
 */
export async function deleteUserByHand(
  trx: Trx,
  caller: Caller,
  accountId: string,
  userId: string,
  now: Date,
  expectedVersion?: number,
): Promise<EditResult> {
  const request = { userId, action: 'user_delete', expectedVersion } as const;
  const person = await lockForEdit(trx, caller, accountId, request);
  const { settings, current, isAdministrator } = person;
  if (isTombstone(current)) return editResult(settings, current);
  assertSetsNotAbove(caller, person.permissionSets, 'Deleting');
  const next: StoredUser = {
    ...current,
    state: 'deleted',
    deletedBy: 'administrator',
    pendingUserName: null,
  };
  if (isAdministrator && isLeaving(current, next))
    await assertOthersAdminister(trx, caller.actor, accountId, current);
  const plan: UserPlan = {
    next,
    happened: 'deleted',
    decision: undefined,
    seat: { from: seatOf(current), to: null },
    claimed: undefined,
    invitation: 'end',
  };
  const user = await saveUser(trx, caller.actor, settings, current, plan, now);
  return editResult(settings, user);
}
