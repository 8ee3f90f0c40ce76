import { readAccountSettings } from '../accounts/account-settings.ts';
import type { Actor } from '../actor.ts';
import { lockAccountShared, lockAdministratorsIfOne } from '../database/locks.ts';
import type { Trx } from '../database/transaction.ts';
import { NotFoundError } from '../errors.ts';
import { isId } from '../ids.ts';
import { assertScimEnabled } from '../scim-access/assert-scim-enabled.ts';
import { planUserChange } from './plan-user-change.ts';
import { saveUser } from './save-user.ts';
import type { User, UserInput } from './user.ts';
import { lockUser } from './users.repository.ts';

/**
 * SCIM `PUT` (`replace`) and `PATCH` (`modify`) of a person. `next` gets the locked, current state and returns the whole
 * wanted one; it may run twice and may throw. A write that changes nothing writes nothing, except that it links someone
 * who was not SCIM-managed. Throws NotFoundError, ConflictError, InvalidInputError, RefusedError.
 */
export async function changeUser(
  trx: Trx,
  actor: Actor,
  accountId: string,
  userId: string,
  verb: 'replace' | 'modify',
  next: (current: User) => UserInput,
  now: Date,
): Promise<User> {
  if (!isId(userId)) throw userNotFound(userId);
  const [, , settings, current] = await Promise.all([
    lockAccountShared(trx, accountId),
    lockAdministratorsIfOne(trx, accountId, userId),
    readAccountSettings(trx, accountId),
    lockUser(trx, accountId, userId, 'in_scim'),
  ]);
  assertScimEnabled(settings);
  if (current === undefined) throw userNotFound(userId);
  const plan = planUserChange(current, next(current), settings, verb, now);
  return saveUser(trx, actor, settings, current, plan, now);
}

export function userNotFound(userId: string): NotFoundError {
  return new NotFoundError(`There is no user ${userId} in this account.`);
}
