import type { AccountSettings } from '../accounts/account-settings.ts';
import type { Actor } from '../actor.ts';
import { assertAdministratorRemains } from '../admins/last-account-admin.ts';
import { lockAdministratorsIfOne, lockUserNames } from '../database/locks.ts';
import { countResources } from '../database/resource-counts.ts';
import type { Trx } from '../database/transaction.ts';
import { ConflictError } from '../errors.ts';
import { appendAuditEvent } from '../events/append-audit-event.ts';
import type { AuditEventInput, AuditEventKind } from '../events/audit-event.ts';
import { newId } from '../ids.ts';
import { askForConfirmation } from '../invitations/email-confirmations.repository.ts';
import { endInvitations, invite } from '../invitations/invitations.repository.ts';
import { moveSeat } from '../licenses/seats.ts';
import { dropBinding } from '../sso/bindings.repository.ts';
import { endSessionsOf } from '../sso/sessions.repository.ts';
import { addressOf } from './plan-address.ts';
import type { UserPlan } from './plan-user-change.ts';
import { userChangeEvent } from './record-user-change.ts';
import { type StoredUser, type User, isTombstone } from './user.ts';
import { insertUser, isNameTaken, updateUser } from './users.repository.ts';

/**
 * Writes what was planned for a person, with everything that hangs on it: seat, invitation, totals, the audit event.
 * `current` is undefined for a new person. The caller has locked the account and the row, and asked who administers it after
 * somebody who leaves.
 */
export async function saveUser(
  trx: Trx,
  actor: Actor,
  settings: AccountSettings,
  current: User | undefined,
  plan: UserPlan,
  now: Date,
  id = current?.id ?? newId(),
): Promise<User> {
  if (current !== undefined && plan.happened === 'nothing') return current;
  const { accountId } = settings;
  if (plan.claimed !== undefined && current !== undefined) await claimName(trx, accountId, plan.claimed, id);
  if (current === undefined) {
    insertUser(trx, accountId, id, plan.next, now);
  } else {
    updateUser(trx, accountId, id, plan.next, now);
  }
  await moveSeat(trx, settings, plan.seat.from, plan.seat.to);
  saveInvitation(trx, settings, id, plan, now);
  if (current !== undefined) endSignIns(trx, accountId, current, plan.next, now);
  askForConfirmation(trx, settings, id, current, plan.next, now);
  appendAuditEvent(trx, actor, accountId, now, changeEvent(id, current, plan));
  countVisible(trx, accountId, current, plan.next);
  return savedUser(current, plan, id, accountId, now);
}

/** What is told of a plan that was carried out. */
export function changeEvent(userId: string, current: User | undefined, plan: UserPlan): AuditEventInput {
  return userChangeEvent({
    kind: EVENT_KINDS[plan.happened],
    userId,
    before: current,
    after: plan.next,
    decision: plan.decision,
  });
}

/** The person as a plan that was carried out leaves them. */
export function savedUser(
  current: User | undefined,
  plan: UserPlan,
  id: string,
  accountId: string,
  now: Date,
): User {
  return {
    ...plan.next,
    accountId,
    id,
    createdAt: current?.createdAt ?? now,
    updatedAt: now,
    version: (current?.version ?? 0) + 1,
    groups: current?.groups ?? [],
  };
}

const EVENT_KINDS: Record<UserPlan['happened'], AuditEventKind> = {
  created: 'user.created',
  linked: 'user.linked',
  revived: 'user.revived',
  deactivated: 'user.deactivated',
  reactivated: 'user.reactivated',
  deleted: 'user.deleted',
  licensed: 'user.license_changed',
  changed: 'user.changed',
  nothing: 'user.changed',
};

/** Whether somebody active would be so no longer. */
export function isLeaving(current: StoredUser, next: StoredUser): boolean {
  return current.state === 'active' && next.state !== 'active';
}

/** Whether a tombstone comes back: whoever signed in as that person is forgotten. */
export function isReviving(current: StoredUser, next: StoredUser): boolean {
  return isTombstone(current) && !isTombstone(next);
}

/** Who leaves has no session any longer, whatever becomes of them later; who comes back from a tombstone is bound anew. */
export function endSignIns(trx: Trx, accountId: string, current: User, next: StoredUser, now: Date): void {
  if (isLeaving(current, next)) {
    endSessionsOf(trx, accountId, current.id, next.state === 'deleted' ? 'deleted' : 'deactivated', now);
  }
  if (isReviving(current, next)) dropBinding(trx, accountId, current.id);
}

/** Throws RefusedError('last_account_admin'), with an alert, when nobody else could administer the account. */
export async function assertOthersAdminister(
  trx: Trx,
  actor: Actor,
  accountId: string,
  user: User,
): Promise<void> {
  await Promise.all([
    // Held already where the person was locked by id; a POST that links somebody takes it here.
    lockAdministratorsIfOne(trx, accountId, user.id),
    assertAdministratorRemains(
      trx,
      accountId,
      { kind: 'people', userIds: [user.id] },
      {
        message: `${user.userName} is the account's last active administrator (account_admin). Make somebody else one first.`,
        alert: {
          kind: 'user.change_refused',
          target: { kind: 'user', id: user.id },
          detail: { reason: 'last_account_admin' },
          // Whom their provider wants gone is signed out even so.
          ...(actor.kind === 'scim_token' && { endsSessionsOf: user.id }),
        },
      },
    ),
  ]);
}

/** Locks a name and throws ConflictError('user_name_taken') unless it is free for that person. */
export async function claimName(
  trx: Trx,
  accountId: string,
  userName: string,
  userId: string,
): Promise<void> {
  const [, taken] = await Promise.all([
    lockUserNames(trx, accountId, [userName]),
    isNameTaken(trx, accountId, userName, userId),
  ]);
  if (taken) throw nameTaken(userName);
}

/** The answer to a name that somebody has, or waits to have (RFC 7644 3.3: 409 uniqueness). */
export function nameTaken(userName: string): ConflictError {
  return new ConflictError(
    'user_name_taken',
    `The user name "${userName}" is taken in this account. Look the user up by userName and update them instead.`,
  );
}

function saveInvitation(
  trx: Trx,
  settings: AccountSettings,
  userId: string,
  plan: UserPlan,
  now: Date,
): void {
  if (plan.invitation === 'keep') return;
  endInvitations(trx, settings.accountId, userId, plan.invitation === 'invite' ? 'replaced' : 'revoked', now);
  const address = addressOf(settings, plan.next);
  if (plan.invitation === 'invite' && address !== undefined)
    invite(trx, settings.accountId, userId, address, now);
}

/** Counts a person in or out of what SCIM lists. */
export function countVisible(
  trx: Trx,
  accountId: string,
  current: StoredUser | undefined,
  next: StoredUser,
): void {
  const change = Number(isVisible(next)) - Number(current !== undefined && isVisible(current));
  if (change !== 0) countResources(trx, accountId, 'user', change);
}

/** Whether the person is counted among those whom SCIM lists. */
export function isVisible(user: StoredUser): boolean {
  return !user.localAdministrator && (!isTombstone(user) || user.deletedBy === 'administrator');
}
