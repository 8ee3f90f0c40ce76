import { isDeepStrictEqual } from 'node:util';
import { isJsonObject, type JsonObject, type JsonValue } from '../json.ts';

/** Fields by their names, those of `attributes` one by one and without null; null while nobody or nothing was there. */
export type RecordedState = ReadonlyMap<string, JsonValue> | null;

/**
 * Takes back what an event did to its target: the state before it, from the one behind it; undefined where that cannot be told.
 */
export type Step = (after: RecordedState) => RecordedState | undefined;

/** An event that changed no field of its target. */
export const nothing: Step = (after) => after;

/** An event that tells nothing of what it changed, or not any longer. */
export const untold: Step = () => undefined;

/** The event that made its target. */
export const creation: Step = () => null;

export interface FieldChange {
  readonly field: string;
  readonly from: JsonValue;
  readonly to: JsonValue;
}

/** An event that tells fields before and after. What it says has to fit the state that it is taken back from. */
export function changesStep(changes: readonly FieldChange[]): Step {
  return (after) => {
    if (after === null) return undefined;
    const before = new Map(after);
    for (const { field, from, to } of changes) {
      if (!isDeepStrictEqual(before.get(field) ?? null, to)) return undefined;
      if (from === null) before.delete(field);
      else before.set(field, from);
    }
    return before;
  };
}

/** Reads `{ field: { from, to } }`; what is no such change is left out. */
export function readChanges(told: JsonValue | undefined, prefix = ''): readonly FieldChange[] {
  if (!isJsonObject(told)) return [];
  return Object.entries(told).flatMap(([name, change]) =>
    isJsonObject(change) && Object.hasOwn(change, 'from') && Object.hasOwn(change, 'to')
      ? [{ field: `${prefix}${name}`, from: change['from'] ?? null, to: change['to'] ?? null }]
      : [],
  );
}

export const ATTRIBUTE = 'attributes.';

/** A state from fields of which one may be `attributes`. */
export function recordedState({ attributes, ...fields }: JsonObject): ReadonlyMap<string, JsonValue> {
  const ofAttributes = Object.entries(isJsonObject(attributes) ? attributes : {}).map(
    ([name, value]) => [`${ATTRIBUTE}${name}`, value] as const,
  );
  return new Map([...Object.entries(fields), ...ofAttributes].filter(([, value]) => value !== null));
}

/** The fields again, with `attributes` as one of them. */
export function fieldsOf(state: ReadonlyMap<string, JsonValue>): JsonObject {
  const fields: Record<string, JsonValue> = {};
  const attributes: Record<string, JsonValue> = {};
  for (const [name, value] of state) {
    if (name.startsWith(ATTRIBUTE)) attributes[name.slice(ATTRIBUTE.length)] = value;
    else fields[name] = value;
  }
  return { ...fields, attributes };
}
