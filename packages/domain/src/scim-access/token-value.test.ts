import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { isTokenValue, newTokenValue, tokenDigest, tokenHint, type TokenKind } from './token-value.ts';

const RUNS = { numRuns: 300, seed: 20261122 };
const kinds = fc.constantFrom<TokenKind>('scim', 'service');
const tokens = kinds.map((kind) => ({ kind, value: newTokenValue(kind) }));

describe('a token value', () => {
  test('has a fixed prefix and a fixed form that secret scanners can search for', () => {
    expect(newTokenValue('scim')).toMatch(/^rcs_[0-9A-Za-z]{49}$/u);
    expect(newTokenValue('service')).toMatch(/^rct_[0-9A-Za-z]{49}$/u);
  });

  test('is always accepted as a token of its own kind, and never of the other', () => {
    fc.assert(
      fc.property(tokens, ({ kind, value }) => {
        expect(isTokenValue(kind, value)).toBe(true);
        expect(isTokenValue(kind === 'scim' ? 'service' : 'scim', value)).toBe(false);
      }),
      RUNS,
    );
  });

  test('with one character changed is refused before any query', () => {
    fc.assert(
      fc.property(
        tokens,
        fc.nat(52),
        fc.string({ minLength: 1, maxLength: 1 }),
        ({ kind, value }, at, other) => {
          const mistyped = `${value.slice(0, at)}${other}${value.slice(at + 1)}`;
          expect(isTokenValue(kind, mistyped)).toBe(mistyped === value);
        },
      ),
      RUNS,
    );
  });

  test('cut, lengthened or with two neighbours exchanged is refused', () => {
    fc.assert(
      fc.property(tokens, fc.nat(51), fc.string({ minLength: 1 }), ({ kind, value }, at, more) => {
        const exchanged = `${value.slice(0, at)}${value.charAt(at + 1)}${value.charAt(at)}${value.slice(at + 2)}`;
        expect(isTokenValue(kind, value.slice(0, at))).toBe(false);
        expect(isTokenValue(kind, value + more)).toBe(false);
        expect(isTokenValue(kind, more + value)).toBe(false);
        expect(isTokenValue(kind, exchanged)).toBe(exchanged === value);
      }),
      RUNS,
    );
  });

  test('is told from any other text without an error', () => {
    fc.assert(
      fc.property(kinds, fc.string({ unit: 'binary-ascii', maxLength: 80 }), (kind, text) => {
        expect(isTokenValue(kind, text)).toBe(false);
        expect(isTokenValue(kind, `rcs_${text}`)).toBe(false);
      }),
      RUNS,
    );
  });

  test('does not come twice', () => {
    const values = Array.from({ length: 1000 }, () => newTokenValue('scim'));
    expect(new Set(values).size).toBe(values.length);
  });

  test('is recognised in a list without being shown', () => {
    const value = newTokenValue('scim');
    expect(tokenHint(value)).toBe(`rcs_…${value.slice(-4)}`);
    expect(tokenDigest(value).toString('hex')).toMatch(/^[0-9a-f]{64}$/u);
  });
});
