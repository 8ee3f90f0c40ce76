import { readAccountSettings } from '../accounts/account-settings.ts';
import { assertRight, type Caller } from '../admins/caller.ts';
import { lockAccountShared } from '../database/locks.ts';
import type { Trx } from '../database/transaction.ts';
import { RefusedError } from '../errors.ts';
import { appendAuditEvent } from '../events/append-audit-event.ts';
import { isId } from '../ids.ts';
import { userNotFound } from '../users/lock-person.ts';
import { addressOf, awaitedAddress } from '../users/plan-address.ts';
import type { User } from '../users/user.ts';
import { lockUser } from '../users/users.repository.ts';
import { endConfirmations, insertConfirmation } from './email-confirmations.repository.ts';
import { endInvitations, invite, lockInvitation } from './invitations.repository.ts';

/**
 * Gives somebody who is invited a new invitation of full length, after a revocation or an expiry too; an earlier link dies.
 * Allowed whatever the account's locks. Throws ForbiddenError, NotFoundError, and RefusedError('no_invitation') for
 * somebody who is not invited.
 */
export async function resendInvitationByHand(
  trx: Trx,
  caller: Caller,
  accountId: string,
  userId: string,
  now: Date,
): Promise<User> {
  const { settings, user } = await lockAddressee(trx, caller, accountId, userId);
  const address = addressOf(settings, user);
  if (user.state !== 'invited' || address === undefined) throw notInvited(user);
  endInvitations(trx, accountId, userId, 'replaced', now);
  invite(trx, accountId, userId, address, now);
  appendAuditEvent(trx, caller.actor, accountId, now, {
    kind: 'invitation.resent',
    target: { kind: 'user', id: userId },
    detail: { address },
  });
  return user;
}

/**
 * Ends somebody's living invitation: its link dies. They stay invited, so that another one can be sent. Allowed whatever the
 * account's locks; without a living invitation nothing is changed. Throws ForbiddenError, NotFoundError, and
 * RefusedError('no_invitation') for somebody who is not invited.
 */
export async function revokeInvitationByHand(
  trx: Trx,
  caller: Caller,
  accountId: string,
  userId: string,
  now: Date,
): Promise<User> {
  const { user } = await lockAddressee(trx, caller, accountId, userId);
  if (user.state !== 'invited') throw notInvited(user);
  const living = await lockInvitation(trx, accountId, userId);
  if (living === undefined) return user;
  endInvitations(trx, accountId, userId, 'revoked', now);
  appendAuditEvent(trx, caller.actor, accountId, now, {
    kind: 'invitation.revoked',
    target: { kind: 'user', id: userId },
    detail: { address: living.address },
  });
  return user;
}

/**
 * Asks the new address of a person once more to confirm the change that waits; the earlier link dies. Throws ForbiddenError,
 * NotFoundError, and RefusedError('no_invitation') when nothing waits.
 */
export async function resendConfirmationByHand(
  trx: Trx,
  caller: Caller,
  accountId: string,
  userId: string,
  now: Date,
): Promise<User> {
  const { settings, user } = await lockAddressee(trx, caller, accountId, userId);
  const address = awaitedAddress(settings, user);
  if (address === null) {
    throw new RefusedError(
      'no_invitation',
      `No change of the address of ${user.userName} waits for a confirmation.`,
    );
  }
  endConfirmations(trx, accountId, userId, 'replaced', now);
  insertConfirmation(trx, accountId, userId, address, now);
  appendAuditEvent(trx, caller.actor, accountId, now, {
    kind: 'email_change.resent',
    target: { kind: 'user', id: userId },
    detail: { address },
  });
  return user;
}

async function lockAddressee(trx: Trx, caller: Caller, accountId: string, userId: string) {
  assertRight(caller, 'people:write');
  if (!isId(userId)) throw userNotFound(userId);
  const [, settings, user] = await Promise.all([
    lockAccountShared(trx, accountId),
    readAccountSettings(trx, accountId),
    lockUser(trx, accountId, userId, 'everyone'),
  ]);
  if (user === undefined) throw userNotFound(userId);
  return { settings, user };
}

function notInvited(user: User): RefusedError {
  return new RefusedError(
    'no_invitation',
    `${user.userName} is ${user.state}: only somebody who is invited has an invitation.`,
  );
}
