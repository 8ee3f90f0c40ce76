import fc from 'fast-check';

import { isJsonArray, isJsonObject, type JsonValue } from '../src/json.ts';

const SPLINTERS = [
  '"',
  '\\',
  '{',
  '}',
  '[',
  ']',
  '(',
  ')',
  ':',
  ',',
  '.',
  ' ',
  '\t',
  '\u0000',
  '\ud800',
  '\\u0000',
  '\\ud800',
  'null',
  'true',
  '-0',
  '1e999',
  '__proto__',
  'constructor',
  'not',
  'and',
  'or',
  'eq',
  'pr',
  '[type eq "work"]',
  'urn:ietf:params:scim:schemas:core:2.0:User:',
  'bulkId:b',
  '$ref',
  '\u{1f600}',
  'ß',
  '%00',
] as const;

/** Uniform, which `fc.double` is not: most doubles are close to zero. */
const fraction = fc.nat(9_999).map((share) => share / 10_000);

/** A text with some of its characters lost, doubled, moved or replaced by what parsers trip over. */
export function mutilated(texts: readonly string[]): fc.Arbitrary<string> {
  const cut = fc.record({
    at: fraction,
    length: fc.nat(12),
    kind: fc.constantFrom('lose', 'double', 'replace', 'insert', 'end'),
    splinter: fc.constantFrom(...SPLINTERS),
  });
  return fc
    .tuple(fc.constantFrom(...texts), fc.array(cut, { minLength: 1, maxLength: 4 }))
    .map(([text, cuts]) => cuts.reduce((current, each) => mutilate(current, each), text));
}

interface Cut {
  readonly at: number;
  readonly length: number;
  readonly kind: string;
  readonly splinter: string;
}

function mutilate(text: string, { at, length, kind, splinter }: Cut): string {
  const start = Math.floor(at * text.length);
  const [before, piece, after] = [
    text.slice(0, start),
    text.slice(start, start + length),
    text.slice(start + length),
  ];
  switch (kind) {
    case 'lose':
      return before + after;
    case 'double':
      return before + piece + piece + after;
    case 'replace':
      return before + splinter + after;
    case 'insert':
      return before + splinter + piece + after;
    default:
      return before;
  }
}

const STRAYS: readonly JsonValue[] = [
  null,
  '',
  'x',
  'True',
  0,
  -1.5,
  true,
  [],
  {},
  [[]],
  { value: 'x' },
  [{ value: null }],
  'emails[type eq "work"].value',
  'bulkId:qwerty',
  'remove',
  'DELETE',
  { __proto__: null, primary: true },
];

/** JSON with some of its values lost or replaced by others: still JSON, but hardly what was asked for. */
export function misshapen(values: readonly JsonValue[]): fc.Arbitrary<JsonValue> {
  const change = fc.record({
    at: fraction,
    stray: fc.option(fc.constantFrom(...STRAYS), { nil: undefined }),
  });
  return fc
    .tuple(fc.constantFrom(...values), fc.array(change, { minLength: 1, maxLength: 3 }))
    .map(([value, changes]) =>
      changes.reduce((current, { at, stray }) => {
        const place = { left: Math.floor(at * countOf(current)), stray };
        return replaced(current, place) ?? null;
      }, value),
    );
}

function countOf(value: JsonValue): number {
  if (isJsonArray(value)) return value.reduce<number>((sum, each) => sum + countOf(each), 1);
  if (isJsonObject(value)) return countOf(Object.values(value));
  return 1;
}

/** The value with the one at the place, counted from the root, replaced; undefined where it is lost. */
function replaced(
  value: JsonValue,
  place: { left: number; readonly stray: JsonValue | undefined },
): JsonValue | undefined {
  if (place.left === 0) {
    place.left -= 1;
    return place.stray;
  }
  place.left -= 1;
  if (isJsonArray(value)) return value.flatMap((each) => replaced(each, place) ?? []);
  if (!isJsonObject(value)) return value;
  return Object.fromEntries(
    Object.entries(value).flatMap(([key, each]) => {
      const next = replaced(each, place);
      return next === undefined ? [] : [[key, next]];
    }),
  );
}
