import { ScimError } from '@rollcall/scim-protocol/errors';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { readQuery } from './request-query.ts';

test.each([
  ['/Users', {}],
  ['/Users?', {}],
  ['/Users?a=1&b=2', { a: '1', b: '2' }],
  ['/Users?a=1&a=2&a=3', { a: ['1', '2', '3'] }],
  ['/Users?flag', { flag: '' }],
  ['/Users?flag&&a==b', { flag: '', a: '=b' }],
  ['/Users?filter=userName+eq+%22a%2Bb%22', { filter: 'userName eq "a+b"' }],
  ['/Users?a=%C3%BC', { a: 'ü' }],
  ['/Users?a=Ã¼', { a: 'ü' }],
  ['/Users?a=x?y', { a: 'x?y' }],
])('%s has the parameters %j', (url, expected) => {
  expect(readQuery(url)).toEqual(expected);
});

test.each(['%', '%f', '%zz', '%ff', '%ed%a0%80', 'ÿ'])('text that is not UTF-8 is refused: %s', (text) => {
  expect(() => readQuery(`/Users?filter=${text}`)).toThrow(ScimError);
});

test('a name that is there a hundred thousand times is read at once', { timeout: 2000 }, () => {
  expect(readQuery(`/Users?${'a&'.repeat(100_000)}`)['a']).toHaveLength(100_000);
});

test('a name that objects have by themselves is a parameter like any other', () => {
  const query = readQuery('/Users?__proto__=a&constructor=b');
  expect(Object.entries(query)).toEqual([
    ['__proto__', 'a'],
    ['constructor', 'b'],
  ]);
});

test('whatever was encoded is read back', () => {
  const pairs = fc.uniqueArray(
    fc.tuple(fc.string({ unit: 'grapheme', minLength: 1 }), fc.string({ unit: 'grapheme' })),
    {
      selector: ([name]) => name,
      maxLength: 8,
    },
  );
  fc.assert(
    fc.property(pairs, (parameters) => {
      const query = parameters.map((pair) => pair.map(encodeURIComponent).join('=')).join('&');
      expect(new Map(Object.entries(readQuery(`/x?${query}`)))).toEqual(new Map(parameters));
    }),
    { numRuns: 300, seed: 11 },
  );
});

test('whatever bytes arrive, they are read or refused as a client fault', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 40 }), (bytes) => {
      const url = `/x?${Buffer.from(bytes).toString('latin1')}`;
      expect(['read', 'refused']).toContain(outcome(url));
    }),
    { numRuns: 500, seed: 11 },
  );
});

function outcome(url: string): string {
  try {
    readQuery(url);
    return 'read';
  } catch (error) {
    return error instanceof ScimError ? 'refused' : String(error);
  }
}
