import { type Kysely, type RawBuilder, sql } from 'kysely';
import type { DB } from '../database/schema.generated.ts';
import { isId } from '../ids.ts';
import type { JsonObject } from '../json.ts';
import { auditEventConditions, type AuditEventFilter, rareKinds } from './audit-event-filter.ts';
import type { AuditEvent } from './audit-event.ts';
import { type LogPage, orderOf, placeConditions } from './log-page.ts';

/** A page of the events that the filter lets through. Throws InvalidInputError. */
export async function listAuditEvents(
  db: Kysely<DB>,
  accountId: string,
  filter: AuditEventFilter,
  page: LogPage,
): Promise<AuditEvent[]> {
  const conditions = [...placeConditions(page), ...auditEventConditions(filter)];
  const { rows } = await sql<AuditEventRow>`
    select ${EVENT_COLUMNS} from ${sourceOf(accountId, filter, conditions, page)}
    order by e.id ${orderOf(page)} limit ${page.limit}`.execute(db);
  return rows.map(auditEventFromRow);
}

/** How many events the filter lets through: looks at each of them. Throws InvalidInputError. */
export async function countAuditEvents(
  db: Kysely<DB>,
  accountId: string,
  filter: AuditEventFilter,
): Promise<number> {
  const { rows } = await sql<{ amount: number }>`
    select count(*) as amount from ${sourceOf(accountId, filter, auditEventConditions(filter), undefined)}`.execute(
    db,
  );
  return rows[0]?.amount ?? 0;
}

/** Those that are there. */
export async function findAuditEventsById(
  db: Kysely<DB>,
  accountId: string,
  ids: Iterable<string>,
): Promise<ReadonlyMap<string, AuditEvent>> {
  const wanted = [...new Set(ids)].filter(isId);
  const { rows } = await sql<AuditEventRow>`
    select ${EVENT_COLUMNS} from audit_events e
    where e.account_id = ${accountId} and e.id = any(${wanted}::uuid[])`.execute(db);
  return new Map(rows.map((row) => [row.id, auditEventFromRow(row)]));
}

/** What a request changed, in the order of the changes. Ids of its events are greater than the request's own. */
export function listEventsOfRequest(
  db: Kysely<DB>,
  accountId: string,
  requestId: string,
  limit: number,
): Promise<AuditEvent[]> {
  return listAuditEvents(db, accountId, { requestId }, { newestFirst: false, limit });
}

// Each kind that an index knows by itself has its own place in it; in the order of ids they are found kind by kind.
function sourceOf(
  accountId: string,
  filter: AuditEventFilter,
  conditions: readonly RawBuilder<unknown>[],
  page: LogPage | undefined,
): RawBuilder<unknown> {
  const rare = rareKinds(filter);
  const where = (more: readonly RawBuilder<unknown>[]) =>
    sql.join([sql`e.account_id = ${accountId}`, ...conditions, ...more], sql` and `);
  if (rare === undefined || page === undefined) {
    return sql`audit_events e where ${where([])}`;
  }
  const ofOneKind = where([
    sql`e.kind = wanted.kind`,
    sql`e.kind <> 'user.created' and e.kind <> 'user.changed' and e.kind <> 'group.members_changed'`,
  ]);
  return sql`unnest(${[...rare]}::text[]) as wanted (kind) cross join lateral (
    select e.* from audit_events e where ${ofOneKind} order by e.id ${orderOf(page)} limit ${page.limit}) e`;
}

/** What `auditEventFromRow` reads of `audit_events e`. */
export const EVENT_COLUMNS = sql.raw(`
  e.account_id, e.id, e.at, e.occurrences, e.last_at, e.kind, e.alert, e.actor_kind, e.actor_id, e.actor_name, e.target_kind, e.target_id,
  e.target_version, e.request_id, e.request_method, e.request_path, e.detail`);

export interface AuditEventRow {
  account_id: string;
  id: string;
  at: Date;
  occurrences: number;
  last_at: Date | null;
  kind: AuditEvent['kind'];
  alert: boolean;
  actor_kind: AuditEvent['actor']['kind'];
  actor_id: string | null;
  actor_name: string | null;
  target_kind: AuditEvent['target']['kind'];
  target_id: string | null;
  target_version: number | null;
  request_id: string | null;
  request_method: string | null;
  request_path: string | null;
  detail: JsonObject | null;
}

export function auditEventFromRow(row: AuditEventRow): AuditEvent {
  return {
    accountId: row.account_id,
    id: row.id,
    at: row.at,
    occurrences: row.occurrences,
    lastAt: row.last_at,
    kind: row.kind,
    alert: row.alert,
    actor: { kind: row.actor_kind, id: row.actor_id, name: row.actor_name },
    target: { kind: row.target_kind, id: row.target_id, version: row.target_version },
    request:
      row.request_id === null
        ? null
        : { id: row.request_id, method: row.request_method ?? '', path: row.request_path ?? '' },
    detail: row.detail,
  };
}
