import { findMiscounts } from '@rollcall/domain/accounts/miscounts';
import { planBulk } from '@rollcall/scim-protocol/bulk-plan';
import { parseBulkRequest } from '@rollcall/scim-protocol/bulk-request';
import { isJsonArray, isJsonObject, type JsonValue, parseJsonBody } from '@rollcall/scim-protocol/json';
import { createReading } from '@rollcall/scim-protocol/reading';
import { fuzzing } from '@rollcall/scim-protocol/testing/fuzzing';
import fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { startTestGateway, type TestGateway, textOf } from './harness.ts';

let gateway: TestGateway;

beforeAll(async () => {
  gateway = await startTestGateway();
});

afterAll(async () => {
  await gateway[Symbol.asyncDispose]();
});

const BULK = 'urn:ietf:params:scim:api:messages:2.0:BulkRequest';
const PATCH = 'urn:ietf:params:scim:api:messages:2.0:PatchOp';
const ENTERPRISE = 'urn:ietf:params:scim:schemas:extension:enterprise:2.0:User';

const bulkIds = fc.constantFrom('a', 'b', 'c', 'd', 'e');
const references = bulkIds.map((bulkId) => `bulkId:${bulkId}`);
const values = fc.oneof(references, fc.constantFrom<JsonValue[]>('x', '', null, true, 7, [], {}));

const users = fc.record(
  {
    userName: fc.oneof(
      { weight: 5, arbitrary: bulkIds.map((name) => `${name}@acme.io`) },
      { weight: 1, arbitrary: values },
    ),
    active: fc.constantFrom(true, false, 'False', 'maybe'),
    externalId: values,
    [ENTERPRISE]: fc.record({ manager: fc.oneof(values, fc.record({ value: values, $ref: values })) }),
  },
  { requiredKeys: ['userName'] },
);
const groups = fc.record({
  displayName: fc.oneof(bulkIds, values),
  members: fc.oneof(fc.array(fc.record({ value: values }), { maxLength: 3 }), values),
});
const patches = fc.record({
  schemas: fc.constant([PATCH]),
  Operations: fc.array(
    fc.record(
      {
        op: fc.constantFrom('add', 'remove', 'Replace', 'x'),
        path: fc.oneof(
          fc.constantFrom(
            'members',
            'active',
            'displayName',
            'emails[type eq "work"].value',
            '[',
            `${ENTERPRISE}:manager`,
          ),
          references.map((reference) => `members[value eq "${reference}"]`),
        ),
        value: fc.oneof(values, fc.array(fc.record({ value: values }), { maxLength: 2 })),
      },
      { requiredKeys: ['op'] },
    ),
    { maxLength: 3 },
  ),
});
const wild = fc.record(
  {
    method: fc.constantFrom('POST', 'POST', 'POST', 'PUT', 'PATCH', 'DELETE', 'GET'),
    path: fc.oneof(
      fc.constantFrom(
        '/Users',
        '/Users',
        '/Groups',
        '/Users/unknown',
        '/Bulk',
        '/',
        '',
        '/Users/.search',
        '//',
      ),
      references.map((reference) => `/Users/${reference}`),
      references.map((reference) => `/Groups/${reference}`),
    ),
    bulkId: fc.oneof({ weight: 8, arbitrary: bulkIds }, { weight: 1, arbitrary: values }),
    version: fc.constantFrom('W/"1"', '*', 'x', ''),
    data: fc.oneof({ weight: 3, arbitrary: users }, groups, { weight: 2, arbitrary: patches }, values),
  },
  { requiredKeys: ['method', 'path', 'bulkId', 'data'] },
);

const manager = references.map((value) => ({ [ENTERPRISE]: { manager: { value } } }));
const members = fc.uniqueArray(references, { maxLength: 4 }).map((ids) => ids.map((value) => ({ value })));
const sensible = fc
  .tuple(fc.array(fc.option(manager), { minLength: 4, maxLength: 4 }), members, members)
  .map(([managers, first, then]) => [
    ...managers.map((more, index) => {
      const name = ['a', 'b', 'c', 'd'][index] ?? 'd';
      return { method: 'POST', path: '/Users', bulkId: name, data: { userName: `${name}@acme.io`, ...more } };
    }),
    { method: 'POST', path: '/Groups', bulkId: 'e', data: { displayName: 'Team', members: first } },
    {
      method: 'PATCH',
      path: '/Groups/bulkId:e',
      data: { schemas: [PATCH], Operations: [{ op: 'add', path: 'members', value: then }] },
    },
    { method: 'PUT', path: '/Users/bulkId:a', data: { userName: 'a@acme.io', title: 'Lead' } },
    { method: 'DELETE', path: '/Users/bulkId:b' },
  ]);
const operations = fc
  .tuple(sensible, fc.array(wild, { maxLength: 5 }))
  .chain(([known, unknown]) => fc.shuffledSubarray([...known, ...unknown], { minLength: 1 }));

function hasCircle(body: JsonValue): boolean {
  const limits = { maxOperations: 20, baseUrl: 'https://scim.example.com' };
  const { operations: read } = parseBulkRequest(body, limits, createReading('lenient'));
  return planBulk(read).some((step) => step.kind === 'circle');
}

test('whatever a bulk request asks for, each operation is answered, and none with a fault of ours', async () => {
  const seen = new Set<string>();
  let run = 0;
  await fc.assert(
    fc.asyncProperty(operations, fc.constantFrom(undefined, undefined, 1, 3), async (sent, failOnErrors) => {
      run += 1;
      const client = await gateway.addAccount(`fuzz-${run}`, run % 3 === 0 ? { dialects: 'strict' } : {});
      const body = parseJsonBody(JSON.stringify({ schemas: [BULK], failOnErrors, Operations: sent }));
      const answer = await client.post('/Bulk', body);
      const { Operations: results } = answer.body;
      if (answer.status !== 200 || !isJsonArray(results)) throw new Error(answer.text);
      const statuses = results.map((each) => (isJsonObject(each) ? textOf(each['status']) : ''));
      for (const status of statuses) seen.add(status);
      const failed = statuses.filter((status) => Number(status) >= 400).length;
      // A circle fails as one, with an error for each of its operations.
      const mostFailed = hasCircle(body) ? sent.length : (failOnErrors ?? sent.length);
      expect(failed).toBeLessThanOrEqual(mostFailed);
      expect(statuses.length).toBeLessThanOrEqual(sent.length);
      const isWhole = failed < (failOnErrors ?? Infinity);
      expect(statuses).toHaveLength(isWhole ? sent.length : statuses.length);
    }),
    { ...fuzzing(150), endOnFailure: true },
  );
  expect([...seen].toSorted()).toEqual(
    expect.arrayContaining(['200', '201', '204', '400', '404', '405', '409']),
  );
  expect([...seen].filter((status) => Number(status) >= 500)).toEqual([]);
  expect(gateway.errorsLogged()).toEqual([]);
  expect(await findMiscounts(gateway.db)).toEqual([]);
});
