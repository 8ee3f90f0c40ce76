import { type Kysely, sql } from 'kysely';
import type { Actor } from '../actor.ts';
import { lockAccountShared } from '../database/locks.ts';
import type { DB } from '../database/schema.generated.ts';
import type { Trx } from '../database/transaction.ts';
import { RefusedError } from '../errors.ts';
import { appendAuditEvent } from '../events/append-audit-event.ts';
import { lockUser } from '../users/users.repository.ts';
import { type AccountSecret, readAccountSecret } from './account-secret.ts';
import { assertActive } from './create-sign-in-link.ts';
import type { SignInOrigin } from './session.ts';
import { openSession, type OpenedSession } from './sessions.repository.ts';

const ACTOR: Actor = { kind: 'system', name: 'sign-in link' };

/** A link that still works. */
export interface LivingSignInLink {
  accountId: string;
  accountName: string;
  userId: string;
  userName: string;
  expiresAt: Date;
}

/** What stands behind a link, for the page with the button: looking spends nothing, since mail scanners open links. */
export async function findSignInLink(
  db: Kysely<DB>,
  value: string,
  now: Date,
): Promise<LivingSignInLink | undefined> {
  const secret = readAccountSecret('sign_in_link', value);
  return secret && selectLink(db, secret, now);
}

/**
 * What the button does: spends the link and opens a session of an hour. Of two presses one signs in. Throws
 * RefusedError('sign_in_link_spent' | 'user_not_active').
 */
export async function useSignInLink(
  trx: Trx,
  value: string,
  origin: SignInOrigin,
  now: Date,
): Promise<OpenedSession> {
  const secret = readAccountSecret('sign_in_link', value);
  const link = secret && (await selectLink(trx, secret, now));
  if (secret === undefined || link === undefined) throw spent();
  const { accountId, userId } = link;
  const [, user] = await Promise.all([
    lockAccountShared(trx, accountId),
    lockUser(trx, accountId, userId, 'everyone'),
  ]);
  if (user === undefined) throw spent();
  assertActive(user);
  const { rows } = await sql<{ id: string }>`
    update sign_in_links l set used_at = ${now}
    where l.account_id = ${accountId} and l.digest = ${secret.digest} and l.used_at is null and l.voided_at is null
    returning l.id`.execute(trx);
  const [used] = rows;
  if (used === undefined) throw spent();
  const session = openSession(trx, accountId, userId, 'link', origin, now);
  appendAuditEvent(trx, ACTOR, accountId, now, {
    kind: 'sign_in_link.used',
    target: { kind: 'user', id: userId },
    detail: { linkId: used.id, sessionId: session.id, from: origin.address },
    alert: true,
  });
  return session;
}

async function selectLink(
  db: Kysely<DB>,
  { accountId, digest }: AccountSecret,
  now: Date,
): Promise<LivingSignInLink | undefined> {
  const { rows } = await sql<LivingSignInLink>`
    select a.id as "accountId", a.name as "accountName", u.id as "userId", u.user_name as "userName",
      l.expires_at as "expiresAt"
    from sign_in_links l
    join users u on u.account_id = l.account_id and u.id = l.user_id
    join accounts a on a.id = l.account_id
    where l.account_id = ${accountId} and u.account_id = ${accountId} and a.id = ${accountId} and l.digest = ${digest}
      and l.used_at is null and l.voided_at is null and l.expires_at > ${now}`.execute(db);
  return rows[0];
}

function spent(): RefusedError {
  return new RefusedError(
    'sign_in_link_spent',
    'This sign-in link does not work any longer: it was used, or replaced by a newer one, or is older than 24 hours. The operator can make another with "rollcall account sign-in-link".',
  );
}
