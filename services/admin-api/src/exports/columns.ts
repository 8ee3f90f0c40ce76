import type { AuditEvent } from '@rollcall/domain/events/audit-event';
import { type JsonObject, type JsonValue, toJson } from '@rollcall/domain/json';
import type { ProvisioningEvent } from '@rollcall/domain/provisioning-log/provisioning-event';
import { encodeGlobalId } from '../graphql/global-ids.ts';
import { ACTOR_TYPES, nodeIdOf, TARGET_TYPES } from '../schema/logs/audit-event.ts';

/** A name and what stands there: the order of a CSV file's columns, and the members of a line of JSON. */
export type Columns<Entry> = readonly (readonly [string, (entry: Entry) => JsonValue])[];

export const PROVISIONING_COLUMNS: Columns<ProvisioningEvent> = [
  ['id', ({ id }) => encodeGlobalId('ProvisioningEvent', id)],
  ['requestId', ({ id }) => id],
  ['at', ({ at }) => at.toISOString()],
  ['method', ({ method }) => method],
  ['path', ({ path }) => path],
  ['status', ({ status }) => status],
  ['durationMs', ({ durationMs }) => durationMs],
  ['resourceType', ({ resourceType }) => resourceType],
  ['resourceId', ({ resourceId }) => resourceId],
  ['scimType', ({ scimType }) => scimType],
  ['errorDetail', ({ errorDetail }) => errorDetail],
  ['token', ({ tokenId }) => encodeGlobalId('ScimToken', tokenId)],
  ['address', ({ address }) => address],
  ['userAgent', ({ userAgent }) => userAgent],
  ['reading', ({ leniencies }) => leniencies.map(({ code, text }) => ({ leniency: code, text }))],
  ['preconditions', ({ preconditions }) => toJson(preconditions)],
  ['requestBody', ({ requestBody }) => requestBody],
  ['answer', ({ answer }) => answer],
];

export const AUDIT_COLUMNS: Columns<AuditEvent> = [
  ['id', ({ id }) => encodeGlobalId('AuditEvent', id)],
  ['at', ({ at }) => at.toISOString()],
  ['kind', ({ kind }) => kind],
  ['alert', ({ alert }) => alert],
  ['occurrences', ({ occurrences }) => occurrences],
  ['lastAt', ({ lastAt }) => lastAt?.toISOString() ?? null],
  ['actorKind', ({ actor }) => actor.kind],
  ['actor', ({ actor }) => nodeIdOf(ACTOR_TYPES, actor)],
  ['actorName', ({ actor }) => actor.name],
  ['targetKind', ({ target }) => target.kind],
  ['target', ({ target }) => nodeIdOf(TARGET_TYPES, target)],
  ['targetVersion', ({ target }) => target.version],
  ['requestId', ({ request }) => request?.id ?? null],
  ['requestMethod', ({ request }) => request?.method ?? null],
  ['requestPath', ({ request }) => request?.path ?? null],
  ['detail', ({ detail }) => detail],
];

export function recordOf<Entry>(columns: Columns<Entry>, entry: Entry): JsonObject {
  return Object.fromEntries(columns.map(([name, valueOf]) => [name, valueOf(entry)]));
}

/** What a CSV cell shows: lists and objects as JSON. */
export function cellOf(value: JsonValue): string | number | null {
  if (value === null || typeof value === 'string' || typeof value === 'number') return value;
  return JSON.stringify(value);
}
