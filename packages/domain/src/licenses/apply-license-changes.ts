import { sql } from 'kysely';
import type { Actor } from '../actor.ts';
import { sendWritesNow, type Trx } from '../database/transaction.ts';
import { appendAuditEvents } from '../events/append-audit-events.ts';
import type { AuditEventInput } from '../events/audit-event.ts';
import { type JsonObject, toJson } from '../json.ts';
import type { LicenseChange } from './license-plan.ts';
import type { LicenseType } from './license-type.ts';
import { lockSeats } from './seats.ts';

/**
 * Writes changes that were planned under a lock that still holds, each with its audit event; who keeps what they hold is
 * passed over. The seats are counted by `countMovedSeats`. `means` is told with each: the job that does it for its author.
 */
export async function applyLicenseChanges(
  trx: Trx,
  actor: Actor,
  accountId: string,
  changes: readonly LicenseChange[],
  now: Date,
  means: { jobId?: string } = {},
): Promise<number> {
  const moving = changes.filter((change) => !change.keptForWantOfSeat);
  if (moving.length === 0) return 0;
  appendAuditEvents(
    trx,
    actor,
    accountId,
    now,
    moving.map((change) => eventOf(change, means)),
  );
  await Promise.all([
    sql`
      update users u
      set license_type = c.license_type, license_source = c.license_source, version = u.version + 1, updated_at = ${now}
      from unnest(${moving.map(({ person }) => person.id)}::uuid[], ${moving.map(({ to }) => to.licenseType)}::text[],
        ${moving.map(({ to }) => to.source)}::text[]) as c (id, license_type, license_source)
      where u.account_id = ${accountId} and u.id = c.id`.execute(trx),
    // A hundred thousand events must not pile up until the commit.
    sendWritesNow(trx),
  ]);
  return moving.length;
}

function eventOf({ person, from, to, decision }: LicenseChange, means: JsonObject): AuditEventInput {
  return {
    kind: 'user.license_changed',
    target: { kind: 'user', id: person.id, version: person.version + 1 },
    detail: {
      changes: {
        ...(to.licenseType !== from?.licenseType && {
          licenseType: { from: from?.licenseType ?? null, to: to.licenseType },
        }),
        ...(to.source !== from?.source && { licenseSource: { from: from?.source ?? null, to: to.source } }),
      },
      licenseDecision: toJson(decision),
      ...means,
    },
  };
}

/** How many more people hold each type than before; fewer are negative. */
export type SeatMoves = Map<LicenseType, number>;

export function addSeatMoves(moves: SeatMoves, changes: readonly LicenseChange[]): void {
  for (const { from, to, keptForWantOfSeat } of changes) {
    if (keptForWantOfSeat || from?.licenseType === to.licenseType) continue;
    moves.set(to.licenseType, (moves.get(to.licenseType) ?? 0) + 1);
    if (from !== null) moves.set(from.licenseType, (moves.get(from.licenseType) ?? 0) - 1);
  }
}

/** Counts them where types are limited. */
export async function countMovedSeats(trx: Trx, accountId: string, moves: SeatMoves): Promise<void> {
  if (moves.size === 0) return;
  await Promise.all([
    lockSeats(trx, accountId, [...moves.keys()]),
    sql`
      update license_seats s set seats_used = greatest(s.seats_used + m.moved, 0)
      from unnest(${[...moves.keys()]}::text[], ${[...moves.values()]}::integer[]) as m (license_type, moved)
      where s.account_id = ${accountId} and s.license_type = m.license_type`.execute(trx),
  ]);
}
