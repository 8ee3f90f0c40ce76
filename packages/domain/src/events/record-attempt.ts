import { sql } from 'kysely';
import type { Actor } from '../actor.ts';
import type { Database } from '../database/connection.ts';
import { lockAttempt } from '../database/locks.ts';
import { inTransaction, type Trx } from '../database/transaction.ts';
import { firstIdAt } from '../ids.ts';
import { auditEventInsert, canonicalJson } from './append-audit-event.ts';
import type { AuditEventInput } from './audit-event.ts';

/** A sign-in, or something that was refused; `times` for several equal ones, the last of which was at `at`. */
export interface Attempt {
  readonly actor: Actor;
  readonly event: AuditEventInput;
  readonly at: Date;
  readonly times: number;
}

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
  await inTransaction(db, (trx) => joinAttempts(trx, accountId, [{ actor, event, at: now, times: 1 }]));
}

/** The same for several, in a transaction that is theirs. */
export async function joinAttempts(trx: Trx, accountId: string, attempts: readonly Attempt[]): Promise<void> {
  // Locked in one order by all, so that no two wait for each other.
  const inOrder = attempts
    .map((attempt) => ({ attempt, fingerprint: fingerprintOf(attempt) }))
    .toSorted((a, b) => (a.fingerprint < b.fingerprint ? -1 : 1));
  await Promise.all(
    inOrder.flatMap(({ attempt, fingerprint }) => [
      lockAttempt(trx, accountId, fingerprint),
      countOrInsert(trx, accountId, attempt, 1),
      // The first is there by now to be counted on.
      ...(attempt.times > 1 ? [countOrInsert(trx, accountId, attempt, attempt.times - 1)] : []),
    ]),
  );
}

/** Equal for those that are joined. */
export function fingerprintOf({ actor, event }: Pick<Attempt, 'actor' | 'event'>): string {
  const { kind, target, detail, alert } = event;
  return JSON.stringify([
    kind,
    alert ?? false,
    target.kind,
    targetIdOf(event),
    actor.kind,
    actorIdOf(actor),
    canonicalJson(detail),
  ]);
}

async function countOrInsert(
  trx: Trx,
  accountId: string,
  { actor, event, at }: Attempt,
  times: number,
): Promise<void> {
  const since = new Date(at.getTime() - JOINED_FOR_MS);
  // Ids tell the time of the clock, which `at` need not: they only bound what is looked at.
  const recent = firstIdAt(Date.now() - 2 * JOINED_FOR_MS);
  await sql`
    with joined as (
      update audit_events e set occurrences = e.occurrences + ${times}, last_at = ${at}
      where e.account_id = ${accountId} and e.id = (
        select s.id from audit_events s
        where s.account_id = ${accountId} and ${equals('target_id', targetIdOf(event))} and s.target_version is null
          and s.id >= ${recent} and s.at > ${since} and s.kind = ${event.kind} and s.alert = ${event.alert ?? false}
          and s.target_kind = ${event.target.kind} and s.actor_kind = ${actor.kind}
          and ${equals('actor_id', actorIdOf(actor))} and s.detail = ${canonicalJson(event.detail)}::jsonb
        order by s.id desc limit 1)
      returning e.id
    )
    ${auditEventInsert(actor, accountId, at, event, sql`where not exists (select from joined)`)}`.execute(
    trx,
  );
}

// `is not distinct from` would not use an index.
function equals(column: 'target_id' | 'actor_id', id: string | null) {
  return id === null ? sql`s.${sql.ref(column)} is null` : sql`s.${sql.ref(column)} = ${id}`;
}

function targetIdOf({ target }: AuditEventInput): string | null {
  return 'id' in target ? (target.id ?? null) : null;
}

function actorIdOf(actor: Actor): string | null {
  return 'id' in actor ? actor.id : null;
}
