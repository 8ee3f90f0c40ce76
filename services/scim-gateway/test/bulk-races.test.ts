import { findMiscounts } from '@rollcall/domain/accounts/miscounts';
import { inTransaction } from '@rollcall/domain/database/transaction';
import { lockAccountShared, lockUserNames } from '@rollcall/domain/database/locks';
import { listScimTokens, revokeScimToken } from '@rollcall/domain/scim-access/scim-tokens';
import { isJsonArray, isJsonObject, type JsonObject } from '@rollcall/scim-protocol/json';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { DEFAULT_LIMITS } from '../src/limits.ts';
import {
  OPERATOR,
  type ScimAnswer,
  type ScimClient,
  startTestGateway,
  type TestGateway,
  textOf,
  userBody,
} from './harness.ts';

const BULK = 'urn:ietf:params:scim:api:messages:2.0:BulkRequest';
const ENTERPRISE = 'urn:ietf:params:scim:schemas:extension:enterprise:2.0:User';

let gateway: TestGateway;

beforeAll(async () => {
  gateway = await startTestGateway();
});

afterAll(async () => {
  await gateway[Symbol.asyncDispose]();
});

function bulk(client: ScimClient, operations: readonly JsonObject[]): Promise<ScimAnswer> {
  return client.post('/Bulk', { schemas: [BULK], Operations: operations });
}

function post(name: string, more: JsonObject = {}): JsonObject {
  return { method: 'POST', path: '/Users', bulkId: name, data: userBody(`${name}@acme.io`, more) };
}

function managedBy(name: string): JsonObject {
  return { [ENTERPRISE]: { manager: { value: `bulkId:${name}` } } };
}

function names(count: number): string[] {
  return Array.from({ length: count }, (_, index) => `n${index}`);
}

/** The statuses of the results, in their order. */
function statusesOf({ status, text, body }: ScimAnswer): string[] {
  if (status !== 200) throw new Error(`POST /Bulk answered ${status}: ${text}`);
  const { Operations: results } = body;
  return (isJsonArray(results) ? results : []).map((each) =>
    isJsonObject(each) ? textOf(each['status']) : '',
  );
}

test('of requests that create the same people at once, in either order, each person is made once', async () => {
  const client = await gateway.addAccount('same-names');
  const people = names(120).map((name) => post(name));
  const answers = await Promise.all(
    [people, people.toReversed(), people, people.toReversed()].map((operations) => bulk(client, operations)),
  );
  const statuses = answers.flatMap(statusesOf);
  expect(statuses.filter((status) => status === '201')).toHaveLength(120);
  expect(statuses.filter((status) => status === '409')).toHaveLength(360);
  expect((await client.get('/Users?count=0')).total).toBe(120);
});

test('of circles, batches and single requests for the same people at once, all are answered and each person is made once', async () => {
  const client = await gateway.addAccount('same-circles');
  const circle = [post('a', managedBy('b')), post('b', managedBy('c')), post('c', managedBy('a'))];
  const answers = await Promise.all([
    bulk(client, circle),
    bulk(client, circle.toReversed()),
    bulk(client, [post('c'), post('b'), post('a'), post('d')]),
    bulk(client, [post('d'), post('a')]),
  ]);
  const single = await client.post('/Users', userBody('a@acme.io'));
  expect(single.status).toBe(409);
  expect(new Set(answers.flatMap(statusesOf))).toEqual(new Set(['201', '409']));
  expect((await client.get('/Users?count=0')).total).toBe(4);
});

test('a token that is revoked while its request is carried out does nothing more', async () => {
  const client = await gateway.addAccount('revoked-midway');
  const { accountId } = client;
  const [token] = await listScimTokens(gateway.db, accountId);
  const held = Promise.withResolvers<void>();
  const holding = inTransaction(gateway.db, async (trx) => {
    await lockAccountShared(trx, accountId);
    await lockUserNames(trx, accountId, ['first@acme.io']);
    await held.promise;
  });
  const answer = bulk(client, [
    post('before', managedBy('before')),
    post('first', managedBy('first')),
    { method: 'DELETE', path: '/Groups/unknown' },
    post('second'),
  ]);
  try {
    await expect.poll(async () => (await client.get('/Users?count=0')).total).toBe(1);
    await inTransaction(gateway.db, (trx) =>
      revokeScimToken(trx, OPERATOR, accountId, token?.id ?? '', new Date()),
    );
    await expect.poll(async () => (await client.get('/Users')).status).toBe(401);
  } finally {
    held.resolve();
    await holding;
  }
  expect(statusesOf(await answer)).toEqual(['201', '201', '401', '401']);
});

test('a request that takes too long is answered, and what was not done says so', async () => {
  const limits = { ...DEFAULT_LIMITS, bulk: { ...DEFAULT_LIMITS.bulk, longestMs: 0 } };
  await using slow = await startTestGateway(limits);
  const client = await slow.addAccount('too-slow');
  const answer = await bulk(client, [
    post('a'),
    post('b'),
    post('c', managedBy('c')),
    { method: 'DELETE', path: '/Users/unknown' },
  ]);
  expect(statusesOf(answer)).toEqual(['503', '503', '503', '503']);
  expect(answer.text).toContain('took too long before it');
  expect((await client.get('/Users')).total).toBe(0);
  expect(slow.errorsLogged()).toEqual([]);
});

test('a circle that takes too long is given up, and nothing of it stays', async () => {
  const limits = { ...DEFAULT_LIMITS, bulk: { ...DEFAULT_LIMITS.bulk, longestMs: 100 } };
  await using slow = await startTestGateway(limits);
  const client = await slow.addAccount('slow-circle');
  const people = names(1000);
  const answer = await bulk(
    client,
    people.map((name, index) => post(name, managedBy(people.at(index - 1) ?? ''))),
  );
  expect(new Set(statusesOf(answer))).toEqual(new Set(['503']));
  expect((await client.get('/Users')).total).toBe(0);
  expect(slow.errorsLogged()).toEqual([]);
});

test('nothing of all this was a fault of ours, and every total and seat is right', async () => {
  expect(gateway.errorsLogged()).toEqual([]);
  expect(await findMiscounts(gateway.db)).toEqual([]);
});
