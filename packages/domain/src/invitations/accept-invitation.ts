import { type AccountSettings, readAccountSettings } from '../accounts/account-settings.ts';
import type { Actor } from '../actor.ts';
import { lockAccountShared } from '../database/locks.ts';
import type { Trx } from '../database/transaction.ts';
import { RefusedError } from '../errors.ts';
import { recordUserChange } from '../users/record-user-change.ts';
import { takeLicense } from '../users/take-license.ts';
import type { User } from '../users/user.ts';
import { lockUser, updateUser } from '../users/users.repository.ts';
import type { Invitation } from './invitation.ts';
import { endInvitations, lockInvitation, selectInvitation } from './invitations.repository.ts';

/**
 * What the button behind a mailed invitation does: the person becomes active and is licensed. Of several presses one does it.
 * Without a free seat everything stays as it was, and administrators are alerted. Throws RefusedError('no_invitation'), with
 * what became of the invitation in its facts, and RefusedError('no_free_seat' | 'license_unavailable').
 */
export async function acceptInvitation(
  trx: Trx,
  actor: Actor,
  accountId: string,
  invitationId: string,
  now: Date,
): Promise<User> {
  const [, settings, invitation] = await Promise.all([
    lockAccountShared(trx, accountId),
    readAccountSettings(trx, accountId),
    selectInvitation(trx, accountId, invitationId),
  ]);
  if (invitation === undefined) throw new RefusedError('no_invitation', 'There is no such invitation.');
  const user = await lockUser(trx, accountId, invitation.userId, 'everyone');
  const living = await lockInvitation(trx, accountId, invitation.userId);
  if (user === undefined || living?.id !== invitationId) {
    // Read once more: whoever held the person's row may have accepted it.
    throw hasEnded(await selectInvitation(trx, accountId, invitationId));
  }
  return acceptFor(trx, actor, settings, user, living, now);
}

/** The same for somebody whose row is locked, by their living invitation. */
export async function acceptFor(
  trx: Trx,
  actor: Actor,
  settings: AccountSettings,
  user: User,
  invitation: Invitation,
  now: Date,
): Promise<User> {
  const { accountId } = settings;
  assertLiving(invitation, now);
  if (user.state !== 'invited') throw hasEnded(invitation);
  const active = { ...user, state: 'active', activatedAt: now, signInEmail: invitation.address } as const;
  const { user: next, decision } = await takeLicense(
    trx,
    settings,
    user,
    active,
    'invitation.acceptance_refused',
  );
  updateUser(trx, accountId, user.id, next, now);
  endInvitations(trx, accountId, user.id, 'accepted', now);
  recordUserChange(trx, actor, accountId, now, {
    kind: 'invitation.accepted',
    userId: user.id,
    before: user,
    after: next,
    decision,
  });
  return { ...user, ...next, version: user.version + 1, updatedAt: now };
}

function assertLiving(invitation: Invitation, now: Date): void {
  if (invitation.endedAt !== null) throw hasEnded(invitation);
  if (invitation.expiresAt > now) return;
  throw new RefusedError(
    'no_invitation',
    `The invitation to ${invitation.address} expired on ${invitation.expiresAt.toISOString()}. Send it again.`,
    { facts: { outcome: 'expired' } },
  );
}

function hasEnded(invitation: Invitation | undefined): RefusedError {
  const outcome = invitation?.outcome ?? 'revoked';
  return new RefusedError(
    'no_invitation',
    `The invitation cannot be accepted any longer: it is ${outcome}.`,
    {
      facts: { outcome },
    },
  );
}
