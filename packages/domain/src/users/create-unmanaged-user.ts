import { readAccountSettings } from '../accounts/account-settings.ts';
import type { Actor } from '../actor.ts';
import { lockAccountShared, lockUserNames } from '../database/locks.ts';
import type { Trx } from '../database/transaction.ts';
import { appendAuditEvent } from '../events/append-audit-event.ts';
import { addToDefaultGroups } from '../groups/default-groups.ts';
import { isAddress, withWorkEmail } from './email-addresses.ts';
import { licenseUser } from './license-user.ts';
import { NEW_USER, type UserPlan } from './plan-user-change.ts';
import { nameTaken, saveUser } from './save-user.ts';
import type { StoredUser, User } from './user.ts';
import { lockNameHolders } from './users.repository.ts';

export interface UnmanagedPerson {
  userName: string;
  givenName: string;
  familyName: string;
  displayName?: string | null | undefined;
  /** Of the sign-in that brings them; null or undefined where nothing is known of them. */
  signInGroups?: readonly string[] | null | undefined;
}

/**
 * Makes a person whom no identity provider manages: active, licensed, in the groups that newcomers are put into.
 * Throws ConflictError('user_name_taken') and RefusedError('no_free_seat').
 */
export async function createUnmanagedUser(
  trx: Trx,
  actor: Actor,
  accountId: string,
  person: UnmanagedPerson,
  now: Date,
): Promise<User> {
  const [, , settings, holders] = await Promise.all([
    lockAccountShared(trx, accountId),
    lockUserNames(trx, accountId, [person.userName]),
    readAccountSettings(trx, accountId),
    lockNameHolders(trx, accountId, person.userName),
  ]);
  if (holders.holder !== undefined || holders.pending) throw nameTaken(person.userName);
  const name = { givenName: person.givenName, familyName: person.familyName };
  const { displayName = null } = person;
  const shown = displayName === null ? { name } : { name, displayName };
  const newcomer: StoredUser = {
    ...NEW_USER,
    state: 'active',
    scimManaged: false,
    userName: person.userName,
    attributes: isAddress(person.userName) ? withWorkEmail(shown, person.userName) : shown,
    signInEmail: isAddress(person.userName) ? person.userName : null,
    signInGroups: person.signInGroups ?? null,
    activatedAt: now,
  };
  const { user: next, decision } = licenseUser(newcomer, settings);
  const plan: UserPlan = {
    next,
    happened: 'created',
    decision,
    seat: { from: null, to: next.licenseType },
    claimed: next.userName,
    invitation: 'keep',
  };
  const user = await saveUser(trx, actor, settings, undefined, plan, now);
  await joinAssignedGroups(trx, actor, accountId, user.id, now);
  return user;
}

/** Puts a person who was just saved into the groups that newcomers are put into. */
export async function joinAssignedGroups(
  trx: Trx,
  actor: Actor,
  accountId: string,
  userId: string,
  now: Date,
): Promise<void> {
  const groupIds = await addToDefaultGroups(trx, actor, accountId, userId, 'assigned_by_default', now);
  if (groupIds.length === 0) return;
  appendAuditEvent(trx, actor, accountId, now, {
    kind: 'user.joined_default_groups',
    target: { kind: 'user', id: userId },
    detail: { groupIds },
  });
}
