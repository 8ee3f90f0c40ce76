import { sql } from 'kysely';
import { type AccountSettings, readAccountSettings } from '../accounts/account-settings.ts';
import type { Actor } from '../actor.ts';
import { lockAccountShared } from '../database/locks.ts';
import type { Trx } from '../database/transaction.ts';
import { RefusedError } from '../errors.ts';
import { sameIgnoringCase, workEmail } from '../users/email-addresses.ts';
import { addressOf } from '../users/plan-address.ts';
import type { User } from '../users/user.ts';
import { mapUser, USER_COLUMNS, type UserRow } from '../users/users.repository.ts';
import { acceptFor } from './accept-invitation.ts';
import { confirmFor } from './confirm-email-change.ts';
import { lockInvitation } from './invitations.repository.ts';

/**
 * Does for the operator what the buttons behind mailed links do: accepts the invitation of whoever is invited at the address,
 * or confirms the change to it that waits. Throws as these do, and RefusedError('no_invitation') when nothing waits there.
 */
export async function answerAtAddress(
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
  if (user.state !== 'invited') return confirmFor(trx, actor, settings, user, now);
  const invitation = await lockInvitation(trx, accountId, user.id);
  if (invitation === undefined) throw nothingWaits(address);
  return acceptFor(trx, actor, settings, user, invitation, now);
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
