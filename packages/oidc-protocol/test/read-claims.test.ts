import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { readClaims, readGroups } from '../src/read-claims.ts';

const groupsOf = (claims: Record<string, unknown>, claim = 'groups') => readGroups(readClaims(claims), claim);

describe('the groups claim', () => {
  test.each([
    [{}, { groups: null, overflow: false }],
    [{ groups: [] }, { groups: [], overflow: false }],
    [{ groups: ['a', 'b'] }, { groups: ['a', 'b'], overflow: false }],
    [{ groups: 'a' }, { groups: ['a'], overflow: false }],
    [{ groups: ['a', 7, null, { id: 'b' }] }, { groups: ['a'], overflow: false }],
    [{ groups: 7 }, { groups: null, overflow: false }],
    // Entra ID, beyond 200 groups.
    [
      { _claim_names: { groups: 'src1' }, _claim_sources: { src1: { endpoint: 'https://graph' } } },
      { groups: null, overflow: true },
    ],
    [{ hasgroups: true }, { groups: null, overflow: true }],
    [{ hasgroups: 'true' }, { groups: null, overflow: true }],
    [
      { _claim_names: { address: 'src1' }, groups: ['a'] },
      { groups: ['a'], overflow: false },
    ],
  ])('%j is read as %j', (claims, expected) => {
    expect(groupsOf(claims)).toEqual(expected);
  });

  test('is the one that the account names', () => {
    const claims = { 'https://acme.example/roles': ['a'], groups: ['b'] };
    expect(groupsOf(claims, 'https://acme.example/roles').groups).toEqual(['a']);
  });
});

test.each([
  [undefined, undefined],
  [true, true],
  ['true', true],
  [false, false],
  ['false', false],
  [0, false],
  [1, false],
  [null, false],
  ['yes', false],
])('email_verified %j vouches: %j', (value, expected) => {
  const claims = value === undefined ? {} : { email_verified: value };
  expect(readClaims(claims).emailVerified).toBe(expected);
});

test('whatever a token holds is read without a failure', () => {
  const anything = fc.dictionary(
    fc.constantFrom(
      'sub',
      'email',
      'email_verified',
      'groups',
      '_claim_names',
      'hasgroups',
      'name',
      '__proto__',
    ),
    fc.jsonValue(),
  );
  fc.assert(
    fc.property(anything, (claims) => {
      const read = readClaims(claims);
      expect([typeof read.subject, Array.isArray(groupsOf(claims).groups ?? [])]).toEqual(['string', true]);
    }),
    { seed: 5, numRuns: 500 },
  );
});
