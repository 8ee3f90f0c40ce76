import { afterAll, beforeAll, describe, expect, test } from 'vitest';
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
let neighbour: ScimClient;

beforeAll(async () => {
  gateway = await startTestGateway();
  client = await gateway.addAccount('acme');
  neighbour = await gateway.addAccount('neighbour');
  for (const each of [client, neighbour]) {
    await addUsers(each, ['ana', 'bo', 'cy', 'di', 'ed']);
    await addGroup(each, 'Data');
  }
});

afterAll(async () => {
  await gateway[Symbol.asyncDispose]();
});

function userNamesOf({ resources }: ScimAnswer): string[] {
  return resources.map(({ userName }) => textOf(userName));
}

async function cursorAfter(query: string): Promise<string> {
  const { status, body } = await client.get(query);
  expect(status).toBe(200);
  return textOf(body['nextCursor']);
}

test('a page by cursor has the next cursor and no startIndex; without a cursor nothing changes', async () => {
  const { body } = await client.get('/Users?cursor&count=2');
  expect(Object.keys(body).toSorted()).toEqual([
    'Resources',
    'itemsPerPage',
    'nextCursor',
    'schemas',
    'totalResults',
  ]);
  expect(body).toMatchObject({ totalResults: 5, itemsPerPage: 2 });
  const plain = await client.get('/Users?count=2');
  expect(plain.body).toMatchObject({ startIndex: 1 });
  expect(plain.body).not.toHaveProperty('nextCursor');
  const whole = await client.get('/Users?cursor=');
  expect(whole.body).toMatchObject({ totalResults: 5, itemsPerPage: 5 });
  expect(whole.body).not.toHaveProperty('nextCursor');
});

test('a count of 0 gives the total alone and no cursor', async () => {
  for (const count of ['0', '-3']) {
    const { body } = await client.get(`/Users?cursor&count=${count}`);
    expect(body).toMatchObject({ totalResults: 5, itemsPerPage: 0, Resources: [] });
    expect(body).not.toHaveProperty('nextCursor');
  }
});

describe('a cursor', () => {
  const QUERY = '/Users?sortBy=userName&filter=userName%20pr&count=2';

  test.each([
    ['another sort attribute', QUERY.replace('sortBy=userName', 'sortBy=id')],
    ['another sort order', `${QUERY}&sortOrder=descending`],
    ['another filter', QUERY.replace('userName%20pr', 'userName%20sw%20%22a%22')],
    ['no filter', QUERY.replace('&filter=userName%20pr', '')],
    ['another type of resource', '/Groups?count=2'],
    ['the base URL', QUERY.replace('/Users', '/')],
  ])('is invalidCursor with %s', async (_what, query) => {
    const cursor = await cursorAfter(`${QUERY}&cursor`);
    const answer = await client.get(`${query}&cursor=${cursor}`);
    expect(answer.body).toMatchObject({ status: '400', scimType: 'invalidCursor' });
  });

  test('is invalidCursor in another account, in the same words as one that was never given out', async () => {
    const cursor = await cursorAfter(`${QUERY}&cursor`);
    const answer = await neighbour.get(`${QUERY}&cursor=${cursor}`);
    expect(answer.body).toMatchObject({ status: '400', scimType: 'invalidCursor' });
    expect((await neighbour.get(`${QUERY}&cursor=made-up`)).body).toEqual(answer.body);
  });

  test('serves the same query in other attributes, in a search by POST, and more than once', async () => {
    const cursor = await cursorAfter(`${QUERY}&cursor`);
    const listed = await client.get(`${QUERY}&attributes=userName&cursor=${cursor}`);
    expect(userNamesOf(listed)).toEqual(['cy@acme.io', 'di@acme.io']);
    const query = { sortBy: 'USERNAME', filter: 'userName pr', count: 2, cursor };
    const found = await client.post('/Users/.search', { schemas: [SEARCH], ...query });
    expect(userNamesOf(found)).toEqual(['cy@acme.io', 'di@acme.io']);
  });

  test('goes with the count that it began with, and with no startIndex', async () => {
    const cursor = await cursorAfter(`${QUERY}&cursor`);
    for (const [query, scimType] of [
      [QUERY.replace('count=2', 'count=3'), 'invalidCount'],
      [QUERY.replace('&count=2', ''), 'invalidCount'],
      [QUERY.replace('count=2', 'count=1001'), 'invalidCount'],
      [`${QUERY}&startIndex=3`, 'invalidValue'],
    ] as const) {
      expect((await client.get(`${query}&cursor=${cursor}`)).body).toMatchObject({ status: '400', scimType });
    }
    const tooMany = await client.get('/Users?cursor&count=1001');
    expect(tooMany.body).toMatchObject({ status: '400', scimType: 'invalidCount' });
  });

  test('survives people coming and going, and never shows one twice', async () => {
    const town = await gateway.addAccount('coming-and-going');
    const [ana = '', bo = ''] = await addUsers(town, ['ana', 'bo', 'cy', 'di']);
    const first = await town.get('/Users?sortBy=userName&cursor&count=2');
    await town.delete(`/Users/${ana}`);
    await town.delete(`/Users/${bo}`);
    await addUser(town, 'aa@acme.io');
    await addUser(town, 'ca@acme.io');
    const cursor = textOf(first.body['nextCursor']);
    const { resources } = await town.get(`/Users?sortBy=userName&cursor=${cursor}&count=2`);
    expect(resources.map(({ userName }) => userName)).toEqual(['ca@acme.io', 'cy@acme.io']);
  });
});

test('paging is announced, with startIndex as the default method', async () => {
  const { body } = await client.get('/ServiceProviderConfig');
  expect(body['sort']).toEqual({ supported: true });
  expect(body['pagination']).toEqual({
    cursor: true,
    index: true,
    defaultPaginationMethod: 'index',
    defaultPageSize: 100,
    maxPageSize: 1000,
    cursorTimeout: 3600,
  });
});

test('an account that does not announce cursors has them all the same: some clients cannot read of them', async () => {
  const quiet = await gateway.addAccount('quiet');
  await gateway.db
    .updateTable('scim_configurations')
    .set({ cursor_pagination: false })
    .where('account_id', '=', quiet.accountId)
    .execute();
  await addUser(quiet, 'an@acme.io');
  await addUser(quiet, 'bo@acme.io');
  expect((await quiet.get('/ServiceProviderConfig')).body).not.toHaveProperty('pagination');
  const first = await quiet.get('/Users?cursor&count=1');
  const second = await quiet.get(`/Users?count=1&cursor=${textOf(first.body['nextCursor'])}`);
  expect([...first.resources, ...second.resources].map(({ userName }) => userName)).toEqual([
    'an@acme.io',
    'bo@acme.io',
  ]);
});

test('discovery documents are not paged: a cursor is ignored', async () => {
  for (const path of ['/Schemas', '/ResourceTypes']) {
    const { body } = await client.get(`${path}?cursor=abc&count=1&startIndex=2&sortBy=id`);
    expect(body).toEqual((await client.get(path)).body);
  }
});

test('what nobody can sort by is refused, on every list', async () => {
  for (const path of ['/Users', '/Groups', '/']) {
    for (const sortBy of ['shoeSize', 'password', 'addresses', '']) {
      const { body } = await client.get(`${path}?sortBy=${sortBy}`);
      expect(body).toMatchObject({ status: '400', scimType: 'invalidValue' });
    }
    const { body } = await client.get(`${path}?sortBy=id&sortOrder=upwards`);
    expect(body).toMatchObject({ status: '400', scimType: 'invalidValue' });
  }
  expect((await client.get('/Users?sortOrder=descending')).body).toEqual((await client.get('/Users')).body);
});

test('at the base URL users and groups are sorted together, each group with its members', async () => {
  const town = await gateway.addAccount('together');
  const [ana = ''] = await addUsers(town, ['ana', 'zoe']);
  await addGroup(town, 'mid', [ana]);
  await addGroup(town, 'Beta', [ana]);
  await addUser(town, 'named@acme.io', { displayName: 'Centre' });
  const { resources } = await town.get('/?sortBy=displayName');
  const name = ({ displayName, userName }: (typeof resources)[number]): string =>
    textOf(displayName ?? userName);
  expect(resources.map(name)).toEqual(['Beta', 'Centre', 'mid', 'ana@acme.io', 'zoe@acme.io']);
  for (const resource of resources) {
    const path = `/${'userName' in resource ? 'Users' : 'Groups'}/${textOf(resource['id'])}`;
    expect((await town.get(path)).body).toEqual(resource);
  }
});
