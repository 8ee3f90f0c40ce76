import { isJsonArray, isJsonObject, type JsonObject, parseJsonBody } from '@rollcall/scim-protocol/json';
import { afterAll, beforeAll, expect, test } from 'vitest';
import {
  addGroup,
  addUsers,
  type ScimClient,
  startTestGateway,
  type TestGateway,
  textOf,
} from './harness.ts';
import { loadMembers } from './load-members.ts';

let gateway: TestGateway;
let client: ScimClient;
let origin: string;
let large: string;
let members: string[];

beforeAll(async () => {
  gateway = await startTestGateway();
  client = await gateway.addAccount('large');
  origin = await gateway.app.listen({ host: '127.0.0.1', port: 0 });
  large = await addGroup(client, 'Everybody');
  members = await loadMembers(gateway.db, client.accountId, large, 4500, 'Somebody "quoted"');
});

afterAll(async () => {
  await gateway[Symbol.asyncDispose]();
});

async function read(path: string): Promise<{ headers: Headers; body: JsonObject }> {
  const response = await fetch(`${origin}${client.base}${path}`, {
    headers: { authorization: `Bearer ${client.token}` },
  });
  const body = parseJsonBody(await response.text());
  return { headers: response.headers, body: isJsonObject(body) ? body : {} };
}

function idsIn(group: JsonObject): string[] {
  const { members } = group;
  return isJsonArray(members) ? members.filter(isJsonObject).map(({ value }) => textOf(value)) : [];
}

test('a large group is streamed, with every member once and each as a small group shows it', async () => {
  const { headers, body } = await read(`/Groups/${large}`);
  expect(headers.get('transfer-encoding')).toBe('chunked');
  expect(headers.get('content-type')).toBe('application/scim+json');
  expect(idsIn(body)).toEqual(members);
  expect(isJsonArray(body['members']) && body['members'][0]).toEqual({
    value: members[0],
    $ref: `${client.location}/Users/${members[0]}`,
    display: 'Somebody "quoted"',
    type: 'User',
  });
  expect(body).toMatchObject({ id: large, displayName: 'Everybody', meta: { resourceType: 'Group' } });
});

test('a small group has a length', async () => {
  const small = await addGroup(client, 'Small');
  const { headers, body } = await read(`/Groups/${small}`);
  expect(headers.get('content-length')).not.toBeNull();
  expect(body['members']).toEqual([]);
  await client.delete(`/Groups/${small}`);
});

test('a large group is streamed with the attributes that were asked for alone', async () => {
  const { body } = await read(`/Groups/${large}?attributes=members.value`);
  expect(Object.keys(body).toSorted()).toEqual(['id', 'members', 'schemas']);
  expect(isJsonArray(body['members']) && body['members'][0]).toEqual({ value: members[0] });
  expect(idsIn(body)).toEqual(members);
});

test('a large group read without its members reads none', async () => {
  const { headers, body } = await read(`/Groups/${large}?excludedAttributes=members`);
  expect(headers.get('content-length')).not.toBeNull();
  expect(body).not.toHaveProperty('members');
});

test('a list of groups gives each group its own members, in the order of the groups, large or empty', async () => {
  const [a = '', b = ''] = await addUsers(client, ['ana', 'bo']);
  const one = await addGroup(client, 'One', [a]);
  const none = await addGroup(client, 'None');
  const two = await addGroup(client, 'Two', [a, b]);
  const { body } = await read('/Groups');
  const resources = isJsonArray(body['Resources']) ? body['Resources'].filter(isJsonObject) : [];
  expect(body).toMatchObject({ totalResults: 4, startIndex: 1, itemsPerPage: 4 });
  expect(resources.map(({ id }) => id)).toEqual([large, one, none, two]);
  expect(resources.map(idsIn)).toEqual([members, [a], [], [a, b].toSorted()]);
});

test('a HEAD of a large group answers with the headers alone', async () => {
  const response = await fetch(`${origin}${client.base}/Groups/${large}`, {
    method: 'HEAD',
    headers: { authorization: `Bearer ${client.token}` },
  });
  expect(response.status).toBe(200);
  expect(await response.text()).toBe('');
});

test('a client that leaves in the middle of a large group leaves nothing behind', async () => {
  const controller = new AbortController();
  const response = await fetch(`${origin}${client.base}/Groups/${large}`, {
    headers: { authorization: `Bearer ${client.token}` },
    signal: controller.signal,
  });
  expect(response.status).toBe(200);
  controller.abort();
  expect((await read(`/Groups?count=1`)).body).toMatchObject({ itemsPerPage: 1 });
  expect(gateway.errorsLogged()).toEqual([]);
});

test('PATCH answers 204 for a large group, and the group without members when asked for it so', async () => {
  const operations = [{ op: 'replace', path: 'externalId', value: 'all' }];
  const silent = await client.patch(`/Groups/${large}`, operations);
  expect([silent.status, silent.text]).toEqual([204, '']);
  const asked = await client.patch(`/Groups/${large}?excludedAttributes=members`, operations);
  expect(asked.status).toBe(200);
  expect(asked.body).toMatchObject({ externalId: 'all' });
  expect(asked.body).not.toHaveProperty('members');
});
