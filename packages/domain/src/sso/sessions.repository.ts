import { type RawBuilder, sql } from 'kysely';
import { atCommit, type Trx } from '../database/transaction.ts';
import { newId } from '../ids.ts';
import { newAccountSecret } from './account-secret.ts';
import {
  IDLE_MS,
  LIFETIME_MS,
  type Session,
  type SessionEndReason,
  type SessionKind,
  type SignInOrigin,
} from './session.ts';

const LONGEST_USER_AGENT = 500;
/** What ended is kept so long, for whoever asks who came in. */
const KEPT_MS = 30 * 24 * 60 * 60 * 1000;

/** A new session with the value of its cookie, which is known this once. */
export interface OpenedSession extends Session {
  value: string;
}

/**
 * Opens a session with the commit. The caller has locked the row of the person and seen that they are active: whoever
 * deactivates them afterwards meets the session and ends it.
 */
export function openSession(
  trx: Trx,
  accountId: string,
  userId: string,
  kind: SessionKind,
  origin: SignInOrigin,
  now: Date,
): OpenedSession {
  const { value, digest } = newAccountSecret('session', accountId);
  const session = {
    id: newId(),
    userId,
    kind,
    createdAt: now,
    expiresAt: new Date(now.getTime() + LIFETIME_MS[kind]),
    lastSeenAt: now,
    address: origin.address,
    userAgent: origin.userAgent?.slice(0, LONGEST_USER_AGENT) ?? null,
  };
  atCommit(
    trx,
    sql`
      insert into sessions (account_id, id, user_id, kind, digest, created_at, expires_at, last_seen_at, address,
        user_agent, id_token)
      values (${accountId}, ${session.id}, ${userId}, ${kind}, ${digest}, ${now}, ${session.expiresAt}, ${now},
        ${session.address}, ${session.userAgent}, ${origin.idToken ?? null})`.compile(trx),
  );
  forgetOldSessions(trx, accountId, userId, now);
  return { ...session, value };
}

function forgetOldSessions(trx: Trx, accountId: string, userId: string, now: Date): void {
  const before = new Date(now.getTime() - KEPT_MS);
  atCommit(
    trx,
    sql`
      delete from sessions s
      where s.account_id = ${accountId} and s.user_id = ${userId} and (s.ended_at < ${before} or s.expires_at < ${before})`.compile(
      trx,
    ),
  );
}

/** The condition that a session `s` has neither ended nor run out. Whether its person is still active is asked besides. */
export function isLiving(now: Date): RawBuilder<boolean> {
  return sql<boolean>`(s.ended_at is null and s.expires_at > ${now}
    and s.last_seen_at > ${new Date(now.getTime() - IDLE_MS)})`;
}

/** Ends the sessions of a person who leaves, with the commit: they stay ended when the person comes back. */
export function endSessionsOf(
  trx: Trx,
  accountId: string,
  userId: string,
  reason: SessionEndReason,
  now: Date,
): void {
  atCommit(trx, sessionsEnd(accountId, userId, reason, now, sql``).compile(trx));
}

/** The update as part of a larger statement; `condition` says, after others, whether the person leaves. */
export function sessionsEnd(
  accountId: string,
  userId: string,
  reason: SessionEndReason,
  now: Date,
  condition: RawBuilder<unknown>,
): RawBuilder<unknown> {
  return sql`
    update sessions s set ended_at = ${now}, end_reason = ${reason}
    where s.account_id = ${accountId} and s.user_id = ${userId} and s.ended_at is null ${condition}`;
}

/** Those of everybody who came in by the account's provider; returns how many. */
export async function endSsoSessions(
  trx: Trx,
  accountId: string,
  reason: SessionEndReason,
  now: Date,
): Promise<number> {
  const { numAffectedRows } = await sql`
    update sessions s set ended_at = ${now}, end_reason = ${reason}
    where s.account_id = ${accountId} and s.kind = 'sso' and s.ended_at is null`.execute(trx);
  return Number(numAffectedRows ?? 0n);
}
