import type { RawBuilder } from 'kysely';
import pg from 'pg';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { newId } from '../ids.ts';
import { MANY } from '../pages/listing.ts';
import { pageStatement } from '../pages/select-page.ts';
import { givenAccount } from '../testing/accounts.ts';
import { type TestDatabase, testDatabase } from '../testing/database.ts';
import { executedPlan } from '../testing/executed-plan.ts';
import { isFoundDirectly, searchCount, searchListing, type UserSearch } from './user-search.ts';
import { USER_COLUMNS } from './users.repository.ts';

const PEOPLE = 30_000;
const COUNT = 50;
/** A scan of the account reads thousands of rows. */
const FEW_ROWS = 500;

let database: TestDatabase;
let client: pg.Client;
let accountId: string;
const groupId = newId();

beforeAll(async () => {
  database = await testDatabase();
  ({ accountId } = await givenAccount(database.db));
  client = new pg.Client({ connectionString: database.url });
  await client.connect();
  await client.query(
    `insert into users (account_id, id, user_name, state, deleted_by, license_type, license_source, attributes,
       created_at, updated_at)
     select $1, gen_random_uuid(), 'person' || lpad(n::text, 6, '0') || '@acme.example',
       case when n % 10 = 0 then 'deleted' else 'active' end,
       case when n % 1000 = 0 then 'administrator' when n % 10 = 0 then 'scim' end, 'developer', 'default',
       jsonb_build_object('displayName', 'Ana Ito ' || n), now(), now()
     from generate_series(1, $2::int) as n`,
    [accountId, PEOPLE],
  );
  await client.query(
    `insert into groups (account_id, id, display_name, created_at, updated_at) values ($1, $2, 'Group', now(), now())`,
    [accountId, groupId],
  );
  await client.query(
    `insert into group_members (account_id, group_id, user_id, origin, added_at)
     select u.account_id, $2, u.id, 'scim', now() from users u where u.account_id = $1 and u.user_name like 'person00777%'`,
    [accountId, groupId],
  );
  await client.query('vacuum analyze users, groups, group_members');
});

afterAll(async () => {
  await client.end();
  await database[Symbol.asyncDispose]();
});

/** Both kinds of plan: of a prepared statement PostgreSQL may come to prefer the one that knows no values. */
describe.each(['force_custom_plan', 'force_generic_plan'])('with %s', (planCacheMode) => {
  test.each<[string, () => UserSearch, number]>([
    ['of everybody', () => ({}), COUNT + 1],
    ['of tombstones', () => ({ state: 'deleted' }), COUNT + 1],
    ['of most of the account', () => ({ licenseType: 'developer', managed: false }), COUNT + 1],
    ['of whom a name finds', () => ({ search: 'ito 4999' }), 3],
    ['of whom a user name finds', () => ({ search: 'PERSON004999@' }), 1],
    ['of the members of a group', () => ({ groupId }), 9],
  ])('a page %s, by id or by user name, reads few rows', async (title, search, found) => {
    const given = search();
    for (const field of ['createdAt', 'userName'] as const) {
      // Tombstones have no index by name: they are sorted.
      if (field === 'userName' && title === 'of tombstones') continue;
      for (const descending of [false, true]) {
        const listing = searchListing(accountId, given, { field, descending });
        const cut = { from: { behind: undefined }, descending, limit: COUNT + 1 };
        const page = pageStatement(listing, USER_COLUMNS, cut, isFoundDirectly(given) ? 0 : MANY);
        expect({ field, ...(await executed(page, planCacheMode)) }).toEqual({ field, found, heavySteps: [] });
      }
    }
  });

  test('the number of everybody is told without counting them', async () => {
    expect(await executed(searchCount(accountId, {}), planCacheMode)).toEqual({ found: 1, heavySteps: [] });
  });
});

async function executed(query: RawBuilder<unknown>, planCacheMode: string) {
  return executedPlan(client, database.db, query, { planCacheMode, fewRows: FEW_ROWS });
}
