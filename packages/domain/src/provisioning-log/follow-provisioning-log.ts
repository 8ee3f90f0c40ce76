import { type Kysely, sql } from 'kysely';
import type { DB } from '../database/schema.generated.ts';
import { InvalidInputError } from '../errors.ts';
import { isId } from '../ids.ts';
import {
  allOf,
  EVENT_COLUMNS,
  provisioningEventFromRow,
  type ProvisioningEventRow,
} from './list-provisioning-events.ts';
import type { ProvisioningEvent } from './provisioning-event.ts';
import { provisioningEventConditions, type ProvisioningEventFilter } from './provisioning-event-filter.ts';

/** How far somebody has followed the log: everything that was written up to there. */
export interface LogPosition {
  /** Microseconds since 1970, by the database's clock. */
  recordedAt: number;
  /** The last event of that microsecond that was seen. */
  id: string;
}

export interface LogNews {
  events: readonly ProvisioningEvent[];
  position: LogPosition;
  /** More was written than fits: ask again at once. */
  hasMore: boolean;
}

/** What is written can be seen by others this much later; a batch that took longer is stamped anew. */
export const SETTLED_AFTER_MS = 1_000;

const LAST_ID = 'ffffffff-ffff-ffff-ffff-ffffffffffff';

/**
 * What was written to the log after a position, in the order of writing; without one, nothing but the position of now. Costs the
 * events that are new. Nothing is missed; in rare cases one comes twice. Throws InvalidInputError.
 */
export async function followProvisioningLog(
  db: Kysely<DB>,
  accountId: string,
  filter: ProvisioningEventFilter,
  position: LogPosition | undefined,
  limit: number,
): Promise<LogNews> {
  if (position !== undefined && !isPosition(position)) {
    throw new InvalidInputError('The cursor belongs to no place in the log.', 'after');
  }
  const horizon = sql`(clock_timestamp() - ${SETTLED_AFTER_MS}::integer * interval '1 millisecond')`;
  const [row] = (await sql<{ settled: number }>`select ${microseconds(horizon)} as settled`.execute(db)).rows;
  const settled = { recordedAt: row?.settled ?? 0, id: LAST_ID };
  if (position === undefined) return { events: [], position: settled, hasMore: false };
  const { rows } = await sql<ProvisioningEventRow & { recorded: number }>`
    select ${EVENT_COLUMNS}, ${microseconds(sql`e.recorded_at`)} as recorded
    from provisioning_events e
    where e.account_id = ${accountId} and e.recorded_at is not null
      and (e.recorded_at, e.id) > (${timestamp(position.recordedAt)}, ${position.id}::uuid)
      and e.recorded_at <= ${timestamp(settled.recordedAt)}
      and ${allOf(provisioningEventConditions(filter))}
    order by e.recorded_at, e.id limit ${limit + 1}`.execute(db);
  const shown = rows.slice(0, limit);
  const last = shown.at(-1);
  const hasMore = rows.length > limit && last !== undefined;
  return {
    events: shown.map(provisioningEventFromRow),
    position: hasMore ? { recordedAt: last.recorded, id: last.id } : later(position, settled),
    hasMore,
  };
}

function isPosition({ recordedAt, id }: LogPosition): boolean {
  return Number.isSafeInteger(recordedAt) && recordedAt >= 0 && isId(id);
}

// The database's clock may be set back.
function later(position: LogPosition, settled: LogPosition): LogPosition {
  return position.recordedAt > settled.recordedAt ? position : settled;
}

function microseconds(time: ReturnType<typeof sql>) {
  return sql`(extract(epoch from ${time}) * 1000000)::bigint`;
}

function timestamp(microsecondsSince1970: number) {
  return sql`(timestamptz 'epoch' + ${microsecondsSince1970}::bigint * interval '1 microsecond')`;
}
