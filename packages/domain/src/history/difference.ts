import type { Kysely } from 'kysely';
import { isDeepStrictEqual } from 'node:util';
import type { DB } from '../database/schema.generated.ts';
import { InvalidInputError } from '../errors.ts';
import type { AuditEvent } from '../events/audit-event.ts';
import type { JsonValue } from '../json.ts';
import type { RecordedState, Step } from './recorded-state.ts';
import { type CurrentState, type Told, unwind } from './unwind.ts';

/** What is different at a later moment. */
export interface Difference {
  /** Whether the person or group came or went between. */
  readonly came: boolean;
  readonly went: boolean;
  readonly fields: readonly FieldDifference[];
}

export interface FieldDifference {
  /** `userName`, or `attributes.title`. */
  readonly field: string;
  /** Null for none. */
  readonly before: JsonValue;
  readonly after: JsonValue;
  /** The events between that touched it, the first one first: who made them, and by which request. */
  readonly events: readonly AuditEvent[];
}

/**
 * What changed between two moments. What was changed and changed back is no difference. Throws InvalidInputError where the
 * moments are the wrong way round.
 */
export async function differenceBetween(
  db: Kysely<DB>,
  current: CurrentState,
  stepOf: (event: AuditEvent) => Step,
  from: Date,
  to: Date,
): Promise<Told<Difference>> {
  assertInOrder(from, to);
  const later = await unwind(db, current, to, stepOf);
  if (!later.isKnown) return later;
  const events = new Map<string, AuditEvent[]>();
  const earlier = await unwind(db, current, from, stepOf, ({ event, before, after }) => {
    if (event.at > to) return;
    for (const { field } of changedFields(before, after)) {
      const touching = events.get(field) ?? [];
      touching.push(event);
      events.set(field, touching);
    }
  });
  if (!earlier.isKnown) return earlier;
  return { isKnown: true, state: difference(earlier.state, later.state, events) };
}

/** Throws InvalidInputError. */
export function assertInOrder(from: Date, to: Date): void {
  if (from <= to) return;
  throw new InvalidInputError('"from" must not be later than "to".', 'from');
}

function difference(
  before: RecordedState,
  after: RecordedState,
  events: ReadonlyMap<string, readonly AuditEvent[]>,
): Difference {
  const fields = changedFields(before, after).map((change) => ({
    ...change,
    events: (events.get(change.field) ?? []).toReversed(),
  }));
  return { came: before === null && after !== null, went: before !== null && after === null, fields };
}

function changedFields(before: RecordedState, after: RecordedState): Omit<FieldDifference, 'events'>[] {
  const names = new Set([...(before?.keys() ?? []), ...(after?.keys() ?? [])]);
  return [...names].toSorted().flatMap((field) => {
    const change = { field, before: before?.get(field) ?? null, after: after?.get(field) ?? null };
    return isDeepStrictEqual(change.before, change.after) ? [] : [change];
  });
}
