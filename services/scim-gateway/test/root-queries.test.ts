import type { JsonObject } from '@rollcall/scim-protocol/json';
import { afterAll, beforeAll, expect, test } from 'vitest';
import {
  addGroup,
  addUser,
  addUsers,
  type ScimAnswer,
  type ScimClient,
  startTestGateway,
  type TestGateway,
  textOf,
} from './harness.ts';

const SEARCH = 'urn:ietf:params:scim:api:messages:2.0:SearchRequest';

let gateway: TestGateway;
let client: ScimClient;

beforeAll(async () => {
  gateway = await startTestGateway();
  client = await gateway.addAccount('acme');
  const [ana = '', bo = ''] = await addUsers(client, ['ana', 'bo', 'cy']);
  await addGroup(client, 'Data', [ana, bo]);
  await addGroup(client, 'Sales', [bo]);
  const neighbour = await gateway.addAccount('neighbour');
  await addUser(neighbour, 'ana@acme.io');
  await addGroup(neighbour, 'Data');
});

afterAll(async () => {
  await gateway[Symbol.asyncDispose]();
});

function filtered(filter: string): Promise<ScimAnswer> {
  return client.get(`?filter=${encodeURIComponent(filter)}`);
}

function names(resources: readonly JsonObject[]): string[] {
  return resources.map(({ userName, displayName }) => textOf(userName ?? displayName));
}

const ALL = ['ana@acme.io', 'bo@acme.io', 'cy@acme.io', 'Data', 'Sales'];

test('a query at the base URL answers with the users and then the groups, each as it is alone', async () => {
  const { status, body, resources } = await client.get('');
  expect(status).toBe(200);
  expect(body).toMatchObject({ totalResults: 5, startIndex: 1, itemsPerPage: 5 });
  expect(names(resources)).toEqual(ALL);
  for (const resource of resources) {
    const path = `/${'userName' in resource ? 'Users' : 'Groups'}/${textOf(resource['id'])}`;
    expect((await client.get(path)).body).toEqual(resource);
  }
});

test.each([1, 2, 3, 4])('a walk in pages of %d sees each user and group once', async (count) => {
  const seen: string[] = [];
  for (let startIndex = 1; startIndex <= ALL.length; startIndex += count) {
    const { body, resources } = await client.get(`/?startIndex=${startIndex}&count=${count}`);
    expect(body).toMatchObject({ totalResults: 5, startIndex, itemsPerPage: resources.length });
    seen.push(...names(resources));
  }
  expect(seen).toEqual(ALL);
});

test('a page behind the last group is empty and keeps the total; count 0 gives the total alone', async () => {
  expect((await client.get('?startIndex=6')).body).toMatchObject({ totalResults: 5, Resources: [] });
  expect((await client.get('?count=0')).body).toMatchObject({ totalResults: 5, Resources: [] });
});

test.each([
  ['meta.resourceType eq "Group"', ['Data', 'Sales']],
  ['displayName eq "data" or userName eq "CY@acme.io"', ['cy@acme.io', 'Data']],
  ['userName pr', ['ana@acme.io', 'bo@acme.io', 'cy@acme.io']],
  ['not (userName pr)', ['Data', 'Sales']],
  ['userName ne "ana@acme.io"', ['bo@acme.io', 'cy@acme.io', 'Data', 'Sales']],
  ['members pr and displayName sw "S"', ['Sales']],
  ['userName pr and members pr', []],
])('an attribute that a type lacks has no value there: %s', async (filter, expected) => {
  const { status, total, resources } = await filtered(filter);
  expect(status).toBe(200);
  expect(names(resources)).toEqual(expected);
  expect(total).toBe(expected.length);
});

test('a filter that no type can answer is refused', async () => {
  for (const filter of ['shoeSize eq "44"', 'password pr', 'userName eq', '']) {
    expect((await filtered(filter)).body).toMatchObject({ status: '400', scimType: 'invalidFilter' });
  }
});

test('a search by POST answers as the GET does, with the attributes that each type knows', async () => {
  const query = { attributes: ['userName', 'members.value'], startIndex: 3, count: 2 };
  const found = await client.post('/.search', { schemas: [SEARCH], ...query });
  const listed = await client.get('/?attributes=userName,members.value&startIndex=3&count=2');
  expect(found.status).toBe(200);
  expect(found.body).toEqual(listed.body);
  expect(found.resources.map((resource) => Object.keys(resource).toSorted())).toEqual([
    ['id', 'schemas', 'userName'],
    ['id', 'members', 'schemas'],
  ]);
  const { resources } = await client.post('/.search', { schemas: [SEARCH], excludedAttributes: ['members'] });
  expect(resources.some((resource) => 'members' in resource)).toBe(false);
});

test('methods that search nothing are a 405', async () => {
  for (const [method, path, allow] of [
    ['POST', '/', 'GET, HEAD, OPTIONS'],
    ['DELETE', '/', 'GET, HEAD, OPTIONS'],
    ['GET', '/.search', 'POST, OPTIONS'],
  ] as const) {
    const answer = await client.send({ method, path });
    expect([answer.status, answer.headers['allow']]).toEqual([405, allow]);
  }
});
