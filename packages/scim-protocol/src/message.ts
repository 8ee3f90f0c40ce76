import { invalidSyntax } from './errors.ts';
import { isJsonArray, isJsonObject, type JsonObject, type JsonValue } from './json.ts';
import { twoSpellings } from './read-value.ts';
import type { Reading } from './reading.ts';

/** The body of a PATCH, a search or a bulk request: an object whose `schemas` say that it is one (RFC 7644 3.5.2, 3.4.3, 3.7). */
export function readMessage(body: JsonValue, urn: string, what: string, reading: Reading): JsonObject {
  if (!isJsonObject(body)) throw invalidSyntax('The request body must be a JSON object.');
  const schemas = messageMember(body, 'schemas');
  if (schemas === null) {
    reading.leniency('schemas-missing', `Read a ${what} without "schemas"`, 'invalidSyntax');
    return body;
  }
  const urns = isJsonArray(schemas) ? schemas : [];
  const lower = urn.toLowerCase();
  if (urns.some((each) => typeof each === 'string' && each.toLowerCase() === lower)) return body;
  throw invalidSyntax(`"schemas" of a ${what} must list "${urn}".`);
}

/** A message's member by its name in any case; absent and null are one state (RFC 7643 2.1, 2.5). */
export function messageMember(message: JsonObject, name: string): JsonValue {
  const lower = name.toLowerCase();
  const found = Object.entries(message).filter(([key]) => key.toLowerCase() === lower);
  if (found.length > 1) throw twoSpellings(name, '');
  return found[0]?.[1] ?? null;
}
