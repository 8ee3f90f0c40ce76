import { readFileSync } from 'node:fs';

import { parseJsonBody, type JsonValue } from '../src/json.ts';

/** A request body of `fixtures/`, by its path there without the ending. */
export function readFixture(name: string): JsonValue {
  return parseJsonBody(readFileSync(new URL(`../fixtures/${name}.json`, import.meta.url), 'utf8'));
}
