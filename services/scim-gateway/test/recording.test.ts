import { listProvisioningEvents } from '@rollcall/domain/provisioning-log/list-provisioning-events';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { fixture, operationsOf } from './fixture.ts';
import { addUser, type ScimClient, startTestGateway, type TestGateway, textOf, userBody } from './harness.ts';

let gateway: TestGateway;
let client: ScimClient;

beforeAll(async () => {
  gateway = await startTestGateway();
  client = await gateway.addAccount('recorded');
});

afterAll(async () => {
  await gateway[Symbol.asyncDispose]();
});

/** The last event, when all that happened has been written. */
async function lastEvent() {
  await gateway.log.flush();
  const [event] = await listProvisioningEvents(
    gateway.db,
    client.accountId,
    {},
    { newestFirst: true, limit: 1 },
  );
  return event;
}

test('a creation is recorded with the resource, the client and the body without secrets', async () => {
  const answer = await client.post('/Users?attributes=userName', fixture('okta/create-user'), {
    'user-agent': 'Okta SCIM Client 1.0.0',
  });
  const event = await lastEvent();
  expect(event).toMatchObject({
    id: answer.headers['x-request-id'],
    method: 'POST',
    path: `${client.base}/Users?attributes=userName`,
    status: 201,
    address: '127.0.0.1',
    userAgent: 'Okta SCIM Client 1.0.0',
    resourceType: 'User',
    resourceId: answer.id,
    scimType: null,
    errorDetail: null,
    requestBody: { userName: 'ana@acme.io' },
  });
  expect(JSON.stringify(event)).not.toContain('1mz050nq');
});

test('a refusal is recorded with what the client was told', async () => {
  const answer = await client.post('/Users', userBody('no address'));
  const event = await lastEvent();
  expect(event).toMatchObject({ status: 400, scimType: 'invalidValue', errorDetail: answer.detail });
});

test('what was read leniently is named', async () => {
  const id = await addUser(client, 'bo@acme.io');
  await client.patch(`/Users/${id}`, operationsOf('entra/disable-user'));
  const event = await lastEvent();
  expect(event).toMatchObject({ method: 'PATCH', status: 200, resourceType: 'User', resourceId: id });
  expect(event?.leniencies.map(({ code }) => code).toSorted()).toEqual(['boolean-as-text', 'op-case']);
});

test('what a list was answered is recorded: an identity provider that finds nobody creates somebody next', async () => {
  await client.get('/Users?filter=userName eq "nobody@acme.io"');
  expect(await lastEvent()).toMatchObject({ status: 200, answer: { totalResults: 0, itemsPerPage: 0 } });
  await client.get('/Groups?count=0');
  expect(await lastEvent()).toMatchObject({ status: 200, answer: { totalResults: 0, itemsPerPage: 0 } });
});

test('a conditional write is recorded with its condition and the version that it made', async () => {
  const id = await addUser(client, 'di@acme.io');
  expect(await lastEvent()).toMatchObject({ preconditions: null, answer: { version: 'W/"1"' } });
  const operations = [{ op: 'replace', path: 'title', value: 'Dr.' }];
  await client.patch(`/Users/${id}`, operations, { 'if-match': 'W/"1"' });
  expect(await lastEvent()).toMatchObject({
    preconditions: { ifMatch: 'W/"1"' },
    answer: { version: 'W/"2"' },
  });
});

test('what became of each operation of a bulk request is recorded', async () => {
  await client.post('/Bulk', {
    schemas: ['urn:ietf:params:scim:api:messages:2.0:BulkRequest'],
    Operations: [
      { method: 'POST', path: '/Users', bulkId: 'a', data: userBody('ed@acme.io') },
      { method: 'POST', path: '/Users', bulkId: 'b', data: userBody('no address') },
    ],
  });
  const event = await lastEvent();
  const location: unknown = expect.stringContaining('/Users/');
  const detail: unknown = expect.stringContaining('e-mail');
  expect(event?.answer).toEqual({
    operations: [
      { method: 'POST', location, status: 201 },
      { method: 'POST', status: 400, detail },
    ],
  });
});

test.each([
  ['POST', '/Users', '{"broken', 400],
  ['POST', '/Users', undefined, 400],
  ['GET', '/Users/no-id', undefined, 404],
  ['GET', '/Users/%zz', undefined, 404],
  ['GET', '/Nowhere', undefined, 404],
  ['DELETE', '/Users', undefined, 405],
  ['GET', '/Me', undefined, 501],
  ['GET', '/Users?filter=%', undefined, 400],
] as const)(
  'a request that is refused early is recorded as it came: %s %s %s',
  async (method, path, payload, status) => {
    await client.send({ method, path, ...(payload === undefined ? {} : { payload }) });
    expect(await lastEvent()).toMatchObject({ method, path: `${client.base}${path}`, status });
  },
);

test('a request without a valid token is counted by account and address, and leaves no event', async () => {
  const before = await lastEvent();
  await client.send({ method: 'POST', path: '/Users', payload: '{}', anonymous: true });
  await client.get('/Users', { authorization: 'Bearer wrong' });
  await client.get('/Nowhere', { authorization: 'Bearer wrong' });
  expect(await lastEvent()).toEqual(before);
  const counts = await gateway.db
    .selectFrom('rejected_request_counts')
    .select(['address', 'amount'])
    .where('account_id', '=', client.accountId)
    .execute();
  expect(counts).toEqual([{ address: '127.0.0.1', amount: 3 }]);
});

test('the audit event of a change carries the request that made it', async () => {
  const answer = await client.post('/Users', userBody('cy@acme.io'));
  const events = await gateway.db
    .selectFrom('audit_events')
    .select(['kind', 'actor_kind', 'request_id', 'request_method', 'request_path'])
    .where('account_id', '=', client.accountId)
    .where('target_id', '=', answer.id)
    .execute();
  expect(events).toEqual([
    {
      kind: 'user.created',
      actor_kind: 'scim_token',
      request_id: answer.headers['x-request-id'],
      request_method: 'POST',
      request_path: `${client.base}/Users`,
    },
  ]);
});

test('the refused removal of the last administrator leaves an alert', async () => {
  const owned = await gateway.addAccount('owned', {
    owner: { email: 'owner@acme.io', givenName: 'Olu', familyName: 'Ade' },
  });
  const { resources } = await owned.get('/Users');
  const owner = textOf(resources[0]?.['id']);
  const refused = await owned.delete(`/Users/${owner}`);
  expect([refused.status, refused.body['scimType']]).toEqual([409, undefined]);
  expect(refused.detail).toMatch(/account_admin|administrator/);
  expect((await owned.get(`/Users/${owner}`)).body['active']).toBe(true);
  const alerts = await gateway.db
    .selectFrom('audit_events')
    .select(['kind', 'target_id', 'request_id'])
    .where('account_id', '=', owned.accountId)
    .where('alert', '=', true)
    .execute();
  expect(alerts).toEqual([
    { kind: 'user.change_refused', target_id: owner, request_id: refused.headers['x-request-id'] },
  ]);
});

test('nothing of this was logged as an error', () => {
  expect(gateway.errorsLogged()).toEqual([]);
});
