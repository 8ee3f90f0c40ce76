import type { JsonObject, JsonValue } from './json.ts';
import { twoSpellings } from './read-value.ts';

/** A message's member by its name in any case; absent and null are one state (RFC 7643 2.1, 2.5). */
export function messageMember(message: JsonObject, name: string): JsonValue {
  const lower = name.toLowerCase();
  const found = Object.entries(message).filter(([key]) => key.toLowerCase() === lower);
  if (found.length > 1) throw twoSpellings(name, '');
  return found[0]?.[1] ?? null;
}
