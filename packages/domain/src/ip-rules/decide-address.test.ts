import { isIP } from 'node:net';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { InvalidInputError } from '../errors.ts';
import { decideAddress } from './decide-address.ts';
import { type IpRange, readAddress, readRange } from './ip-range.ts';
import type { IpRule } from './ip-rule.ts';

function rules(...texts: readonly string[]): IpRule[] {
  return texts.map((text) => {
    const [effect, range = ''] = text.split(' ');
    return {
      range: readRange(range).cidr,
      effect: effect === 'allow' ? 'allow' : 'deny',
      note: null,
      source: 'manual',
    };
  });
}

describe('decideAddress', () => {
  test.each<[string, readonly string[], string, boolean]>([
    ['without rules everybody is let in', [], '203.0.113.9', true],
    ['without rules even what is no address', [], 'unknown', true],
    ['a rule that allows some denies the rest', ['allow 203.0.113.0/24'], '198.51.100.1', false],
    ['of both families', ['allow 203.0.113.0/24'], '2001:db8::1', false],
    ['a rule that denies some leaves the rest', ['deny 203.0.113.0/24'], '198.51.100.1', true],
    [
      'the first and the last address of a range belong to it',
      ['allow 203.0.113.0/24'],
      '203.0.113.255',
      true,
    ],
    ['the next does not', ['allow 203.0.113.0/24'], '203.0.114.0', false],
    [
      'the most specific rule wins',
      ['allow 10.0.0.0/8', 'deny 10.1.0.0/16', 'allow 10.1.2.3'],
      '10.1.2.3',
      true,
    ],
    ['whatever the order', ['deny 10.1.0.0/16', 'allow 10.1.2.3', 'allow 10.0.0.0/8'], '10.1.9.9', false],
    ['an IPv4 address in the form of IPv6 is IPv4', ['deny 203.0.113.9'], '::ffff:203.0.113.9', false],
    ['so is a range of them', ['allow ::ffff:203.0.113.0/120'], '203.0.113.9', true],
    ['all of IPv6 holds no IPv4', ['deny ::/0'], '::ffff:203.0.113.9', true],
    ['nor the other way round', ['deny 0.0.0.0/0'], '2001:db8::1', true],
    ['a zone does not matter', ['allow fe80::/10'], 'fe80::1%eth0', true],
    ['what is no address is refused by any rule', ['deny 203.0.113.0/24'], 'unknown', false],
  ])('%s', (_, given, address, allowed) => {
    expect(decideAddress(rules(...given), address).allowed).toBe(allowed);
  });

  test('names the rule that decided', () => {
    const [wide, narrow] = rules('allow 10.0.0.0/8', 'deny 10.1.0.0/16');
    const both = [wide, narrow].flatMap((rule) => rule ?? []);
    expect(decideAddress(both, '10.1.0.1')).toEqual({ allowed: false, reason: 'rule', rule: narrow });
    expect(decideAddress(both, '192.0.2.1')).toEqual({ allowed: false, reason: 'unlisted', rule: null });
  });
});

/** Addresses that differ in a few bits at the ends, so that ranges hold them and each other. */
const ipv4 = fc
  .tuple(fc.constantFrom(10, 11), fc.constantFrom(0, 128), fc.constantFrom(0, 1, 255), fc.nat(255))
  .map((bytes) => bytes.join('.'));
const ipv6 = fc
  .tuple(fc.constantFrom('2001', '2002'), fc.constantFrom('db8', 'db9'), fc.nat(0xffff), fc.nat(0xffff))
  .map(([a, b, c, d]) => `${a}:${b}::${c.toString(16)}:${d.toString(16)}`);
const address = fc.oneof(
  ipv4,
  ipv6,
  ipv4.map((text) => `::ffff:${text}`),
);

/** The bits of an address as a text of 0 and 1, read without the code under test. */
function bitsOf(text: string): string {
  const mapped = text.toLowerCase().replace('::ffff:', '');
  if (isIP(mapped) === 4) {
    return mapped
      .split('.')
      .map((byte) => Number(byte).toString(2).padStart(8, '0'))
      .join('');
  }
  const [head = '', tail = ''] = text.split('::');
  const [before, after] = [head, tail].map((side) => (side === '' ? [] : side.split(':')));
  const zeros = Array.from({ length: 8 - (before?.length ?? 0) - (after?.length ?? 0) }, () => '0');
  return [...(before ?? []), ...zeros, ...(after ?? [])]
    .map((part) => Number.parseInt(part, 16).toString(2).padStart(16, '0'))
    .join('');
}

interface ModelRule {
  bits: string;
  prefix: number;
  effect: 'allow' | 'deny';
}

function modelAllows(given: readonly ModelRule[], text: string): boolean {
  const bits = bitsOf(text);
  const holding = given
    .filter((rule) => rule.bits.length === bits.length && bits.startsWith(rule.bits.slice(0, rule.prefix)))
    .toSorted((a, b) => b.prefix - a.prefix);
  const [closest] = holding;
  return closest === undefined ? !given.some(({ effect }) => effect === 'allow') : closest.effect === 'allow';
}

test('decides as a model does that compares texts of bits', () => {
  const rule = fc.record({
    address: fc.oneof(ipv4, ipv6),
    share: fc.double({ min: 0, max: 1, noNaN: true }),
    effect: fc.constantFrom<'allow' | 'deny'>('allow', 'deny'),
  });
  fc.assert(
    fc.property(
      fc.array(rule, { maxLength: 12 }),
      fc.array(address, { minLength: 1, maxLength: 8 }),
      (given, from) => {
        const model: ModelRule[] = [];
        for (const { address: text, share, effect } of given) {
          const bits = bitsOf(text);
          const prefix = Math.round(share * bits.length);
          const isThere = model.some(
            (other) =>
              other.bits.length === bits.length &&
              other.prefix === prefix &&
              other.bits.slice(0, prefix) === bits.slice(0, prefix),
          );
          if (!isThere) model.push({ bits, prefix, effect });
        }
        const tested = rules(...model.map(({ bits, prefix, effect }) => `${effect} ${textOf(bits, prefix)}`));
        for (const text of from) expect(decideAddress(tested, text).allowed).toBe(modelAllows(model, text));
      },
    ),
    { numRuns: 600, seed: 17 },
  );
});

/** Undefined where it is refused as it should be. */
function rangeIn(text: string): IpRange | undefined {
  try {
    return readRange(text);
  } catch (error) {
    if (error instanceof InvalidInputError) return undefined;
    throw error;
  }
}

/** Bits as a range in the longest spelling. */
function textOf(bits: string, prefix: number): string {
  const first = bits.slice(0, prefix).padEnd(bits.length, '0');
  const [size, base, separator] = bits.length === 32 ? [8, 10, '.'] : [16, 16, ':'];
  const parts = first.match(new RegExp(`.{${size}}`, 'gu')) ?? [];
  return `${parts.map((part) => Number.parseInt(part, 2).toString(base)).join(separator)}/${prefix}`;
}

describe('readRange', () => {
  test.each([
    ['203.0.113.0/24', '203.0.113.0/24'],
    [' 203.0.113.9 ', '203.0.113.9/32'],
    ['2001:0DB8:0:0::/32', '2001:db8::/32'],
    ['2001:db8::1', '2001:db8::1/128'],
    ['::ffff:203.0.113.0/120', '203.0.113.0/24'],
    ['::ffff:0:0/96', '0.0.0.0/0'],
    ['::/0', '::/0'],
    ['0.0.0.0/0', '0.0.0.0/0'],
  ])('reads %s as %s', (text, cidr) => {
    expect(readRange(text).cidr).toBe(cidr);
  });

  test.each([
    '',
    'office',
    '203.0.113.0/33',
    '203.0.113.0/-1',
    '203.0.113.0/024',
    '203.0.113.0/',
    '203.0.113.0/24/8',
    '203.0.113.0/255.255.255.0',
    '203.0.113',
    '0x7f.1',
    '010.0.0.1',
    '2001:db8::/129',
    'fe80::1%eth0/64',
    '*',
    `${'1'.repeat(1000)}/8`,
  ])('refuses %j, in words', (text) => {
    expect(() => readRange(text, 'rules.0.range')).toThrowError(InvalidInputError);
    expect(() => readRange(text)).toThrowError('Write it as 203.0.113.0/24');
  });

  test('does not guess whether an address or the range around it is meant', () => {
    expect(() => readRange('203.0.113.9/24')).toThrowError(
      new InvalidInputError(
        '"203.0.113.9/24" names an address inside of a range. The range is 203.0.113.0/24; the address alone is 203.0.113.9.',
      ),
    );
    expect(() => readRange('::ffff:203.0.113.9/120')).toThrowError('The range is 203.0.113.0/24');
  });

  test('reads what it writes, and anything else is refused and never fails otherwise', () => {
    const text = fc.oneof(
      fc.string({ maxLength: 30 }),
      fc.tuple(address, fc.nat(140)).map(([from, prefix]) => `${from}/${prefix}`),
      fc.string({ unit: fc.constantFrom('0', '1', '2', '9', 'a', 'f', '.', ':', '/', '%'), maxLength: 24 }),
    );
    fc.assert(
      fc.property(text, (given) => {
        const range = rangeIn(given);
        expect(range && readRange(range.cidr)).toEqual(range);
        expect(['undefined', 'object']).toContain(typeof readAddress(given));
      }),
      { numRuns: 1000, seed: 17 },
    );
  });
});
