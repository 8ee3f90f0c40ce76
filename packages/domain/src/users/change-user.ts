import type { Actor } from '../actor.ts';
import type { Trx } from '../database/transaction.ts';
import { assertVersion, type VersionCondition } from '../version-condition.ts';
import { lockPerson } from './lock-person.ts';
import { planUserChange } from './plan-user-change.ts';
import { assertOthersAdminister, isLeaving, saveUser } from './save-user.ts';
import type { User, UserInput } from './user.ts';

/**
 * SCIM `PUT` (`replace`) and `PATCH` (`modify`) of a person. `next` gets the locked, current state and returns the whole
 * wanted one; it may run twice and may throw. A write that changes nothing writes nothing, except that it links someone
 * who was not SCIM-managed. Throws NotFoundError, VersionMismatchError, ConflictError, InvalidInputError, RefusedError.
 */
export async function changeUser(
  trx: Trx,
  actor: Actor,
  accountId: string,
  userId: string,
  verb: 'replace' | 'modify',
  next: (current: User) => UserInput,
  now: Date,
  condition?: VersionCondition,
): Promise<User> {
  const { settings, current, isAdministrator } = await lockPerson(trx, accountId, userId);
  assertVersion(current.version, condition);
  const plan = planUserChange(current, next(current), settings, verb, now);
  if (isAdministrator && isLeaving(current, plan.next))
    await assertOthersAdminister(trx, actor, accountId, current);
  return saveUser(trx, actor, settings, current, plan, now);
}
