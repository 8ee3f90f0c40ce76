import { assertSetsNotAbove } from '../admins/assert-not-above.ts';
import type { Caller } from '../admins/caller.ts';
import type { Trx } from '../database/transaction.ts';
import { sameIgnoringCase } from './email-addresses.ts';
import { assertLiving, editResult, type EditResult, lockForEdit } from './lock-for-edit.ts';
import { inputAfterEdit, type PersonEdit } from './person-edit.ts';
import { addressOf } from './plan-address.ts';
import { planUserChange } from './plan-user-change.ts';
import { saveUser } from './save-user.ts';

/**
 * Changes a person's profile by hand. A new address in a verified domain applies at once, to somebody who is invited any
 * does; otherwise it waits until it is confirmed from there, as with SCIM. An edit that changes nothing writes nothing.
 * Throws ForbiddenError, NotFoundError, VersionMismatchError, InvalidInputError, ConflictError('user_name_taken'), and
 * RefusedError('manual_updates_locked' | 'is_a_tombstone' | 'no_free_seat' | 'license_unavailable').
 */
export async function editUser(
  trx: Trx,
  caller: Caller,
  accountId: string,
  userId: string,
  edit: PersonEdit,
  now: Date,
  expectedVersion?: number,
): Promise<EditResult> {
  const request = { userId, action: 'user_update', expectedVersion } as const;
  const person = await lockForEdit(trx, caller, accountId, request);
  const { settings, current } = person;
  assertLiving(current);
  const input = inputAfterEdit(current, edit, settings);
  const plan = planUserChange(current, input, settings, 'edit', now);
  const [before, after] = [addressOf(settings, current), addressOf(settings, plan.next)];
  const changesAddress =
    current.userName !== plan.next.userName ||
    current.pendingUserName !== plan.next.pendingUserName ||
    !sameIgnoringCase(before ?? '', after ?? '');
  if (changesAddress) assertSetsNotAbove(caller, person.permissionSets, 'Changing the address');
  const user = await saveUser(trx, caller.actor, settings, current, plan, now);
  return editResult(settings, user);
}
