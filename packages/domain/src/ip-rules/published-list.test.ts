import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { InvalidInputError } from '../errors.ts';
import { type IpListProvider, IP_LIST_PROVIDERS } from './ip-rule.ts';
import { readPublishedList } from './published-list.ts';

/** In the shape of `ServiceTags_Public_20261123.json`. */
const SERVICE_TAGS = {
  changeNumber: 326,
  cloud: 'Public',
  values: [
    {
      name: 'ActionGroup',
      id: 'ActionGroup',
      properties: { changeNumber: 44, region: '', addressPrefixes: ['4.145.74.52/30'] },
    },
    {
      name: 'AzureActiveDirectory',
      id: 'AzureActiveDirectory',
      properties: {
        changeNumber: 23,
        region: '',
        regionId: 0,
        platform: 'Azure',
        systemService: 'AzureAD',
        addressPrefixes: ['4.150.252.96/27', '13.64.151.161/32', '2603:1006:2000::/48', '13.64.151.161/32'],
        networkFeatures: ['API', 'NSG', 'UDR', 'FW'],
      },
    },
  ],
};

/** In the shape of `ip_ranges.json`. */
const CELLS = {
  us_cell_1: { ip_ranges: ['3.130.205.208/28', '52.10.9.74/32'] },
  emea_cell_1: { ip_ranges: ['52.10.9.74/32', '99.80.154.0/27'] },
};

function read(provider: IpListProvider, content: unknown) {
  return readPublishedList(provider, JSON.stringify(content));
}

describe('what Microsoft publishes', () => {
  test('is read down to the ranges of Entra ID, of both families, each once', () => {
    expect(read('entra', SERVICE_TAGS)).toEqual({
      ranges: ['4.150.252.96/27', '13.64.151.161/32', '2603:1006:2000::/48'],
      changeNumber: 326,
    });
  });

  test('may be cut down to that part, and begin with a byte order mark', () => {
    const cut = { changeNumber: 326, values: SERVICE_TAGS.values.slice(1) };
    expect(readPublishedList('entra', `\uFEFF${JSON.stringify(cut)}`).ranges).toHaveLength(3);
  });

  test.each([
    [
      'without that tag',
      { ...SERVICE_TAGS, values: SERVICE_TAGS.values.slice(0, 1) },
      '"AzureActiveDirectory"',
    ],
    ['of Okta', CELLS, '"AzureActiveDirectory"'],
    [
      'with a range that is none',
      tagWith(['4.150.252.96/27', 'x']),
      'values[0].properties.addressPrefixes[1]: "x"',
    ],
    ['with a number among them', tagWith([1]), 'values[0].properties.addressPrefixes[0] is not a text'],
    ['with an address inside of a range', tagWith(['4.150.252.97/27']), 'The range is 4.150.252.96/27'],
    ['without any range', tagWith([]), 'no range'],
  ])('is refused %s, with the place', (_, content, words) => {
    expect(() => read('entra', content)).toThrowError(words);
    expect(() => read('entra', content)).toThrowError(expect.objectContaining({ path: 'file' }));
  });
});

describe('what Okta publishes', () => {
  test('is read with the ranges of all cells, each once', () => {
    expect(read('okta', CELLS)).toEqual({
      ranges: ['3.130.205.208/28', '52.10.9.74/32', '99.80.154.0/27'],
      changeNumber: null,
    });
  });

  test.each([
    ['of Microsoft', SERVICE_TAGS, '"changeNumber" has no list "ip_ranges"'],
    ['without cells', {}, 'no range'],
    ['with a cell without ranges', { us_cell_1: {} }, '"us_cell_1" has no list'],
    ['with a range that is none', { us_cell_1: { ip_ranges: ['1.2.3.4/99'] } }, 'us_cell_1.ip_ranges[0]'],
  ])('is refused %s, with the place', (_, content, words) => {
    expect(() => read('okta', content)).toThrowError(words);
  });
});

describe('any file', () => {
  test.each(['', 'null', '[]', '"x"', '{', '<html></html>', '['.repeat(200_000)])(
    'such as %.20s is refused in words',
    (file) => {
      for (const provider of IP_LIST_PROVIDERS) {
        expect(() => readPublishedList(provider, file)).toThrowError(InvalidInputError);
      }
    },
  );

  test('is refused beyond its limits before much is made of it', () => {
    const many = Array.from({ length: 10_001 }, (_, n) => `10.${n >> 8}.${n & 255}.0/24`);
    expect(() => read('okta', { us_cell_1: { ip_ranges: many } })).toThrowError('a list may have 10000');
    expect(read('okta', { us_cell_1: { ip_ranges: many.slice(1) } }).ranges).toHaveLength(10_000);
    expect(() => readPublishedList('okta', ' '.repeat(16 * 1024 * 1024 + 1))).toThrowError(
      'larger than 16 MB',
    );
  });

  test('of whatever JSON is read or refused, and never fails otherwise', () => {
    const part = fc.oneof(fc.jsonValue({ maxDepth: 3 }), fc.constantFrom('1.2.3.4/32', '2001:db8::/32'));
    const content = fc.oneof(
      fc.jsonValue({ maxDepth: 4 }),
      fc.array(part).map(tagWith),
      fc.dictionary(fc.string(), fc.record({ ip_ranges: fc.array(part) })),
    );
    fc.assert(
      fc.property(fc.constantFrom(...IP_LIST_PROVIDERS), content, (provider, given) => {
        const ranges = rangesIn(provider, given);
        expect(new Set(ranges).size).toBe(ranges.length);
        // What was read once is read again to the same.
        expect(rangesIn('okta', { cell: { ip_ranges: ranges } })).toEqual(ranges);
      }),
      { numRuns: 500, seed: 17 },
    );
  });
});

/** None where it is refused as it should be. */
function rangesIn(provider: IpListProvider, content: unknown): readonly string[] {
  try {
    return read(provider, content).ranges;
  } catch (error) {
    if (error instanceof InvalidInputError) return [];
    throw error;
  }
}

function tagWith(addressPrefixes: readonly unknown[]) {
  return { values: [{ name: 'AzureActiveDirectory', properties: { addressPrefixes } }] };
}
