import { sql } from 'kysely';
import { type AccountSettings, readAccountSettings } from '../accounts/account-settings.ts';
import type { Actor } from '../actor.ts';
import { lockAccountShared } from '../database/locks.ts';
import type { Trx } from '../database/transaction.ts';
import { RefusedError } from '../errors.ts';
import { sameIgnoringCase, withWorkEmail, workEmail } from '../users/email-addresses.ts';
import { addressOf } from '../users/plan-address.ts';
import { recordUserChange } from '../users/record-user-change.ts';
import { takeLicense } from '../users/take-license.ts';
import type { StoredUser, User } from '../users/user.ts';
import { mapUser, updateUser, USER_COLUMNS, type UserRow } from '../users/users.repository.ts';
import { endInvitations, lockInvitation } from './invitations.repository.ts';

/**
 * What the button behind a mailed link does: an invited person becomes active and is licensed, or a changed address is
 * confirmed. Without a free seat everything stays as it was, and administrators are alerted. Throws
 * RefusedError('no_invitation') when nothing waits for the address or the invitation has expired, and
 * RefusedError('no_free_seat' | 'license_unavailable').
 */
export async function acceptInvitation(
  trx: Trx,
  actor: Actor,
  accountId: string,
  address: string,
  now: Date,
): Promise<User> {
  const [, settings, people] = await Promise.all([
    lockAccountShared(trx, accountId),
    readAccountSettings(trx, accountId),
    lockPeopleAt(trx, accountId, address),
  ]);
  const user = people.find(
    (person) => isInvitedAt(settings, person, address) || awaitsConfirmation(settings, person, address),
  );
  if (user === undefined) throw nothingWaits(address);
  const confirmsChange = user.state !== 'invited';
  const { user: next, decision } = confirmsChange
    ? { user: confirmed(user), decision: undefined }
    : await accepted(trx, settings, user, now);
  updateUser(trx, accountId, user.id, next, now);
  if (!confirmsChange) endInvitations(trx, accountId, user.id, 'accepted', now);
  recordUserChange(trx, actor, accountId, now, {
    kind: confirmsChange ? 'email_change.confirmed' : 'invitation.accepted',
    userId: user.id,
    before: user,
    after: next,
    decision,
  });
  return { ...user, ...next, version: user.version + 1, updatedAt: now };
}

async function accepted(
  trx: Trx,
  settings: AccountSettings,
  user: User,
  now: Date,
): ReturnType<typeof takeLicense> {
  const invitation = await lockInvitation(trx, settings.accountId, user.id);
  if (invitation === undefined) throw nothingWaits(user.userName);
  if (invitation.expiresAt <= now) {
    throw new RefusedError(
      'no_invitation',
      `The invitation to ${invitation.address} expired on ${invitation.expiresAt.toISOString()}. Send it again.`,
    );
  }
  const activated = {
    ...user,
    state: 'active',
    activatedAt: now,
    signInEmail: invitation.address,
  } as const;
  return takeLicense(trx, settings, user, activated, 'invitation.acceptance_refused');
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

/** Locks and reads everybody who may be invited at the address, or whose changed address it may be. */
export async function lockPeopleAt(trx: Trx, accountId: string, address: string): Promise<User[]> {
  const { rows } = await sql<UserRow>`
    select ${USER_COLUMNS} from users u
    where u.account_id = ${accountId} and u.state <> 'deleted'
      and (u.pending_user_name_lower = lower(${address})
        or (u.user_name_lower = lower(${address}) and u.holds_user_name)
        or u.email_keys @> array[lower(${address})])
    order by u.id
    for no key update of u`.execute(trx);
  return rows.map(mapUser);
}

/** Whether the person waits for an invitation to the address to be accepted. */
export function isInvitedAt(settings: AccountSettings, user: User, address: string): boolean {
  const invitedAt = addressOf(settings, user);
  return user.state === 'invited' && invitedAt !== undefined && sameIgnoringCase(invitedAt, address);
}

/** Whether the address is one that the person changed to and has not confirmed. */
function awaitsConfirmation(settings: AccountSettings, user: User, address: string): boolean {
  if (user.pendingUserName !== null && sameIgnoringCase(user.pendingUserName, address)) return true;
  const shown = workEmail(user.attributes)?.value;
  return (
    settings.scim.userNamePolicy === 'any' &&
    user.activatedAt !== null &&
    shown !== undefined &&
    sameIgnoringCase(shown, address) &&
    (user.signInEmail === null || !sameIgnoringCase(user.signInEmail, address))
  );
}

export function nothingWaits(address: string): RefusedError {
  return new RefusedError(
    'no_invitation',
    `Nothing waits for ${address}: nobody is invited at that address.`,
  );
}
