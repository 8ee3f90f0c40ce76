import { sql } from 'kysely';
import type { Actor } from '../actor.ts';
import { lockAccountShared } from '../database/locks.ts';
import type { Trx } from '../database/transaction.ts';
import { RefusedError } from '../errors.ts';
import { appendAuditEvent } from '../events/append-audit-event.ts';
import { isId, newId } from '../ids.ts';
import { tokenCreator } from '../scim-access/token-description.ts';
import { userNotFound } from '../users/lock-person.ts';
import type { User } from '../users/user.ts';
import { lockUser } from '../users/users.repository.ts';
import { newAccountSecret } from './account-secret.ts';
import { ensureLocalAdministrator } from './local-administrators.ts';

const LIFETIME_MS = 24 * 60 * 60 * 1000;

/** Whom the link lets in: a living user, or a local administrator, who is made where there is none of that name. */
export type SignInLinkTarget = { userId: string } | { localAdministrator: { name: string } };

export interface SignInLink {
  /** The last part of its URL; known this once. */
  value: string;
  userId: string;
  userName: string;
  expiresAt: Date;
}

/**
 * Makes a link that signs somebody in once, within 24 hours, after the press of a button; an earlier one of theirs is void.
 * Only the operator makes one: it needs neither a provider nor an address that IP rules allow. Throws NotFoundError,
 * InvalidInputError and RefusedError('user_not_active').
 */
export async function createSignInLink(
  trx: Trx,
  actor: Actor,
  accountId: string,
  target: SignInLinkTarget,
  now: Date,
): Promise<SignInLink> {
  await lockAccountShared(trx, accountId);
  const user =
    'userId' in target
      ? await lockLivingUser(trx, accountId, target.userId)
      : await ensureLocalAdministrator(trx, actor, accountId, target.localAdministrator.name, now);
  assertActive(user);
  const { value, digest } = newAccountSecret('sign_in_link', accountId);
  const [id, expiresAt] = [newId(), new Date(now.getTime() + LIFETIME_MS)];
  await Promise.all([
    sql`
      update sign_in_links l set voided_at = ${now}
      where l.account_id = ${accountId} and l.user_id = ${user.id} and l.used_at is null and l.voided_at is null`.execute(
      trx,
    ),
    sql`
      insert into sign_in_links (account_id, id, user_id, digest, created_by, created_at, expires_at)
      values (${accountId}, ${id}, ${user.id}, ${digest}, ${JSON.stringify(tokenCreator(actor))}, ${now}, ${expiresAt})`.execute(
      trx,
    ),
  ]);
  appendAuditEvent(trx, actor, accountId, now, {
    kind: 'sign_in_link.created',
    target: { kind: 'user', id: user.id },
    detail: { linkId: id, expiresAt: expiresAt.toISOString() },
    alert: true,
  });
  return { value, userId: user.id, userName: user.userName, expiresAt };
}

async function lockLivingUser(trx: Trx, accountId: string, userId: string): Promise<User> {
  const user = isId(userId) ? await lockUser(trx, accountId, userId, 'everyone') : undefined;
  if (user === undefined) throw userNotFound(userId);
  return user;
}

const REMEDIES: Record<Exclude<User['state'], 'active'>, string> = {
  invited: 'They have to accept their invitation first.',
  deactivated: 'Reactivate them first.',
  deleted: 'Restore them first.',
};

/** Throws RefusedError('user_not_active'): only active users sign in, by whatever way. */
export function assertActive({ state, userName }: User): void {
  if (state === 'active') return;
  throw new RefusedError('user_not_active', `${userName} is ${state}. ${REMEDIES[state]}`);
}
