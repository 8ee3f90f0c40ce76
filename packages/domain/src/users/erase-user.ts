import { assertNotAbove } from '../admins/assert-not-above.ts';
import { assertRight, type Caller } from '../admins/caller.ts';
import { lockAccountShared } from '../database/locks.ts';
import { sendWritesNow, type Trx } from '../database/transaction.ts';
import { RefusedError } from '../errors.ts';
import { appendAuditEvent } from '../events/append-audit-event.ts';
import { leaveGroups, lockGroupsOf } from '../groups/leave-groups.ts';
import { isId } from '../ids.ts';
import { userNotFound } from './lock-person.ts';
import { emailValues } from './email-addresses.ts';
import { earlierAddresses, eraseTraces } from './erase-traces.ts';
import { countVisible } from './save-user.ts';
import { isTombstone, type StoredUser, type User } from './user.ts';
import { lockUser, updateUser } from './users.repository.ts';

/**
 * Blanks a tombstone's personal data for good, wherever the account has it: events keep id, time, actor and kind, what the person
 * made keeps their id. Repeating it changes nothing. No lock of the account holds it up: people have a right
 * to it. Throws ForbiddenError, NotFoundError and RefusedError('not_a_tombstone').
 */
export async function eraseUser(
  trx: Trx,
  caller: Caller,
  accountId: string,
  userId: string,
  now: Date,
): Promise<void> {
  assertRight(caller, 'people:write');
  if (!isId(userId)) throw userNotFound(userId);
  const [, , current] = await Promise.all([
    lockAccountShared(trx, accountId),
    lockGroupsOf(trx, accountId, userId),
    lockUser(trx, accountId, userId, 'everyone'),
  ]);
  if (current === undefined) throw userNotFound(userId);
  if (!isTombstone(current)) {
    throw new RefusedError(
      'not_a_tombstone',
      `${current.userName} is not deleted. Delete the person first, then erase.`,
    );
  }
  if (current.erased) return;
  await assertNotAbove(trx, caller, accountId, userId, 'Erasing');
  await leaveGroups(trx, caller.actor, accountId, userId, now);
  const next: StoredUser = {
    ...current,
    // No identity provider sees an erased person again, and the name is free.
    deletedBy: 'scim',
    userName: `erased:${userId}`,
    pendingUserName: null,
    oneSidedChange: null,
    externalId: null,
    attributes: {},
    signInEmail: null,
    signInGroups: null,
    erased: true,
  };
  updateUser(trx, accountId, userId, next, now);
  countVisible(trx, accountId, current, next);
  await sendWritesNow(trx);
  const addresses = [
    ...new Set([...addressesOf(current), ...(await earlierAddresses(trx, accountId, userId))]),
  ];
  await eraseTraces(trx, accountId, userId, addresses);
  appendAuditEvent(trx, caller.actor, accountId, now, {
    kind: 'user.erased',
    target: { kind: 'user', id: userId, version: current.version + 1 },
    detail: {},
  });
}

function addressesOf({ userName, pendingUserName, attributes }: User): string[] {
  return [userName, pendingUserName, ...emailValues(attributes)].filter((address) => address !== null);
}
