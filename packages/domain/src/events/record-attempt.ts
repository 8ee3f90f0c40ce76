import { sql } from 'kysely';
import type { Actor } from '../actor.ts';
import type { Database } from '../database/connection.ts';
import { lockAttempt } from '../database/locks.ts';
import { inTransaction, type Trx } from '../database/transaction.ts';
import { firstIdAt } from '../ids.ts';
import { auditEventInsert, canonicalJson } from './append-audit-event.ts';
import type { AuditEventInput } from './audit-event.ts';

const JOINED_FOR_MS = 60_000;

/**
 * Records a sign-in, or an attempt that was refused, in a transaction of its own. Equal ones of a minute are one event, which
 * counts them and tells when the last one was: somebody who tries again and again must not fill the log.
 */
export async function recordAttempt(
  db: Database,
  actor: Actor,
  accountId: string,
  event: AuditEventInput,
  now: Date,
): Promise<void> {
  await inTransaction(db, async (trx) => {
    await Promise.all([
      lockAttempt(trx, accountId, fingerprintOf(actor, event)),
      countOrInsert(trx, actor, accountId, event, now),
    ]);
  });
}

async function countOrInsert(
  trx: Trx,
  actor: Actor,
  accountId: string,
  event: AuditEventInput,
  now: Date,
): Promise<void> {
  const since = new Date(now.getTime() - JOINED_FOR_MS);
  // Ids tell the time of the clock, which `now` need not: they only bound what is looked at.
  const recent = firstIdAt(Date.now() - 2 * JOINED_FOR_MS);
  await sql`
    with joined as (
      update audit_events e set occurrences = e.occurrences + 1, last_at = ${now}
      where e.account_id = ${accountId} and e.id = (
        select s.id from audit_events s
        where s.account_id = ${accountId} and ${equals('target_id', targetIdOf(event))} and s.target_version is null
          and s.id >= ${recent} and s.at > ${since} and s.kind = ${event.kind} and s.alert = ${event.alert ?? false}
          and s.target_kind = ${event.target.kind} and s.actor_kind = ${actor.kind}
          and ${equals('actor_id', actorIdOf(actor))} and s.detail = ${canonicalJson(event.detail)}::jsonb
        order by s.id desc limit 1)
      returning e.id
    )
    ${auditEventInsert(actor, accountId, now, event, sql`where not exists (select from joined)`)}`.execute(
    trx,
  );
}

// `is not distinct from` would not use an index.
function equals(column: 'target_id' | 'actor_id', id: string | null) {
  return id === null ? sql`s.${sql.ref(column)} is null` : sql`s.${sql.ref(column)} = ${id}`;
}

function fingerprintOf(actor: Actor, event: AuditEventInput): string {
  const { kind, target, detail } = event;
  return JSON.stringify([
    kind,
    target.kind,
    targetIdOf(event),
    actor.kind,
    actorIdOf(actor),
    canonicalJson(detail),
  ]);
}

function targetIdOf({ target }: AuditEventInput): string | null {
  return 'id' in target ? (target.id ?? null) : null;
}

function actorIdOf(actor: Actor): string | null {
  return 'id' in actor ? actor.id : null;
}
