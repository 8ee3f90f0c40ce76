import { readSettingsInForce } from '../accounts/settings-in-force.ts';
import { assertRight, type Caller } from '../admins/caller.ts';
import { assertUnlocked } from '../admins/manual-locks.ts';
import { lockAccountShared, lockUserNames } from '../database/locks.ts';
import type { Trx } from '../database/transaction.ts';
import { ConflictError } from '../errors.ts';
import type { LicenseType } from '../licenses/license-type.ts';
import { assertAvailable } from '../licenses/seats.ts';
import { joinAssignedGroups } from './create-unmanaged-user.ts';
import { inputAfterEdit, type PersonEdit } from './person-edit.ts';
import { planUserChange } from './plan-user-change.ts';
import { nameTaken, saveUser } from './save-user.ts';
import { isTombstone, type User } from './user.ts';
import { lockNameHolders } from './users.repository.ts';

/** A person to be made by hand. A license needs the right to change licenses besides. */
export type NewPerson = PersonEdit & { licenseType?: LicenseType | undefined };

/**
 * Makes a person by hand whom no identity provider manages, in the groups that newcomers are put into. Where a verified domain
 * vouches for the address they are active and licensed at once; anybody else is invited. Throws ForbiddenError,
 * InvalidInputError, ConflictError('user_name_taken'), and
 * RefusedError('manual_updates_locked' | 'no_free_seat' | 'license_unavailable').
 */
export async function createUserByHand(
  trx: Trx,
  caller: Caller,
  accountId: string,
  { licenseType, ...edit }: NewPerson,
  now: Date,
): Promise<User> {
  assertRight(caller, 'people:write');
  if (licenseType !== undefined) assertRight(caller, 'licenses:write');
  const [, settings] = await Promise.all([
    lockAccountShared(trx, accountId),
    readSettingsInForce(trx, accountId),
  ]);
  assertUnlocked(caller, settings.scim, { kind: 'account' }, 'user_create');
  const input = { ...inputAfterEdit(undefined, edit, settings), manualLicenseType: licenseType };
  if (licenseType !== undefined) assertAvailable(settings, licenseType);
  const [, { holder, pending }] = await Promise.all([
    lockUserNames(trx, accountId, [input.userName]),
    lockNameHolders(trx, accountId, input.userName),
  ]);
  if (holder !== undefined && isTombstone(holder)) throw nameKept(holder);
  if (holder !== undefined || pending) throw nameTaken(input.userName);
  const plan = planUserChange(undefined, input, settings, 'edit', now);
  const user = await saveUser(trx, caller.actor, settings, undefined, plan, now);
  await joinAssignedGroups(trx, caller.actor, accountId, user.id, now);
  return user;
}

function nameKept({ userName, id }: User): ConflictError {
  return new ConflictError(
    'user_name_taken',
    `The user name "${userName}" is kept by somebody who was deleted (${id}). Restore them, or erase them to free the name.`,
  );
}
