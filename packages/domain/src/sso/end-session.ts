import { sql } from 'kysely';
import { assertRight, type Caller } from '../admins/caller.ts';
import { assertNotAbove } from '../admins/assert-not-above.ts';
import type { Trx } from '../database/transaction.ts';
import { NotFoundError } from '../errors.ts';
import { appendAuditEvent } from '../events/append-audit-event.ts';
import { isId } from '../ids.ts';
import type { SessionEndReason } from './session.ts';

/**
 * Ends a person's own session, as they leave. Ending it again changes nothing. Returns the sealed ID token that the session
 * began with, for signing out at the provider.
 */
export async function signOut(
  trx: Trx,
  caller: Caller,
  accountId: string,
  sessionId: string,
  now: Date,
): Promise<{ idToken: Uint8Array | null }> {
  const ended = await end(trx, caller, accountId, sessionId, 'signed_out', now);
  return { idToken: ended?.id_token ?? null };
}

/**
 * Ends one session: one's own, or with `people:write` that of somebody whose rights do not exceed the caller's. The person has
 * lost it with their next request. Ending it again changes nothing. Throws NotFoundError and ForbiddenError.
 */
export async function revokeSession(
  trx: Trx,
  caller: Caller,
  accountId: string,
  sessionId: string,
  now: Date,
): Promise<void> {
  const userId = isId(sessionId) ? await ownerOf(trx, accountId, sessionId) : undefined;
  if (userId !== caller.userId) {
    assertRight(caller, 'people:write');
    if (userId === undefined) throw new NotFoundError('There is no such session in this account.');
    await assertNotAbove(trx, caller, accountId, userId, 'Ending sessions');
  }
  await end(trx, caller, accountId, sessionId, 'revoked', now);
}

async function ownerOf(trx: Trx, accountId: string, sessionId: string): Promise<string | undefined> {
  const { rows } = await sql<{ user_id: string }>`
    select s.user_id from sessions s where s.account_id = ${accountId} and s.id = ${sessionId}`.execute(trx);
  return rows[0]?.user_id;
}

async function end(
  trx: Trx,
  caller: Caller,
  accountId: string,
  sessionId: string,
  reason: SessionEndReason,
  now: Date,
): Promise<EndedRow | undefined> {
  const { rows } = await sql<EndedRow>`
    update sessions s set ended_at = ${now}, end_reason = ${reason}
    where s.account_id = ${accountId} and s.id = ${sessionId} and s.ended_at is null
    returning s.user_id, s.id_token`.execute(trx);
  const [ended] = rows;
  if (ended === undefined) return undefined;
  appendAuditEvent(trx, caller.actor, accountId, now, {
    kind: 'session.ended',
    target: { kind: 'user', id: ended.user_id },
    detail: { sessionId, reason },
  });
  return ended;
}

interface EndedRow {
  user_id: string;
  id_token: Uint8Array | null;
}
