import { type Kysely, type RawBuilder, sql } from 'kysely';
import type { DB } from '../database/schema.generated.ts';
import { type LogPage, orderOf, placeConditions } from '../events/log-page.ts';
import { isId } from '../ids.ts';
import type { JsonObject, JsonValue } from '../json.ts';
import type { Preconditions, ProvisioningEvent } from './provisioning-event.ts';
import { provisioningEventConditions, type ProvisioningEventFilter } from './provisioning-event-filter.ts';

/**
 * A page of the events that the filter lets through. An event is written when its request ends, so one may appear between
 * others that were listed already; `followProvisioningLog` misses none. Throws InvalidInputError.
 */
export async function listProvisioningEvents(
  db: Kysely<DB>,
  accountId: string,
  filter: ProvisioningEventFilter,
  page: LogPage,
): Promise<ProvisioningEvent[]> {
  const conditions = [...placeConditions(page), ...provisioningEventConditions(filter)];
  const { rows } = await sql<ProvisioningEventRow>`
    select ${EVENT_COLUMNS} from provisioning_events e
    where e.account_id = ${accountId} and ${allOf(conditions)}
    order by e.id ${orderOf(page)} limit ${page.limit}`.execute(db);
  return rows.map(provisioningEventFromRow);
}

/** How many events the filter lets through: looks at each of them. Throws InvalidInputError. */
export async function countProvisioningEvents(
  db: Kysely<DB>,
  accountId: string,
  filter: ProvisioningEventFilter,
): Promise<number> {
  const { rows } = await sql<{ amount: number }>`
    select count(*) as amount from provisioning_events e
    where e.account_id = ${accountId} and ${allOf(provisioningEventConditions(filter))}`.execute(db);
  return rows[0]?.amount ?? 0;
}

export async function findProvisioningEvent(
  db: Kysely<DB>,
  accountId: string,
  eventId: string,
): Promise<ProvisioningEvent | undefined> {
  if (!isId(eventId)) return undefined;
  const { rows } = await sql<ProvisioningEventRow>`
    select ${EVENT_COLUMNS} from provisioning_events e
    where e.account_id = ${accountId} and e.id = ${eventId}`.execute(db);
  return rows[0] && provisioningEventFromRow(rows[0]);
}

/** Those that are there. */
export async function findProvisioningEventsById(
  db: Kysely<DB>,
  accountId: string,
  ids: Iterable<string>,
): Promise<ReadonlyMap<string, ProvisioningEvent>> {
  const wanted = [...new Set(ids)].filter(isId);
  const { rows } = await sql<ProvisioningEventRow>`
    select ${EVENT_COLUMNS} from provisioning_events e
    where e.account_id = ${accountId} and e.id = any(${wanted}::uuid[])`.execute(db);
  return new Map(rows.map((row) => [row.id, provisioningEventFromRow(row)]));
}

/** What `provisioningEventFromRow` reads of `provisioning_events e`. */
export const EVENT_COLUMNS = sql.raw(`
  e.account_id, e.id, e.at, e.token_id, e.address, e.user_agent, e.method, e.path, e.status, e.duration_ms, e.resource_type,
  e.resource_id, e.scim_type, e.error_detail, e.leniencies, e.preconditions, e.request_body, e.answer`);

export function allOf(conditions: readonly RawBuilder<unknown>[]): RawBuilder<unknown> {
  return conditions.length === 0 ? sql`true` : sql.join(conditions, sql` and `);
}

export interface ProvisioningEventRow {
  account_id: string;
  id: string;
  at: Date;
  token_id: string;
  address: string;
  user_agent: string | null;
  method: string;
  path: string;
  status: number;
  duration_ms: number;
  resource_type: string | null;
  resource_id: string | null;
  scim_type: string | null;
  error_detail: string | null;
  leniencies: { code: string; text: string }[];
  preconditions: Preconditions | null;
  request_body: JsonValue;
  answer: JsonObject | null;
}

export function provisioningEventFromRow(row: ProvisioningEventRow): ProvisioningEvent {
  return {
    accountId: row.account_id,
    id: row.id,
    at: row.at,
    tokenId: row.token_id,
    address: row.address,
    userAgent: row.user_agent,
    method: row.method,
    path: row.path,
    status: row.status,
    durationMs: row.duration_ms,
    resourceType: row.resource_type,
    resourceId: row.resource_id,
    scimType: row.scim_type,
    errorDetail: row.error_detail,
    leniencies: row.leniencies,
    preconditions: row.preconditions,
    requestBody: row.request_body,
    answer: row.answer,
  };
}
