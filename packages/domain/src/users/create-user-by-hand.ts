import { readSettingsInForce } from '../accounts/settings-in-force.ts';
import { assertMayGive, assertRight, type Caller } from '../admins/caller.ts';
import { assertUnlocked } from '../admins/manual-locks.ts';
import { permissionSetsHeldBy } from '../admins/permissions-of-users.ts';
import { lockAccountShared, lockUserNames } from '../database/locks.ts';
import { sendWritesNow, type Trx } from '../database/transaction.ts';
import { ConflictError, InvalidInputError } from '../errors.ts';
import { addMembersByHand } from '../groups/members-by-hand.ts';
import { once } from '../idempotency/once.ts';
import { isJsonObject, type JsonObject, toJson } from '../json.ts';
import type { LicenseType } from '../licenses/license-type.ts';
import { assertAvailable } from '../licenses/seats.ts';
import { joinAssignedGroups } from './create-unmanaged-user.ts';
import { userNotFound } from './lock-person.ts';
import { inputAfterEdit, type PersonEdit } from './person-edit.ts';
import { planUserChange } from './plan-user-change.ts';
import { nameTaken, saveUser } from './save-user.ts';
import { isTombstone, type User } from './user.ts';
import { lockNameHolders, selectUser } from './users.repository.ts';

/** A person to be made by hand. */
export type NewPerson = PersonEdit & {
  /** Needs the right to change licenses besides. */
  licenseType?: LicenseType | undefined;
  /** Joined besides those that newcomers are put into; of somebody invited, the memberships are held. */
  groupIds?: readonly string[] | undefined;
  /** Of requests with the same one, the first alone makes somebody. */
  idempotencyKey?: string | undefined;
};

const MOST_GROUPS = 50;

/**
 * Makes a person by hand whom no identity provider manages, in the groups that newcomers are put into. Where a verified domain
 * vouches for the address they are active and licensed at once; anybody else is invited. Throws ForbiddenError, also for a
 * group, named or joined by default, that gives a right that the caller lacks; NotFoundError for an unknown group; InvalidInputError;
 * ConflictError('user_name_taken' | 'idempotency_key_reused'); and
 * RefusedError('manual_updates_locked' | 'no_free_seat' | 'license_unavailable').
 */
export async function createUserByHand(
  trx: Trx,
  caller: Caller,
  accountId: string,
  { idempotencyKey, ...person }: NewPerson,
  now: Date,
): Promise<User> {
  assertRight(caller, 'people:write');
  if (person.licenseType !== undefined) assertRight(caller, 'licenses:write');
  const repeatable = { key: idempotencyKey, operation: 'userCreate', input: inputOf(person) };
  const { id } = await once(trx, caller, accountId, repeatable, now, async (newId) => {
    await create(trx, caller, accountId, newId, person, now);
  });
  // Whoever repeats a request is shown the person as they are by now.
  const user = await selectUser(trx, accountId, id, 'everyone');
  if (user === undefined) throw userNotFound(id);
  return user;
}

function inputOf(person: object): JsonObject {
  const input = toJson(person);
  return isJsonObject(input) ? input : {};
}

async function create(
  trx: Trx,
  caller: Caller,
  accountId: string,
  id: string,
  { licenseType, groupIds = [], ...edit }: NewPerson,
  now: Date,
): Promise<void> {
  if (groupIds.length > MOST_GROUPS) {
    throw new InvalidInputError(`Name at most ${MOST_GROUPS} groups.`, 'groupIds');
  }
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
  await saveUser(trx, caller.actor, settings, undefined, plan, now, id);
  await joinAssignedGroups(trx, caller.actor, accountId, id, now);
  await sendWritesNow(trx);
  const permissionSets = await permissionSetsHeldBy(trx, accountId, id);
  assertMayGive(caller, permissionSets, 'Making a person, who joins groups by default,');
  await joinNamedGroups(trx, caller, accountId, id, groupIds, now);
  await sendWritesNow(trx);
}

async function joinNamedGroups(
  trx: Trx,
  caller: Caller,
  accountId: string,
  userId: string,
  groupIds: readonly string[],
  now: Date,
): Promise<void> {
  // In the order in which groups are locked.
  for (const groupId of [...new Set(groupIds)].toSorted()) {
    try {
      await addMembersByHand(trx, caller, accountId, groupId, [userId], now);
    } catch (error) {
      if (error instanceof InvalidInputError) {
        throw new InvalidInputError(error.message, 'groupIds', { cause: error });
      }
      throw error;
    }
  }
}

function nameKept({ userName, id }: User): ConflictError {
  return new ConflictError(
    'user_name_taken',
    `The user name "${userName}" is kept by somebody who was deleted (${id}). Restore them, or erase them to free the name.`,
  );
}
