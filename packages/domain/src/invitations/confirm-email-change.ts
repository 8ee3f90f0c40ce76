import { type AccountSettings, readAccountSettings } from '../accounts/account-settings.ts';
import type { Actor } from '../actor.ts';
import { lockAccountShared } from '../database/locks.ts';
import type { Trx } from '../database/transaction.ts';
import { RefusedError } from '../errors.ts';
import { sameIgnoringCase, withWorkEmail, workEmail } from '../users/email-addresses.ts';
import { awaitedAddress } from '../users/plan-address.ts';
import { recordUserChange } from '../users/record-user-change.ts';
import type { StoredUser, User } from '../users/user.ts';
import { lockUser, updateUser } from '../users/users.repository.ts';
import {
  type EmailConfirmation,
  endConfirmations,
  selectConfirmation,
} from './email-confirmations.repository.ts';

/**
 * What the button behind a mailed confirmation does: the changed address takes effect, or serves sign-in and mail from then
 * on. Of several presses one does it. Throws RefusedError('no_invitation'), with what became of the change in its facts.
 */
export async function confirmEmailChange(
  trx: Trx,
  actor: Actor,
  accountId: string,
  confirmationId: string,
  now: Date,
): Promise<User> {
  const [, settings, asked] = await Promise.all([
    lockAccountShared(trx, accountId),
    readAccountSettings(trx, accountId),
    selectConfirmation(trx, accountId, confirmationId),
  ]);
  if (asked === undefined) throw new RefusedError('no_invitation', 'There is no such change of an address.');
  const user = await lockUser(trx, accountId, asked.userId, 'everyone');
  // Read under the lock of the person's row: whoever held it may have confirmed or cancelled the change.
  const confirmation = await selectConfirmation(trx, accountId, confirmationId);
  if (user === undefined || confirmation === undefined || !awaits(settings, user, confirmation)) {
    throw hasEnded(confirmation);
  }
  return confirmFor(trx, actor, settings, user, now);
}

/** The same for somebody whose row is locked, whose change waits. */
export function confirmFor(
  trx: Trx,
  actor: Actor,
  { accountId }: AccountSettings,
  user: User,
  now: Date,
): User {
  const next = confirmed(user);
  updateUser(trx, accountId, user.id, next, now);
  endConfirmations(trx, accountId, user.id, 'confirmed', now);
  recordUserChange(trx, actor, accountId, now, {
    kind: 'email_change.confirmed',
    userId: user.id,
    before: user,
    after: next,
  });
  return { ...user, ...next, version: user.version + 1, updatedAt: now };
}

function awaits(settings: AccountSettings, user: User, confirmation: EmailConfirmation): boolean {
  const awaited = awaitedAddress(settings, user);
  return confirmation.endedAt === null && awaited !== null && sameIgnoringCase(awaited, confirmation.address);
}

function confirmed(user: User): StoredUser {
  const { pendingUserName } = user;
  if (pendingUserName === null) return { ...user, signInEmail: workEmail(user.attributes)?.value ?? null };
  return {
    ...user,
    userName: pendingUserName,
    pendingUserName: null,
    signInEmail: pendingUserName,
    attributes: withWorkEmail(user.attributes, pendingUserName),
  };
}

function hasEnded(confirmation: EmailConfirmation | undefined): RefusedError {
  const outcome = confirmation?.outcome ?? 'cancelled';
  return new RefusedError(
    'no_invitation',
    `The change of the address does not wait any longer: it is ${outcome}.`,
    {
      facts: { outcome },
    },
  );
}
