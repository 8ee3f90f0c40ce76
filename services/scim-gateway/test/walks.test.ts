import { openDatabase } from '@rollcall/domain/database/connection';
import { inTransaction } from '@rollcall/domain/database/transaction';
import { openProvisioningLog } from '@rollcall/domain/provisioning-log/provisioning-log';
import { openTokenCache } from '@rollcall/domain/scim-access/authenticate';
import { createScimToken } from '@rollcall/domain/scim-access/scim-tokens';
import type { JsonObject } from '@rollcall/scim-protocol/json';
import { createLogger } from '@rollcall/service-kit/logger';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { buildServer } from '../src/build-server.ts';
import { DEFAULT_LIMITS } from '../src/limits.ts';
import {
  addGroup,
  addUser,
  OPERATOR,
  PUBLIC_URL,
  type ScimAnswer,
  type ScimClient,
  scimClient,
  startTestGateway,
  type TestGateway,
  textOf,
} from './harness.ts';
import { loadPeople } from './load-people.ts';

const PEOPLE = 2500;
const COUNT = 100;

let gateway: TestGateway;
let second: AsyncDisposable & { app: TestGateway['app'] };

beforeAll(async () => {
  gateway = await startTestGateway();
  second = await startSecondProcess(gateway.databaseUrl);
});

afterAll(async () => {
  await second[Symbol.asyncDispose]();
  await gateway[Symbol.asyncDispose]();
});

/** Shares nothing with the first but the database. */
async function startSecondProcess(url: string): Promise<AsyncDisposable & { app: TestGateway['app'] }> {
  const db = await openDatabase({ url, onIdleConnectionError: fail });
  const tokens = openTokenCache(db, { onError: fail });
  const log = openProvisioningLog(db, { onError: fail });
  const logger = createLogger({ name: 'second', destination: { write: () => undefined } });
  const app = buildServer({
    db,
    tokens,
    log,
    logger,
    publicScimUrl: PUBLIC_URL,
    limits: DEFAULT_LIMITS,
    trustedProxies: [],
  });
  return {
    app,
    async [Symbol.asyncDispose]() {
      await app.close();
      await log[Symbol.asyncDispose]();
      await tokens[Symbol.asyncDispose]();
      await db.destroy();
    },
  };
}

interface Town {
  client: ScimClient;
  /** The same account and token, at the other process. */
  elsewhere: ScimClient;
  /** In the order of creation. */
  ids: readonly string[];
}

let towns = 0;

async function givenTown(people = PEOPLE): Promise<Town> {
  towns += 1;
  const client = await gateway.addAccount(`town-${towns}`);
  const given = Array.from({ length: people }, (_, index) => ({
    // Names in an order of their own; families of a few hundred, and some people without one.
    userName: `p${String((index * 7919) % people).padStart(5, '0')}@acme.io`,
    active: index % 10 > 0,
    attributes: index % 4 === 0 ? {} : { name: { familyName: `Family ${index % 9}` } },
  }));
  const ids = await loadPeople(gateway.db, client.accountId, given);
  return { client, elsewhere: scimClient(second.app, client.accountId, client.token), ids };
}

function fail(error: unknown): void {
  throw error;
}

async function firstIdOf(client: ScimClient, query: string): Promise<string> {
  const { resources } = await client.get(`/Users?count=5${query}`);
  return textOf(resources[0]?.['id']);
}

type Visit = (page: ScimAnswer, at: ScimClient) => Promise<void>;

/** As a client walks that asks for the next number while it is not above the total; each page at the other process. */
async function walkByIndex(town: Town, query: string, visit: Visit): Promise<void> {
  let total = 1;
  let pages = 0;
  for (let startIndex = 1; startIndex <= total; startIndex += COUNT) {
    const at = pages % 2 === 0 ? town.client : town.elsewhere;
    pages += 1;
    const page = await at.get(`${query}&startIndex=${startIndex}&count=${COUNT}`);
    expect(page.status).toBe(200);
    ({ total } = page);
    await visit(page, at);
    expect(pages).toBeLessThan(100);
  }
}

async function walkByCursor(town: Town, query: string, visit: Visit): Promise<void> {
  let cursor: string | undefined = '';
  let pages = 0;
  while (cursor !== undefined) {
    const at: ScimClient = pages % 2 === 0 ? town.client : town.elsewhere;
    pages += 1;
    const page: ScimAnswer = await at.get(`${query}&cursor=${cursor}&count=${COUNT}`);
    expect(page.status).toBe(200);
    const next = page.body['nextCursor'];
    cursor = next === undefined ? undefined : textOf(next);
    await visit(page, at);
    expect(pages).toBeLessThan(100);
  }
}

const WAYS = [
  ['startIndex', walkByIndex],
  ['cursor', walkByCursor],
] as const;

const QUERIES = [
  ['everybody', '/Users?', () => true],
  ['everybody by user name', '/Users?sortBy=userName', () => true],
  ['everybody by family name, backwards', '/Users?sortBy=name.familyName&sortOrder=descending', () => true],
  [
    'the active by user name',
    `/Users?sortBy=userName&filter=${encodeURIComponent('active eq true')}`,
    (index: number) => index % 10 > 0,
  ],
  ['users and groups', '/?', () => true],
] as const;

describe.each(WAYS)('a walk by %s, at two processes in turn, while people come and go', (_way, walk) => {
  test.each(QUERIES)('through %s meets all who are there throughout, once', async (_name, query, isIn) => {
    const town = await givenTown();
    const neighbour = await givenTown(150);
    const group = await addGroup(town.client, 'Team');
    const seen: string[] = [];
    const gone = new Set<string>();
    let newcomers = 0;
    await walk(town, query, async (page, at) => {
      seen.push(...page.resources.map(({ id }) => textOf(id)));
      // Two of those who were met leave, and two of those who were not; newcomers stand anywhere in the order of names.
      const leaving = [seen.at(-3), seen.at(-40), ...notIn(town.ids, seen).slice(150, 152)];
      await Promise.all([
        ...leaving.map(async (id) => {
          if (id === undefined || id === group || gone.has(id)) return;
          gone.add(id);
          await at.delete(`/Users/${id}`);
        }),
        ...['a', 'p01', 'z'].map((letter) => {
          newcomers += 1;
          return addUser(at, `${letter}${newcomers}@acme.io`);
        }),
      ]);
    });
    const throughout = town.ids.filter((id, index) => isIn(index) && !gone.has(id));
    expect(gone.size).toBeGreaterThan(50);
    expect(new Set(seen).size).toBe(seen.length);
    expect(notIn(throughout, seen)).toEqual([]);
    expect(seen.filter((id) => neighbour.ids.includes(id))).toEqual([]);
    expect(seen.includes(group)).toBe(query.startsWith('/?'));
  });
});

function notIn(ids: readonly string[], others: readonly string[]): readonly string[] {
  const known = new Set(others);
  return ids.filter((id) => !known.has(id));
}

describe('a walk by startIndex', () => {
  test('neither stops early when many who were met leave, nor asks for ever when many come before', async () => {
    const town = await givenTown(450);
    const seen: JsonObject[] = [];
    const totals: number[] = [];
    await walkByIndex(town, '/Users?sortBy=userName', async (page, at) => {
      seen.push(...page.resources);
      totals.push(page.total);
      if (seen.length === 100) {
        await Promise.all(page.resources.slice(0, 90).map(({ id }) => at.delete(`/Users/${textOf(id)}`)));
      }
      if (seen.length === 300) {
        for (let index = 0; index < 150; index += 1) await addUser(at, `a${index}@acme.io`);
      }
    });
    expect(seen.map(({ userName }) => userName)).toEqual(
      Array.from({ length: 450 }, (_, index) => `p${String(index).padStart(5, '0')}@acme.io`),
    );
    expect(totals).toEqual([450, 360, 360, 510, 450]);
  });

  test('ends on an empty page when all who were left leave', async () => {
    const town = await givenTown(250);
    const seen: string[] = [];
    await walkByIndex(town, '/Users?', async (page, at) => {
      seen.push(...page.resources.map(({ id }) => textOf(id)));
      if (seen.length !== 200) return;
      await Promise.all(town.ids.slice(200).map((id) => at.delete(`/Users/${id}`)));
    });
    expect(seen).toEqual(town.ids.slice(0, 200));
  });

  test('is its own: another token, another query and a jump count from the first resource there is', async () => {
    const { client, ids } = await givenTown(300);
    await client.get('/Users?startIndex=1&count=100');
    await Promise.all(ids.slice(0, 10).map((id) => client.delete(`/Users/${id}`)));
    const issued = await inTransaction(gateway.db, (trx) =>
      createScimToken(trx, OPERATOR, client.accountId, { name: 'other' }, new Date()),
    );
    const other = scimClient(gateway.app, client.accountId, issued.value);
    expect(await firstIdOf(client, '&startIndex=101')).toBe(ids[100]);
    expect(await firstIdOf(other, '&startIndex=101')).toBe(ids[110]);
    expect(await firstIdOf(client, '&startIndex=101&sortBy=id')).toBe(ids[110]);
    expect(await firstIdOf(client, '&startIndex=151')).toBe(ids[160]);
    expect(await firstIdOf(client, '&startIndex=400')).toBe('');
  });
});

describe('a walk by cursor', () => {
  test('has the exact total on its first page, and an unfiltered one on every page', async () => {
    const { client, ids } = await givenTown(250);
    const page = await client.get('/Users?cursor&count=100');
    expect(page.total).toBe(250);
    await client.delete(`/Users/${ids[0]}`);
    const next = await client.get(`/Users?cursor=${textOf(page.body['nextCursor'])}&count=100`);
    expect(next.total).toBe(249);
    const filter = encodeURIComponent('active eq true');
    const some = await client.get(`/Users?filter=${filter}&cursor&count=100`);
    expect(some.total).toBe(225);
    await client.delete(`/Users/${ids[1]}`);
    const more = await client.get(
      `/Users?filter=${filter}&cursor=${textOf(some.body['nextCursor'])}&count=100`,
    );
    expect(more.total).toBe(225);
  });

  test('goes back over the same people in the same order, as a search by POST too', async () => {
    const town = await givenTown(250);
    const schemas = ['urn:ietf:params:scim:api:messages:2.0:SearchRequest'];
    const search = (path: string, cursor: string): Promise<ScimAnswer> =>
      town.client.post(`${path}/.search`, { schemas, cursor, count: 60, sortBy: 'displayName' });
    for (const path of ['/Users', '']) {
      const pages: ScimAnswer[] = [await search(path, '')];
      while (pages.at(-1)?.body['nextCursor'] !== undefined) {
        pages.push(await search(path, textOf(pages.at(-1)?.body['nextCursor'])));
      }
      expect(pages[0]?.body).not.toHaveProperty('previousCursor');
      expect(pages.map(({ resources }) => resources.length)).toEqual([60, 60, 60, 60, 10]);
      for (let index = pages.length - 1; index > 0; index -= 1) {
        const back = await search(path, textOf(pages[index]?.body['previousCursor']));
        expect(back.resources).toEqual(pages[index - 1]?.resources);
        expect('previousCursor' in back.body).toBe(index > 1);
      }
    }
  });

  test('whose rest was deleted ends with an empty page that leads back', async () => {
    const { client, ids } = await givenTown(150);
    const first = await client.get('/Users?cursor=&count=100');
    await Promise.all(ids.slice(100).map((id) => client.delete(`/Users/${id}`)));
    const last = await client.get(`/Users?cursor=${textOf(first.body['nextCursor'])}&count=100`);
    expect([last.resources, 'nextCursor' in last.body]).toEqual([[], false]);
    const back = await client.get(`/Users?cursor=${textOf(last.body['previousCursor'])}&count=100`);
    expect(back.resources).toEqual(first.resources);
  });
});
