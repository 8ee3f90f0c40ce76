import { resolveSort } from '@rollcall/scim-protocol/resolve-sort';
import type { RawBuilder } from 'kysely';
import pg from 'pg';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { GROUP_TYPE, resolved, SCIM_BASE_URL, USER_TYPE } from '../filters/filter-testing.ts';
import { groupListing } from '../groups/find-groups.ts';
import { groupColumns } from '../groups/group.ts';
import { givenAccount } from '../testing/accounts.ts';
import { type TestDatabase, testDatabase } from '../testing/database.ts';
import { type ExecutedPlan, executedPlan } from '../testing/executed-plan.ts';
import { userListing } from '../users/find-users.ts';
import { USER_COLUMNS } from '../users/users.repository.ts';
import type { Cut } from './cut.ts';
import { pageStatement } from './select-page.ts';

const PEOPLE = 50_000;
const MIDDLE = 25_000;
const GROUPS = 10_000;
const NEIGHBOURS = 5000;
const NEWCOMERS = 1500;
const COUNT = 100;
/** A page reads its ids and its rows, each in a step or two; a scan of the account reads thousands. */
const FEW_ROWS = 1000;

let database: TestDatabase;
let client: pg.Client;
let accountId: string;
/** Where everybody has an externalId. */
let neighbourId: string;
/** Whose people came after the tables were analyzed. */
let newcomerId: string;

beforeAll(async () => {
  database = await testDatabase();
  ({ accountId } = await givenAccount(database.db));
  ({ accountId: neighbourId } = await givenAccount(database.db));
  client = new pg.Client({ connectionString: database.url });
  await client.connect();
  await fill(accountId, PEOPLE, 3);
  await fill(neighbourId, NEIGHBOURS, NEIGHBOURS + 1);
  await client.query('vacuum analyze users, groups');
  ({ accountId: newcomerId } = await givenAccount(database.db));
  await fill(newcomerId, NEWCOMERS, NEWCOMERS + 1);
});

afterAll(async () => {
  await client.end();
  await database[Symbol.asyncDispose]();
});

async function fill(account: string, people: number, withoutExternalId: number): Promise<void> {
  await client.query(
    `insert into users (account_id, id, user_name, external_id, state, license_type, license_source, attributes,
       created_at, updated_at)
     select $1, gen_random_uuid(), 'person' || lpad(n::text, 6, '0') || '@acme.example',
       case when n % $3::int > 0 then '00u' || lpad(n::text, 6, '0') end, 'active', 'developer', 'default', '{}', now(), now()
     from generate_series(1, $2::int) as n`,
    [account, people, withoutExternalId],
  );
  await client.query(
    `insert into groups (account_id, id, display_name, created_at, updated_at)
     select $1, gen_random_uuid(), 'Group ' || lpad(n::text, 6, '0'), now(), now() from generate_series(1, $2::int) as n`,
    [account, GROUPS],
  );
}

/** Both kinds of plan: of a prepared statement PostgreSQL may come to prefer the one that knows no values. */
describe.each(['force_custom_plan', 'force_generic_plan'])('with %s', (planCacheMode) => {
  describe.each([false, true])('in descending order: %s', (descending) => {
    test.each([undefined, 'id', 'userName', 'externalId'])(
      'a page of users sorted by %s reads few rows, first and in the middle',
      async (sortBy) => {
        const target = sortBy === undefined ? undefined : resolveSort(sortBy, USER_TYPE);
        const sort = target && { target, descending };
        const listing = userListing(accountId, { sort, scimBaseUrl: SCIM_BASE_URL });
        const middle = { key: keyInTheMiddle(sortBy), id: await idInTheMiddle('users') };
        for (const behind of [undefined, middle]) {
          const cut: Cut = { from: { behind }, descending, limit: COUNT + 1 };
          const page = pageStatement(listing, USER_COLUMNS, cut, undefined);
          expect(await executed(page, planCacheMode)).toEqual({ found: COUNT + 1, heavySteps: [] });
        }
      },
    );

    test('a page of groups sorted by displayName reads few rows in the middle', async () => {
      const sort = { target: resolveSort('displayName', GROUP_TYPE), descending };
      const listing = groupListing(accountId, { sort, scimBaseUrl: SCIM_BASE_URL });
      const behind = { key: 'group 005000', id: await idInTheMiddle('groups') };
      const cut: Cut = { from: { behind }, descending, limit: COUNT + 1 };
      const page = pageStatement(listing, groupColumns('g'), cut, undefined);
      expect(await executed(page, planCacheMode)).toEqual({ found: COUNT + 1, heavySteps: [] });
    });

    test('the page at which the users without an externalId begin or end reads few rows of both kinds', async () => {
      const sort = { target: resolveSort('externalId', USER_TYPE), descending };
      const listing = userListing(accountId, { sort, scimBaseUrl: SCIM_BASE_URL });
      const behind = { key: descending ? null : '00u049951', id: await edgeOfNulls(descending) };
      const cut: Cut = { from: { behind }, descending, limit: COUNT + 1 };
      const page = pageStatement(listing, USER_COLUMNS, cut, undefined);
      expect(await executed(page, planCacheMode)).toEqual({ found: COUNT + 1, heavySteps: [] });
    });
  });

  test('the last page by externalId does not look through the account for those who have none', async () => {
    const sort = { target: resolveSort('externalId', USER_TYPE), descending: false };
    const listing = userListing(neighbourId, { sort, scimBaseUrl: SCIM_BASE_URL });
    const behind = { key: '00u004990', id: neighbourId };
    const cut: Cut = { from: { behind }, descending: false, limit: COUNT + 1 };
    const page = pageStatement(listing, USER_COLUMNS, cut, undefined);
    const { found, heavySteps } = await executed(page, planCacheMode);
    // Ten, and the one named if its id is behind the position's.
    expect([10, 11]).toContain(found);
    expect(heavySteps).toEqual([]);
  });

  test('groups without an externalId are read where the page begins', async () => {
    const sort = { target: resolveSort('externalId', GROUP_TYPE), descending: false };
    const listing = groupListing(accountId, { sort, scimBaseUrl: SCIM_BASE_URL });
    for (const behind of [undefined, { key: null, id: await idInTheMiddle('groups') }]) {
      const cut: Cut = { from: { behind }, descending: false, limit: COUNT + 1 };
      const page = pageStatement(listing, groupColumns('g'), cut, undefined);
      expect(await executed(page, planCacheMode)).toEqual({ found: COUNT + 1, heavySteps: [] });
    }
  });

  test('a later page of a long filtered walk is read where it begins', async () => {
    const filter = resolved('active eq true', USER_TYPE);
    const listing = userListing(accountId, { filter, scimBaseUrl: SCIM_BASE_URL });
    const behind = { key: null, id: await idInTheMiddle('users') };
    const cut: Cut = { from: { behind }, descending: false, limit: COUNT + 1 };
    const page = pageStatement(listing, USER_COLUMNS, cut, PEOPLE);
    expect(await executed(page, planCacheMode)).toEqual({ found: COUNT + 1, heavySteps: [] });
  });
});

/** Statistics are always behind: an account that was just made is not in them, and its first synchronization is read back. */
describe.each(['force_custom_plan', 'force_generic_plan'])(
  'in an account that statistics do not know, with %s',
  (planCacheMode) => {
    test.each(['userName', 'title'])(
      'a page of a thousand sorted by %s compares each row once',
      async (sortBy) => {
        const sort = { target: resolveSort(sortBy, USER_TYPE), descending: false };
        const listing = userListing(newcomerId, { sort, scimBaseUrl: SCIM_BASE_URL });
        const cut: Cut = { from: { behind: undefined }, descending: false, limit: 1001 };
        const page = pageStatement(listing, USER_COLUMNS, cut, undefined);
        expect(await executed(page, planCacheMode, 2 * NEWCOMERS)).toEqual({ found: 1001, heavySteps: [] });
      },
    );
  },
);

test('pages of any size, wherever they begin, are a few statements', () => {
  const texts = new Set<string>();
  const sort = { target: resolveSort('externalId', USER_TYPE), descending: false };
  for (const key of ['a', 'b']) {
    for (const limit of [1, 101, 1001, 5000, 50_000]) {
      for (const offset of [1, 70]) {
        const listing = userListing(accountId, { sort, scimBaseUrl: SCIM_BASE_URL });
        for (const from of [{ behind: { key, id: accountId } }, { offset }]) {
          const page = pageStatement(listing, USER_COLUMNS, { from, descending: false, limit }, undefined);
          texts.add(page.compile(database.db).sql);
        }
      }
    }
  }
  expect(texts.size).toBe(3);
});

function keyInTheMiddle(sortBy: string | undefined): string | null {
  if (sortBy === 'userName') return `person0${MIDDLE}@acme.example`;
  return sortBy === 'externalId' ? `00u0${MIDDLE}` : null;
}

async function idInTheMiddle(table: 'users' | 'groups'): Promise<string> {
  return firstId(
    `select id from ${table} where account_id = $1 order by id offset ${table === 'users' ? MIDDLE : GROUPS / 2} limit 1`,
  );
}

/** In descending order those without a key come first, and the last fifty of them are left. */
async function edgeOfNulls(descending: boolean): Promise<string> {
  return descending
    ? firstId(
        `select id from users where account_id = $1 and external_id is null order by id offset 50 limit 1`,
      )
    : firstId(`select id from users where account_id = $1 and external_id = '00u049951'`);
}

async function firstId(query: string): Promise<string> {
  const { rows } = await client.query<{ id: string }>(query, [accountId]);
  if (rows[0] === undefined) throw new Error('Nobody is there.');
  return rows[0].id;
}

async function executed(
  query: RawBuilder<unknown>,
  planCacheMode: string,
  fewRows = FEW_ROWS,
): Promise<ExecutedPlan> {
  return executedPlan(client, database.db, query, { planCacheMode, fewRows });
}
