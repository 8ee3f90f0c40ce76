import { type RawBuilder, sql } from 'kysely';
import type { Actor } from '../actor.ts';
import { isId } from '../ids.ts';
import type { AuditEventKind, AuditTarget } from './audit-event.ts';
import { firstIdAt, textCondition, timeConditions, type TimeRange } from './log-page.ts';

/** Which events to show; what is not said is not asked for. */
export interface AuditEventFilter extends TimeRange {
  kinds?: readonly AuditEventKind[] | undefined;
  actorKinds?: readonly Actor['kind'][] | undefined;
  actor?: { kind: Exclude<Actor['kind'], 'operator' | 'system'>; id: string } | undefined;
  targetKind?: AuditTarget['kind'] | undefined;
  targetId?: string | undefined;
  /** Only what an administrator should look at. */
  alertsOnly?: boolean | undefined;
  /** Only what that request changed. */
  requestId?: string | undefined;
  /** In the detail or the actor's name, in any letter case. */
  text?: string | undefined;
}

/** Kinds of which there are so many that no index has them: they are found soon by walking through all. */
const FREQUENT_KINDS: ReadonlySet<AuditEventKind> = new Set([
  'user.created',
  'user.changed',
  'group.members_changed',
]);
/** No request runs longer. */
const LONGEST_REQUEST_MS = 15 * 60 * 1000;

/** The filter as conditions on `audit_events e`. Throws InvalidInputError. */
export function auditEventConditions(filter: AuditEventFilter): RawBuilder<unknown>[] {
  const { kinds, actorKinds, targetKind, alertsOnly, text } = filter;
  return [
    ...timeConditions(filter),
    ...(kinds === undefined ? [] : [sql`e.kind = any(${[...kinds]}::text[])`]),
    ...(actorKinds === undefined ? [] : [sql`e.actor_kind = any(${[...actorKinds]}::text[])`]),
    ...(targetKind === undefined ? [] : [sql`e.target_kind = ${targetKind}`]),
    ...idCondition(filter.targetId, (id) => sql`e.target_id = ${id}`),
    ...idCondition(filter.actor?.id, (id) => actorCondition(id, filter)),
    ...idCondition(filter.requestId, requestCondition),
    ...(alertsOnly === true ? [sql`e.alert`] : []),
    ...(text === undefined ? [] : [textCondition(text, [sql`e.actor_name`, sql`e.detail::text`])]),
  ];
}

/** The wanted kinds where an index has all of them. */
export function rareKinds({ kinds, targetId }: AuditEventFilter): readonly AuditEventKind[] | undefined {
  if (kinds === undefined || targetId !== undefined) return undefined;
  return kinds.some((kind) => FREQUENT_KINDS.has(kind)) ? undefined : [...new Set(kinds)];
}

// The index has everybody's but those of identity providers.
function actorCondition(actorId: string, { actor }: AuditEventFilter): RawBuilder<unknown> {
  const ofIdentityProvider = actor?.kind === 'scim_token';
  return sql`e.actor_id = ${actorId} and ${ofIdentityProvider ? sql`e.actor_kind = 'scim_token'` : sql`e.actor_kind <> 'scim_token'`}`;
}

// A process gives ids in ascending order, and a request has the first of them. So its events are near it.
function requestCondition(requestId: string): RawBuilder<unknown> {
  const last = firstIdAt(timeOf(requestId) + LONGEST_REQUEST_MS);
  return sql`e.request_id = ${requestId} and e.id > ${requestId} and e.id < ${last}`;
}

/** When a UUIDv7 was made, in milliseconds. */
function timeOf(id: string): number {
  return Number.parseInt(id.replaceAll('-', '').slice(0, 12), 16);
}

function idCondition(
  id: string | undefined,
  condition: (id: string) => RawBuilder<unknown>,
): RawBuilder<unknown>[] {
  if (id === undefined) return [];
  return [isId(id) ? condition(id) : sql`false`];
}
