import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import {
  isJsonArray,
  isJsonObject,
  type JsonObject,
  type JsonValue,
  parseJsonBody,
} from '@rollcall/scim-protocol/json';

const FOLDER = join(import.meta.dirname, '../../../packages/scim-protocol/fixtures');

/** The ids that stand for members A and B and for the group itself in the fixtures. */
export const MEMBER_A = '018f2d00-0000-7000-8000-00000000000a';
export const MEMBER_B = '018f2d00-0000-7000-8000-00000000000b';
export const GROUP = '018f2d00-0000-7000-8000-00000000000c';

/** A request body as an identity provider sends it, with the ids of this test in the places of the fixture's. */
export function fixture(name: string, replacements: Readonly<Record<string, string>> = {}): JsonObject {
  const text = Object.entries(replacements).reduce(
    (current, [from, to]) => current.replaceAll(from, to),
    readFileSync(join(FOLDER, `${name}.json`), 'utf8'),
  );
  const value = parseJsonBody(text);
  if (!isJsonObject(value)) throw new Error(`The fixture ${name} is not an object.`);
  return value;
}

/** The operations of a PATCH fixture. */
export function operationsOf(
  name: string,
  replacements: Readonly<Record<string, string>> = {},
): readonly JsonValue[] {
  const { Operations } = fixture(name, replacements);
  return isJsonArray(Operations) ? Operations : [];
}
