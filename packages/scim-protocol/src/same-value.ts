import { isJsonArray, isJsonObject, type JsonValue } from './json.ts';

/** A text that two JSON values share exactly when they are equal, whatever the order of keys and of list entries (RFC 7643 2.4: lists have none). */
export function sameValue(value: JsonValue): string {
  if (isJsonArray(value)) return `[${value.map(sameValue).toSorted().join(',')}]`;
  if (!isJsonObject(value)) return JSON.stringify(value);
  const parts = Object.entries(value).map(([key, part]) => `${JSON.stringify(key)}:${sameValue(part)}`);
  return `{${parts.toSorted().join(',')}}`;
}
