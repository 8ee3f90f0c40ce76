import fc from 'fast-check';
import { expect, test } from 'vitest';

import { refusalOf } from '../test/refusal-of.ts';
import { parseJsonBody } from './json.ts';

function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}

test.each([
  ['{"a":1,}', 'invalidSyntax', 'position 7'],
  ['{"a":1', 'invalidSyntax', 'position 6'],
  ['{a:1}', 'invalidSyntax', 'position 1'],
  ['[1 2]', 'invalidSyntax', 'position 3'],
  ['', 'invalidSyntax', 'position 0'],
  ['{}{}', 'invalidSyntax', 'position 2'],
  ['{"a":\n01}', 'invalidSyntax', 'line 2, column 2'],
  ['"\\x"', 'invalidSyntax', 'escape'],
  ['"a\u0001"', 'invalidSyntax', 'control character'],
  ['{"a":{"b":1,"b":2}}', 'invalidSyntax', '"a.b"'],
  ['{"a":1,"\\u0061":2}', 'invalidSyntax', '"a"'],
  ['{"a":["x","y\\u0000"]}', 'invalidValue', '"a[1]"'],
  ['{"\\u0000":1}', 'invalidValue', 'U+0000'],
  ['{"a":"\\ud800"}', 'invalidValue', '"a"'],
  ['{"a":"\ud800"}', 'invalidValue', 'surrogate'],
  ['{"a":1e999}', 'invalidValue', '"a"'],
])('the body %j is refused as %s and the place is named', (text, scimType, place) => {
  const refusal = refusalOf(() => parseJsonBody(text));
  expect(refusal).toContain(`400 ${scimType}: `);
  expect(refusal).toContain(place);
});

test('the values of a broken body are not repeated in the refusal', () => {
  expect(refusalOf(() => parseJsonBody('{"password":"hunter2","a":x}'))).not.toContain('hunter2');
});

test('nesting beyond the bound is refused without recursion', () => {
  expect(refusalOf(() => parseJsonBody('['.repeat(10_000)))).toContain('nested deeper than 64 levels');
  expect(refusalOf(() => parseJsonBody(`${'{"a":'.repeat(100_000)}1`))).toContain('invalidSyntax');
  expect(parseJsonBody(`${'['.repeat(64)}${']'.repeat(64)}`)).toBeInstanceOf(Array);
});

function objectOf(keys: number): string {
  return JSON.stringify(Object.fromEntries(Array.from({ length: keys }, (_, key) => [`k${key}`, 1])));
}

test('more keys in one object than any resource has are refused', () => {
  expect(refusalOf(() => parseJsonBody(objectOf(10_001)))).toContain(
    '400 invalidSyntax: An object of the JSON has more',
  );
  expect(Object.keys(parseJsonBody(objectOf(10_000)) ?? {})).toHaveLength(10_000);
});

test('a key named __proto__ stays a plain key', () => {
  const body = parseJsonBody('{"__proto__":{"isAdmin":true},"constructor":1}');
  expect(Object.keys(body ?? {})).toEqual(['__proto__', 'constructor']);
  expect(Object.getPrototypeOf(body)).toBe(Object.prototype);
});

test('every JSON text without the refused parts gives what JSON.parse gives', () => {
  fc.assert(
    fc.property(fc.jsonValue({ maxDepth: 8 }), fc.nat(3), (value, indent) => {
      const text = JSON.stringify(value, undefined, indent);
      fc.pre(!text.includes('\\u0000') && !/\\ud[89a-f]/.test(text));
      expect(parseJsonBody(text)).toEqual(JSON.parse(text));
    }),
    { numRuns: 300, seed: 1 },
  );
});

test('a text is read when JSON.parse reads it, and refused as a SCIM error otherwise', () => {
  const piece = fc.constantFrom(
    '{',
    '}',
    '[',
    ']',
    ',',
    ':',
    '"a"',
    '"b"',
    '1',
    '-',
    '0',
    'true',
    'nul',
    '\\',
    '"',
    ' ',
  );
  fc.assert(
    fc.property(fc.array(piece, { maxLength: 12 }), (pieces) => {
      const text = pieces.join('');
      const refusal = refusalOf(() => parseJsonBody(text));
      expect(refusal === 'not refused' || refusal.includes('twice')).toBe(isJson(text));
    }),
    { numRuns: 3_000, seed: 2 },
  );
});
