import { assertSetsNotAbove } from '../admins/assert-not-above.ts';
import type { Caller } from '../admins/caller.ts';
import type { Trx } from '../database/transaction.ts';
import { assertLiving, editResult, type EditResult, lockForEdit } from './lock-for-edit.ts';
import { inputAfterEdit } from './person-edit.ts';
import { planUserChange } from './plan-user-change.ts';
import { assertOthersAdminister, isLeaving, saveUser } from './save-user.ts';

/**
 * Takes a person out of use by hand: the seat is freed, an invitation is revoked, memberships are kept. Of somebody who is
 * deactivated already nothing is changed. Throws ForbiddenError, NotFoundError, VersionMismatchError, and
 * RefusedError('manual_updates_locked' | 'is_a_tombstone' | 'last_account_admin').
 */
export async function deactivateUser(
  trx: Trx,
  caller: Caller,
  accountId: string,
  userId: string,
  now: Date,
  expectedVersion?: number,
): Promise<EditResult> {
  return setActive(trx, caller, accountId, userId, false, now, expectedVersion);
}

/**
 * Brings a deactivated person back by hand, with the memberships that were kept; who had only been invited is invited again.
 * Throws ForbiddenError, NotFoundError, VersionMismatchError, and
 * RefusedError('manual_updates_locked' | 'is_a_tombstone' | 'no_free_seat' | 'license_unavailable').
 */
export async function reactivateUser(
  trx: Trx,
  caller: Caller,
  accountId: string,
  userId: string,
  now: Date,
  expectedVersion?: number,
): Promise<EditResult> {
  return setActive(trx, caller, accountId, userId, true, now, expectedVersion);
}

async function setActive(
  trx: Trx,
  caller: Caller,
  accountId: string,
  userId: string,
  active: boolean,
  now: Date,
  expectedVersion: number | undefined,
): Promise<EditResult> {
  const action = active ? 'user_reactivate' : 'user_deactivate';
  const person = await lockForEdit(trx, caller, accountId, { userId, action, expectedVersion });
  const { settings, current, isAdministrator } = person;
  assertLiving(current);
  assertSetsNotAbove(caller, person.permissionSets, active ? 'Reactivating' : 'Deactivating');
  const input = { ...inputAfterEdit(current, {}, settings), active };
  const plan = planUserChange(current, input, settings, 'edit', now);
  if (isAdministrator && isLeaving(current, plan.next))
    await assertOthersAdminister(trx, caller.actor, accountId, current);
  const user = await saveUser(trx, caller.actor, settings, current, plan, now);
  return editResult(settings, user);
}
