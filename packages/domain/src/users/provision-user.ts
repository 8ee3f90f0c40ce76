import { readSettingsInForce } from '../accounts/settings-in-force.ts';
import type { Actor } from '../actor.ts';
import { lockAccountSharedAndUserName } from '../database/locks.ts';
import type { Trx } from '../database/transaction.ts';
import { assertScimEnabled } from '../scim-access/assert-scim-enabled.ts';
import { planUserChange } from './plan-user-change.ts';
import { assertOthersAdminister, isLeaving, nameTaken, saveUser } from './save-user.ts';
import type { User, UserInput } from './user.ts';
import { lockNameHolders, type NameHolders } from './users.repository.ts';

/**
 * SCIM `POST /Users`. Creates the person, or links someone of that user name who was there before SCIM, or revives a
 * tombstone. Throws ConflictError('user_name_taken') for one who is managed already, InvalidInputError, RefusedError.
 */
export async function provisionUser(
  trx: Trx,
  actor: Actor,
  accountId: string,
  input: UserInput,
  now: Date,
): Promise<User> {
  const [, holders, settings] = await Promise.all([
    lockAccountSharedAndUserName(trx, accountId, input.userName),
    lockNameHolders(trx, accountId, input.userName),
    // The last one: it may send another statement when those above are through.
    readSettingsInForce(trx, accountId),
  ]);
  assertScimEnabled(settings);
  const current = personToTakeUp(holders, input);
  const write = current !== undefined && !current.scimManaged ? 'link' : 'create';
  const plan = planUserChange(current, input, settings, write, now);
  if (current !== undefined && isLeaving(current, plan.next)) {
    await assertOthersAdminister(trx, actor, accountId, current);
  }
  return saveUser(trx, actor, settings, current, plan, now);
}

// Identity providers look a person up before they create one, so a POST for somebody who is managed, deactivated or not,
// is a mistake that they must hear of. Whom an administrator deleted keeps the name and comes back with it.
function personToTakeUp(holders: NameHolders, input: UserInput): User | undefined {
  const { holder, pending, tombstones } = holders;
  if (pending) throw nameTaken(input.userName);
  if (holder !== undefined) {
    const free = holder.state === 'deleted' || !holder.scimManaged;
    if (!free || holder.localAdministrator) throw nameTaken(input.userName);
    return holder;
  }
  // Another externalId means another person who got the same address.
  return (
    tombstones.find(({ externalId }) => externalId === input.externalId) ??
    tombstones.find(({ externalId }) => externalId === null || input.externalId === null)
  );
}
