import { afterAll, beforeAll, expect, test } from 'vitest';
import {
  addGroup,
  addUser,
  addUsers,
  membersOf,
  type ScimClient,
  startTestGateway,
  tally,
  type TestGateway,
  userBody,
} from './harness.ts';

let gateway: TestGateway;
let client: ScimClient;

beforeAll(async () => {
  gateway = await startTestGateway();
  client = await gateway.addAccount('everybody');
});

afterAll(async () => {
  await gateway[Symbol.asyncDispose]();
});

test('67 all clients: a filter on /Schemas is a 403', async () => {
  const answer = await client.get('/Schemas?filter=id+eq+"urn:x"');
  expect(answer.status).toBe(403);
  expect(answer.body['status']).toBe('403');
});

test('68 all clients: malformed JSON is invalidSyntax, a malformed filter invalidFilter, a malformed path invalidPath', async () => {
  const id = await addUser(client, 'malformed@acme.io');
  const json = await client.send({
    method: 'POST',
    path: '/Users',
    payload: '{"schemas":',
    headers: { 'content-type': 'application/scim+json' },
  });
  const filter = await client.get('/Users?filter=userName%20eq');
  const path = await client.patch(`/Users/${id}`, [{ op: 'replace', path: 'emails[', value: 'x' }]);
  const unknown = await client.patch(`/Users/${id}`, [{ op: 'replace', path: 'shoeSize', value: 'x' }]);
  expect(
    [json, filter, path, unknown].map(({ status, body }) => [status, body['status'], body['scimType']]),
  ).toEqual([
    [400, '400', 'invalidSyntax'],
    [400, '400', 'invalidFilter'],
    [400, '400', 'invalidPath'],
    [400, '400', 'invalidPath'],
  ]);
});

test('69 all clients: of five equal POSTs at once one is a 201 and four are 409', async () => {
  const answers = await Promise.all(
    Array.from({ length: 5 }, () => client.post('/Users', userBody('five@acme.io'))),
  );
  expect(tally(answers)).toEqual({ 201: 1, 409: 4 });
  expect((await client.get('/Users?filter=userName%20eq%20%22five@acme.io%22')).total).toBe(1);
});

test('70 all clients: six members added at once are all in', async () => {
  const ids = await addUsers(client, ['m1', 'm2', 'm3', 'm4', 'm5', 'm6']);
  const group = await addGroup(client, 'Six');
  const answers = await Promise.all(
    ids.map((value) =>
      client.patch(`/Groups/${group}`, [{ op: 'add', path: 'members', value: [{ value }] }]),
    ),
  );
  expect(tally(answers)).toEqual({ 204: 6 });
  expect(await membersOf(client, group)).toEqual(ids.toSorted());
});

test('no request of these was logged as an error of the gateway', () => {
  expect(gateway.errorsLogged()).toEqual([]);
});
