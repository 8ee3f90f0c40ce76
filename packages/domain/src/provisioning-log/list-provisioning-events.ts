import { type Kysely, type RawBuilder, sql } from 'kysely';
import { v7 } from 'uuid';
import type { DB } from '../database/schema.generated.ts';
import { isId } from '../ids.ts';
import type { JsonValue } from '../json.ts';
import type { ProvisioningEvent } from './provisioning-event.ts';

export interface ProvisioningEventFilter {
  /** Only answers with a status of 400 or more. */
  failedOnly?: boolean | undefined;
  resourceId?: string | undefined;
  /** Requests that arrived then or later. */
  since?: Date | undefined;
}

/**
 * A page of events in the order of arrival, from the one behind `after`. An event is written when its request ends, so one
 * may appear before others that were listed already: who follows the log looks back a while.
 */
export async function listProvisioningEvents(
  db: Kysely<DB>,
  accountId: string,
  page: ProvisioningEventFilter & { after?: string | undefined; limit: number },
): Promise<ProvisioningEvent[]> {
  const conditions = conditionsOf(page);
  if (page.after !== undefined) conditions.push(sql`e.id > ${page.after}`);
  return selectEvents(db, accountId, conditions, sql`asc`, page.limit);
}

/** The events that arrived last, in the order of arrival. */
export async function latestProvisioningEvents(
  db: Kysely<DB>,
  accountId: string,
  page: ProvisioningEventFilter & { limit: number },
): Promise<ProvisioningEvent[]> {
  const events = await selectEvents(db, accountId, conditionsOf(page), sql`desc`, page.limit);
  return events.toReversed();
}

function conditionsOf({ failedOnly, resourceId, since }: ProvisioningEventFilter): RawBuilder<unknown>[] {
  const conditions = [sql`true`];
  if (failedOnly === true) conditions.push(sql`e.status >= 400`);
  if (resourceId !== undefined) {
    conditions.push(isId(resourceId) ? sql`e.resource_id = ${resourceId}` : sql`false`);
  }
  if (since !== undefined) conditions.push(sql`e.id >= ${firstIdAt(since)}`);
  return conditions;
}

/** Ids begin with their time, so the primary key finds a time as well. */
function firstIdAt(time: Date): string {
  return v7({ msecs: time.getTime(), seq: 0, random: new Uint8Array(16) });
}

async function selectEvents(
  db: Kysely<DB>,
  accountId: string,
  conditions: readonly RawBuilder<unknown>[],
  order: RawBuilder<unknown>,
  limit: number,
): Promise<ProvisioningEvent[]> {
  const { rows } = await sql<EventRow>`
    select e.account_id, e.id, e.at, e.token_id, e.address, e.user_agent, e.method, e.path, e.status, e.duration_ms,
      e.resource_type, e.resource_id, e.scim_type, e.error_detail, e.leniencies, e.request_body
    from provisioning_events e
    where e.account_id = ${accountId} and ${sql.join(conditions, sql` and `)}
    order by e.id ${order} limit ${limit}`.execute(db);
  return rows.map(toEvent);
}

interface EventRow {
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
  request_body: JsonValue;
}

function toEvent(row: EventRow): ProvisioningEvent {
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
    requestBody: row.request_body,
  };
}
