import { sql } from 'kysely';
import { type AccountSettings, readAccountSettings } from '../accounts/account-settings.ts';
import type { Actor } from '../actor.ts';
import { lockAccountShared } from '../database/locks.ts';
import type { Trx } from '../database/transaction.ts';
import { RefusedError } from '../errors.ts';
import { appendAuditEvent } from '../events/append-audit-event.ts';
import { moveSeat } from '../licenses/seats.ts';
import { sameIgnoringCase, withWorkEmail, workEmail } from '../users/email-addresses.ts';
import { licenseUser } from '../users/license-user.ts';
import type { StoredUser, User } from '../users/user.ts';
import { mapUser, updateUser, USER_COLUMNS, type UserRow } from '../users/users.repository.ts';
import { endInvitations, lockInvitation } from './invitations.repository.ts';

/**
 * What the button behind a mailed link does: an invited person becomes active and is licensed, or a changed address is
 * confirmed. Without a free seat everything stays as it was. Throws RefusedError('no_invitation') when nothing waits for
 * the address or the invitation has expired, and RefusedError('no_free_seat').
 */
export async function acceptInvitation(
  trx: Trx,
  actor: Actor,
  accountId: string,
  address: string,
  now: Date,
): Promise<User> {
  const [, settings, user] = await Promise.all([
    lockAccountShared(trx, accountId),
    readAccountSettings(trx, accountId),
    lockAddressee(trx, accountId, address),
  ]);
  if (user === undefined) throw nothingWaits(address);
  const confirmsChange = user.state !== 'invited';
  const next = confirmsChange ? confirmed(user) : await accepted(trx, settings, user, now);
  updateUser(trx, accountId, user.id, next, now);
  if (!confirmsChange) endInvitations(trx, accountId, user.id, 'accepted', now);
  appendAuditEvent(trx, actor, accountId, now, {
    kind: confirmsChange ? 'email_change.confirmed' : 'invitation.accepted',
    target: { kind: 'user', id: user.id },
    detail: {
      userName: { from: user.userName, to: next.userName },
      state: { from: user.state, to: next.state },
      licenseType: { from: user.licenseType, to: next.licenseType },
    },
  });
  return { ...user, ...next, version: user.version + 1, updatedAt: now };
}

async function accepted(trx: Trx, settings: AccountSettings, user: User, now: Date): Promise<StoredUser> {
  const invitation = await lockInvitation(trx, settings.accountId, user.id);
  if (invitation === undefined) throw nothingWaits(user.userName);
  if (invitation.expiresAt <= now) {
    throw new RefusedError(
      'no_invitation',
      `The invitation to ${invitation.address} expired on ${invitation.expiresAt.toISOString()}. Send it again.`,
    );
  }
  const signInEmail = settings.scim.userNamePolicy === 'any' ? invitation.address : null;
  const { user: next } = licenseUser({ ...user, state: 'active', activatedAt: now, signInEmail }, settings);
  await moveSeat(trx, settings, null, next.licenseType);
  return next;
}

function confirmed(user: User): StoredUser {
  const userName = user.pendingUserName ?? user.userName;
  return {
    ...user,
    userName,
    pendingUserName: null,
    attributes: withWorkEmail(user.attributes, userName),
  };
}

/** Locks and reads the person who is invited at the address, or whose changed address it is. */
export async function lockAddressee(trx: Trx, accountId: string, address: string): Promise<User | undefined> {
  const { rows } = await sql<UserRow>`
    select ${USER_COLUMNS} from users u
    where u.account_id = ${accountId}
      and (u.pending_user_name_lower = lower(${address})
        or (u.user_name_lower = lower(${address}) and u.holds_user_name and u.state = 'invited')
        or (u.email_keys @> array[lower(${address})] and u.state = 'invited'))
    order by u.id
    for no key update of u`.execute(trx);
  return rows.map(mapUser).find((user) => user.state !== 'invited' || isAddressee(user, address));
}

function isAddressee(user: User, address: string): boolean {
  return sameIgnoringCase(workEmail(user.attributes)?.value ?? user.userName, address);
}

export function nothingWaits(address: string): RefusedError {
  return new RefusedError(
    'no_invitation',
    `Nothing waits for ${address}: nobody is invited at that address.`,
  );
}
