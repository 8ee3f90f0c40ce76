import { describe, expect, test } from 'vitest';

import { readFixture } from '../test/read-fixture.ts';
import { refusalOf } from '../test/refusal-of.ts';
import { createReading } from './reading.ts';
import {
  parseListQuery,
  parseSearchRequest,
  type QueryParameters,
  SEARCH_REQUEST_URN,
} from './list-query.ts';
import { listResponse } from './list-response.ts';

const LIMITS = { defaultCount: 100, maxCount: 200 };

test.each<[QueryParameters, number, number]>([
  [{}, 1, 100],
  [{ startIndex: '1', count: '2' }, 1, 2],
  [{ STARTINDEX: '6', Count: '5' }, 6, 5],
  [{ startIndex: '0', count: '0' }, 1, 0],
  [{ startIndex: '-5', count: '-1' }, 1, 0],
  [{ count: '201' }, 1, 200],
  [{ startIndex: '99999999999999999999999', count: '9'.repeat(400) }, 2_147_483_647, 200],
])('the parameters %j start at %d and give %d', (query, startIndex, count) => {
  expect(parseListQuery(query, LIMITS)).toMatchObject({ startIndex, count });
});

test('unknown parameters are ignored, the known ones are read in any case', () => {
  expect(
    parseListQuery(
      {
        aadOptscim062020: '',
        FILTER: 'a pr',
        sortby: 'userName',
        SortOrder: 'Descending',
        excludedattributes: 'members',
      },
      LIMITS,
    ),
  ).toEqual({
    startIndex: 1,
    count: 100,
    filter: 'a pr',
    sortBy: 'userName',
    sortOrder: 'descending',
    attributes: undefined,
    excludedAttributes: ['members'],
  });
});

test('an empty filter stays a filter, to be refused as such', () => {
  expect(parseListQuery({ filter: '' }, LIMITS).filter).toBe('');
});

test.each<[QueryParameters]>([
  [{ startIndex: 'abc' }],
  [{ count: '1.5' }],
  [{ count: '' }],
  [{ count: '1e3' }],
  [{ startIndex: '0x10' }],
  [{ count: ['1', '2'] }],
  [{ count: '1', COUNT: '2' }],
  [{ filter: ['a pr', 'b pr'] }],
  [{ sortOrder: 'up' }],
  [{ count: ' 5' }],
])('the parameters %j are refused', (query) => {
  expect(refusalOf(() => parseListQuery(query, LIMITS))).toMatch(/^400 invalidValue: /);
});

test('a search request is read like a query', () => {
  expect(
    parseSearchRequest(readFixture('rfc7644/3.4.3-search-request'), LIMITS, createReading('strict')),
  ).toEqual({
    startIndex: 1,
    count: 10,
    cursor: undefined,
    filter: 'displayName sw "smith"',
    sortBy: undefined,
    sortOrder: 'ascending',
    attributes: ['displayName', 'userName'],
    excludedAttributes: undefined,
  });
});

test.each([
  [[], 'invalidSyntax'],
  [{ filter: 'a pr' }, 'invalidSyntax'],
  [{ schemas: ['urn:ietf:params:scim:api:messages:2.0:SearchRequest'], count: '5' }, 'invalidValue'],
  [{ schemas: ['urn:ietf:params:scim:api:messages:2.0:SearchRequest'], filter: 5 }, 'invalidValue'],
  [{ schemas: ['urn:ietf:params:scim:api:messages:2.0:SearchRequest'], attributes: [5] }, 'invalidValue'],
] as const)('the search request %j is refused as %s', (body, scimType) => {
  expect(refusalOf(() => parseSearchRequest(body, LIMITS, createReading('strict')))).toMatch(
    new RegExp(`^400 ${scimType}: `),
  );
});

test('a list response counts all matches and this page, in JSON numbers, and has Resources even when empty', () => {
  expect(listResponse({ resources: [{ id: 'a' }], totalResults: 7, place: { startIndex: 7 } }))
    .toMatchInlineSnapshot(`
    {
      "Resources": [
        {
          "id": "a",
        },
      ],
      "itemsPerPage": 1,
      "schemas": [
        "urn:ietf:params:scim:api:messages:2.0:ListResponse",
      ],
      "startIndex": 7,
      "totalResults": 7,
    }
  `);
  expect(listResponse({ resources: [], totalResults: 7, place: { startIndex: 8 } })).toMatchObject({
    totalResults: 7,
    itemsPerPage: 0,
    Resources: [],
  });
});

test('a search request without "schemas" is read where the account is lenient', () => {
  const reading = createReading('lenient');
  expect(parseSearchRequest({ count: 5 }, LIMITS, reading)).toMatchObject({ startIndex: 1, count: 5 });
  expect(reading.leniencies.map(({ code }) => code)).toEqual(['schemas-missing']);
  expect(refusalOf(() => parseSearchRequest({ schemas: ['urn:x'] }, LIMITS, reading))).toMatch(
    /^400 invalidSyntax: /,
  );
});

test('a search request that names a parameter in two spellings is refused: nobody can know which one was meant', () => {
  const body = { schemas: [SEARCH_REQUEST_URN], filter: 'title pr', Filter: 'active eq true' };
  expect(refusalOf(() => parseSearchRequest(body, LIMITS, createReading('lenient')))).toMatch(
    /^400 invalidSyntax: .*"filter" twice/,
  );
});

describe('a query by cursor (RFC 9865)', () => {
  const SEARCH = { schemas: ['urn:ietf:params:scim:api:messages:2.0:SearchRequest'] };

  test('has the cursor as it was sent, empty for the first page, and keeps the rules of the count', () => {
    expect(parseListQuery({ CURSOR: '', count: '-1' }, LIMITS)).toMatchObject({ cursor: '', count: 0 });
    expect(parseListQuery({ cursor: 'a-b_c' }, LIMITS)).toMatchObject({
      cursor: 'a-b_c',
      count: LIMITS.defaultCount,
    });
    expect(parseListQuery({}, LIMITS).cursor).toBeUndefined();
    const read = parseSearchRequest({ ...SEARCH, cursor: '', count: 5 }, LIMITS, createReading('strict'));
    expect(read).toMatchObject({ cursor: '', count: 5 });
  });

  test('is refused with a count above the maximum, and with a startIndex', () => {
    const tooMany = String(LIMITS.maxCount + 1);
    expect(refusalOf(() => parseListQuery({ cursor: '', count: tooMany }, LIMITS))).toMatch(
      /^400 invalidCount: /,
    );
    expect(refusalOf(() => parseListQuery({ cursor: 'x', startIndex: '1' }, LIMITS))).toMatch(
      /^400 invalidValue: /,
    );
    const body = { ...SEARCH, cursor: 5 };
    expect(refusalOf(() => parseSearchRequest(body, LIMITS, createReading('strict')))).toMatch(
      /^400 invalidValue: /,
    );
  });

  test('is answered with the cursors of the neighbouring pages and without a startIndex', () => {
    const page = { resources: [], totalResults: 7 };
    const between = listResponse({ ...page, place: { nextCursor: 'n', previousCursor: 'p' } });
    expect(between).toMatchObject({ nextCursor: 'n', previousCursor: 'p' });
    expect(between).not.toHaveProperty('startIndex');
    const only = listResponse({ ...page, place: { nextCursor: undefined, previousCursor: undefined } });
    expect(Object.keys(only).toSorted()).toEqual(['Resources', 'itemsPerPage', 'schemas', 'totalResults']);
  });
});
