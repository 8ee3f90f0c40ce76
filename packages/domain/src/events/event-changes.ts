import { isDeepStrictEqual } from 'node:util';
import { isJsonObject, type JsonObject, type JsonValue } from '../json.ts';

/** One thing that an event changed, as it was and as it became. */
export interface EventChange {
  /** `userName`, `attributes.title`. */
  readonly field: string;
  /** Null for none. */
  readonly before: JsonValue;
  readonly after: JsonValue;
}

/** What stands for the whole where an event tells one value before and after. */
const WHOLE = 'value';

/**
 * What an event tells of before and after, in whichever way it tells it: `{ changes: { field: { from, to } } }`, `{ field: { from, to } }`
 * or `{ before, after }`. Empty for those that tell something else.
 */
export function eventChanges(detail: JsonObject | null): readonly EventChange[] {
  if (detail === null) return [];
  const { changes, before, after } = detail;
  if (isJsonObject(changes)) {
    const { attributes, ...fields } = changes;
    return [
      ...fromTo(fields),
      ...(isChange(attributes) ? fromTo({ attributes }) : fromTo(attributes, 'attributes.')),
    ];
  }
  if (before !== undefined || after !== undefined) return differences(before ?? null, after ?? null);
  return fromTo(detail);
}

function fromTo(told: JsonValue | undefined, prefix = ''): readonly EventChange[] {
  if (!isJsonObject(told)) return [];
  return Object.entries(told).flatMap(([name, change]) =>
    isChange(change)
      ? [{ field: `${prefix}${name}`, before: change['from'] ?? null, after: change['to'] ?? null }]
      : [],
  );
}

function isChange(value: JsonValue | undefined): value is JsonObject {
  return isJsonObject(value) && Object.hasOwn(value, 'from') && Object.hasOwn(value, 'to');
}

function differences(before: JsonValue, after: JsonValue): readonly EventChange[] {
  const [earlier, later] = [fieldsOf(before), fieldsOf(after)];
  if (earlier === undefined || later === undefined) return [{ field: WHOLE, before, after }];
  return [...new Set([...Object.keys(earlier), ...Object.keys(later)])].flatMap((field) => {
    const change = { field, before: earlier[field] ?? null, after: later[field] ?? null };
    return isDeepStrictEqual(change.before, change.after) ? [] : [change];
  });
}

function fieldsOf(value: JsonValue): JsonObject | undefined {
  if (value === null) return {};
  return isJsonObject(value) ? value : undefined;
}
