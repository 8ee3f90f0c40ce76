import fc from 'fast-check';
import { expect, test } from 'vitest';

import { fuzzing } from '../test/fuzzing.ts';
import { readFixture } from '../test/read-fixture.ts';
import { refusalOf } from '../test/refusal-of.ts';
import { BULK_REQUEST_URN, isRefused, parseBulkRequest } from './bulk-request.ts';
import { planBulk } from './bulk-plan.ts';
import { ScimError } from './errors.ts';
import { isJsonObject, type JsonObject, type JsonValue, parseJsonBody } from './json.ts';
import { createReading } from './reading.ts';

const LIMITS = { maxOperations: 10, baseUrl: 'https://scim.example.com/scim/v2/acme' };

function parse(body: JsonValue, dialects: 'lenient' | 'strict' = 'lenient') {
  return parseBulkRequest(body, LIMITS, createReading(dialects));
}

function parseOne(operation: JsonValue, dialects: 'lenient' | 'strict' = 'lenient'): string {
  const [read] = parse({ schemas: [BULK_REQUEST_URN], Operations: [operation] }, dialects).operations;
  if (read === undefined) return 'nothing';
  if (isRefused(read)) return `${read.refusal.status} ${read.refusal.scimType}: ${read.refusal.detail}`;
  return `${read.method} ${read.path}`;
}

test('the example of RFC 7644 3.7.3 is read whole', () => {
  const { failOnErrors, operations } = parse(readFixture('rfc7644/3.7.3-all-methods'), 'strict');
  expect(failOnErrors).toBe(1);
  expect(operations.map(({ method, bulkId }) => [method, bulkId])).toEqual([
    ['POST', 'qwerty'],
    ['PUT', undefined],
    ['PATCH', undefined],
    ['DELETE', undefined],
  ]);
});

test.each<[string, JsonValue, string]>([
  ['a list', [], '400 invalidSyntax: The request body must be a JSON object.'],
  [
    'another schema',
    { schemas: ['urn:x'], Operations: [] },
    `400 invalidSyntax: "schemas" of a bulk request must list "${BULK_REQUEST_URN}".`,
  ],
  [
    'no operations',
    { schemas: [BULK_REQUEST_URN] },
    '400 invalidSyntax: A bulk request needs "Operations", a list of at least one operation.',
  ],
  [
    'failOnErrors 0',
    { schemas: [BULK_REQUEST_URN], failOnErrors: 0, Operations: [{}] },
    '400 invalidValue: "failOnErrors" must be a whole number of 1 or more; leave it out to try all operations.',
  ],
  [
    'one operation too many',
    { schemas: [BULK_REQUEST_URN], Operations: Array.from({ length: 11 }, () => ({})) },
    '413 undefined: The request has 11 operations, but at most 10 are done at once (bulk.maxOperations in ServiceProviderConfig). Send several smaller requests.',
  ],
])('a request that is or has %s is refused as a whole', (_, body, refusal) => {
  expect(refusalOf(() => parse(body))).toBe(refusal);
});

test.each<[string, JsonValue, string]>([
  ['no object', 'POST', '400 invalidSyntax: Operations[0] must be an object.'],
  [
    'a GET',
    { method: 'GET', path: '/Users/1' },
    '400 invalidSyntax: Operations[0].method must be one of POST, PUT, PATCH, DELETE.',
  ],
  [
    'a POST without bulkId',
    { method: 'POST', path: '/Users', data: {} },
    '400 invalidValue: Operations[0] is a POST and needs a "bulkId", by which its result is told apart.',
  ],
  [
    'no path',
    { method: 'DELETE' },
    '400 invalidPath: Operations[0] needs a "path" such as /Users or /Users/{id}.',
  ],
  [
    'a query',
    { method: 'DELETE', path: '/Users/1?x=1' },
    '400 invalidPath: Operations[0].path has a query; operations of a bulk have none.',
  ],
  [
    'no data',
    { method: 'PUT', path: '/Users/1', data: null },
    '400 invalidSyntax: Operations[0] is a PUT and needs "data", the body of the request.',
  ],
  [
    'a bulkId that is no text',
    { method: 'POST', path: '/Users', bulkId: 7, data: {} },
    '400 invalidSyntax: Operations[0].bulkId must be text.',
  ],
  [
    'a member twice',
    { method: 'DELETE', METHOD: 'PUT', path: '/Users/1' },
    '400 invalidSyntax: The resource names the attribute "method" twice, in different spellings.',
  ],
])('an operation that is or has %s is refused by itself', (_, operation, refusal) => {
  expect(parseOne(operation)).toBe(refusal);
});

test.each([
  ['/Users/1', 'DELETE /Users/1'],
  ['/Users/1/', 'DELETE /Users/1'],
  ['Users/1', 'DELETE /Users/1'],
  ['https://scim.example.com/scim/v2/acme/Users/1', 'DELETE /Users/1'],
  ['/scim/v2/acme/Users/1', 'DELETE /Users/1'],
  [
    'https://scim.example.com/scim/v2/other/Users/1',
    'DELETE /https://scim.example.com/scim/v2/other/Users/1',
  ],
])('the path %s is read as %s', (path, read) => {
  expect(parseOne({ method: 'DELETE', path })).toBe(read);
});

test('whatever a bulk request is made of is read and planned, or refused in words', () => {
  const text = fc.constantFrom(
    'POST',
    'put',
    'DELETE',
    '/Users',
    '/Groups/bulkId:a',
    'a',
    'b',
    'bulkId:a',
    '',
  );
  const { tree } = fc.letrec<{ tree: JsonValue }>((tie) => ({
    tree: fc.oneof(
      { depthSize: 'small' },
      text,
      fc.constantFrom(null, true, 1, 0.5),
      fc.array(tie('tree'), { maxLength: 4 }),
      fc.dictionary(
        fc.constantFrom('method', 'path', 'bulkId', 'data', 'Data', 'version', '$ref', '__proto__'),
        tie('tree'),
        { maxKeys: 6 },
      ),
    ),
  }));
  const operation = fc.record(
    { method: fc.oneof(text, tree), path: fc.oneof(text, tree), bulkId: fc.oneof(text, tree), data: tree },
    { requiredKeys: [] },
  );
  const request = fc.record(
    {
      schemas: fc.constantFrom([BULK_REQUEST_URN], [], null),
      failOnErrors: fc.oneof({ arbitrary: fc.constant(1), weight: 3 }, tree),
      Operations: fc.oneof(
        { arbitrary: fc.array(fc.oneof(operation, tree), { maxLength: 12 }), weight: 5 },
        tree,
      ),
    },
    { requiredKeys: ['Operations'] },
  );
  let planned = 0;
  fc.assert(
    fc.property(request, (value) => {
      const body = jsonOf(value);
      try {
        const { operations } = parse(body);
        const steps = planBulk(operations);
        const indexes = steps.flatMap((step) =>
          step.kind === 'circle' ? step.members.map(({ index }) => index) : [step.index],
        );
        expect(indexes.toSorted((a, b) => a - b)).toEqual([...operations.keys()]);
        planned += 1;
      } catch (error) {
        if (!(error instanceof ScimError)) throw error;
      }
    }),
    fuzzing(2_000),
  );
  expect(planned).toBeGreaterThan(200);
});

function jsonOf(value: unknown): JsonObject {
  const json = parseJsonBody(JSON.stringify(value));
  if (!isJsonObject(json)) throw new Error('A bulk request is an object.');
  return json;
}
