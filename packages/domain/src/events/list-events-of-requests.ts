import { type Kysely, type RawBuilder, sql } from 'kysely';
import type { DB } from '../database/schema.generated.ts';
import { isId } from '../ids.ts';
import { firstIdAt } from './log-page.ts';
import type { AuditEvent } from './audit-event.ts';
import { auditEventFromRow, type AuditEventRow, EVENT_COLUMNS } from './list-audit-events.ts';

/** A request that has ended. */
export interface EndedRequest {
  id: string;
  /** When it arrived. */
  at: Date;
  durationMs: number;
}

/** A piece of the list of a request's events, in the order of the changes. */
export interface EventsCut {
  /** The event that the piece lies behind, as it is read. */
  behind: string | undefined;
  /** Read from the last change towards the first. */
  backward: boolean;
  limit: number;
}

/** How far the clock of an event's id may be from that of its request. */
const SLACK_MS = 10_000;
const LAST_ID = 'ffffffff-ffff-ffff-ffff-ffffffffffff';

/** The same piece of what each of several requests changed, in the order of reading, with one statement. */
export async function listEventsOfRequests(
  db: Kysely<DB>,
  accountId: string,
  requests: readonly EndedRequest[],
  { behind, backward, limit }: EventsCut,
): Promise<ReadonlyMap<string, readonly AuditEvent[]>> {
  if (behind !== undefined && !isId(behind)) return new Map();
  const place = backward ? sql`e.id < ${behind ?? LAST_ID}::uuid` : sql`e.id > ${behind ?? requestsFirst}`;
  const order = backward ? sql`desc` : sql`asc`;
  const { rows } = await sql<AuditEventRow>`
    select ${EVENT_COLUMNS} from ${wanted(requests)} cross join lateral (
      select * from audit_events e
      where e.account_id = ${accountId} and ${ofWanted} and ${place}
      order by e.id ${order} limit ${limit}
    ) e order by e.id ${order}`.execute(db);
  return Map.groupBy(rows.map(auditEventFromRow), ({ request }) => request?.id ?? '');
}

/** How many changes each of the requests made. */
export async function countEventsOfRequests(
  db: Kysely<DB>,
  accountId: string,
  requests: readonly EndedRequest[],
): Promise<ReadonlyMap<string, number>> {
  const { rows } = await sql<{ request_id: string; amount: number }>`
    select wanted.id as request_id, counted.amount from ${wanted(requests)} cross join lateral (
      select count(*) as amount from audit_events e where e.account_id = ${accountId} and ${ofWanted}
    ) counted`.execute(db);
  return new Map(rows.map((row) => [row.request_id, row.amount]));
}

const requestsFirst = sql`wanted.id`;

// Ids of a request's events follow its own, and none is later than its end: so few rows are looked at, on the primary key.
const ofWanted = sql`e.request_id = wanted.id and e.id > wanted.id and e.id < wanted.last`;

function wanted(requests: readonly EndedRequest[]): RawBuilder<unknown> {
  const ids = requests.map(({ id }) => id);
  const lasts = requests.map(({ at, durationMs }) => firstIdAt(at.getTime() + durationMs + SLACK_MS));
  return sql`unnest(${ids}::uuid[], ${lasts}::uuid[]) as wanted (id, last)`;
}
