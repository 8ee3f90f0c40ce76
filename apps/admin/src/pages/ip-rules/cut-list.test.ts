import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { cutList, publishedOnIn } from './cut-list.ts';

const PROVIDER = fc.constantFrom('ENTRA', 'OKTA');
const TAG = {
  name: 'AzureActiveDirectory',
  properties: { changeNumber: 23, addressPrefixes: ['4.150.252.96/27', '2603:1006:2000::/48'] },
};

describe('a published list', () => {
  test('of Microsoft is cut to the tag that is taken, with its edition', () => {
    const file = JSON.stringify({
      changeNumber: 326,
      cloud: 'Public',
      values: [{ name: 'ActionGroup', properties: { addressPrefixes: ['4.145.74.52/30'] } }, TAG],
    });
    expect(JSON.parse(cutList('ENTRA', `\uFEFF${file}`) ?? '')).toEqual({ changeNumber: 326, values: [TAG] });
  });

  test('of Okta is cut to the ranges of its cells', () => {
    const file = JSON.stringify({ us_cell_1: { ip_ranges: ['52.10.9.74/32'], other: 'x'.repeat(1000) } });
    expect(cutList('OKTA', file)).toBe('{"us_cell_1":{"ip_ranges":["52.10.9.74/32"]}}');
  });

  test('that is no JSON is none', () => {
    expect(cutList('OKTA', 'not a list')).toBeUndefined();
  });

  test('is cut once and for all, whatever it holds', () => {
    fc.assert(
      fc.property(PROVIDER, fc.jsonValue({ maxDepth: 4 }), (provider, content) => {
        const cut = cutList(provider, JSON.stringify(content)) ?? '';
        expect(cutList(provider, cut)).toBe(cut);
      }),
      { seed: 5, numRuns: 300 },
    );
  });

  test('of another shape stays as it is, so that the API says where it is wrong', () => {
    const content = fc.jsonValue({ maxDepth: 4 }).filter((value) => !hasListIn(value));
    fc.assert(
      fc.property(PROVIDER, content, (provider, content) => {
        const text = JSON.stringify(content);
        expect(JSON.parse(cutList(provider, text) ?? '')).toEqual(JSON.parse(text));
      }),
      { seed: 6, numRuns: 300 },
    );
  });

  test('tells its day by the name of its file', () => {
    expect(publishedOnIn('ServiceTags_Public_20261123.json')).toBe('2026-11-23');
    expect(publishedOnIn('ip_ranges.json')).toBeUndefined();
  });
});

function hasListIn(content: unknown): boolean {
  return /"(?:values|ip_ranges)"/u.test(JSON.stringify(content));
}
