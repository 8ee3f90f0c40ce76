import { type RawBuilder, sql } from 'kysely';
import pg from 'pg';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { newId } from '../ids.ts';
import { givenAccount } from '../testing/accounts.ts';
import { type TestDatabase, testDatabase } from '../testing/database.ts';
import { type ExecutedPlan, executedPlan } from '../testing/executed-plan.ts';
import { GROUP_TYPE, SCIM_BASE_URL, USER_TYPE, resolved } from './filter-testing.ts';
import { groupFilter } from './group-filter.ts';
import { userFilter } from './user-filter.ts';

const PEOPLE = 50_000;
/** A scan of the account reads thousands of rows; what is found here, and the search for it, a handful. */
const FEW_ROWS = 100;

let database: TestDatabase;
let client: pg.Client;
let accountId: string;
const knownUser = newId();
const knownGroup = newId();

beforeAll(async () => {
  database = await testDatabase();
  ({ accountId } = await givenAccount(database.db));
  client = new pg.Client({ connectionString: database.url });
  await client.connect();
  await fillAccount();
});

afterAll(async () => {
  await client.end();
  await database[Symbol.asyncDispose]();
});

async function fillAccount(): Promise<void> {
  await client.query(
    `insert into users (account_id, id, user_name, pending_user_name, external_id, state, license_type, license_source,
       attributes, email_keys, created_at, updated_at)
     select $1, case n when 777 then $3::uuid else gen_random_uuid() end, name,
       case when n % 100 = 7 then 'new.' || name end, '00u' || n, 'active', 'developer', 'default',
       jsonb_build_object('emails', jsonb_build_array(jsonb_build_object('type', 'work', 'value', name))),
       case when n % 100 = 7 then array[lower(name), lower('new.' || name)] else array[lower(name)] end, now(), now()
     from generate_series(1, $2::int) as n cross join lateral (select 'Person' || n || '@acme.example') as given(name)`,
    [accountId, PEOPLE, knownUser],
  );
  await client.query(
    `insert into groups (account_id, id, display_name, external_id, created_at, updated_at)
     select $1, case n when 77 then $2::uuid else gen_random_uuid() end, 'Group ' || n, 'g' || n, now(), now()
     from generate_series(1, 5000) as n`,
    [accountId, knownGroup],
  );
  await client.query(
    `insert into group_members (account_id, group_id, user_id, origin, added_at)
     select u.account_id, $2, u.id, 'scim', now() from users u where u.account_id = $1 and u.external_id like '00u777%'`,
    [accountId, knownGroup],
  );
  await client.query('vacuum analyze users, groups, group_members');
}

/** Both kinds of plan: of a prepared statement PostgreSQL may come to prefer the one that knows no values. */
describe.each(['force_custom_plan', 'force_generic_plan'])('with %s', (planCacheMode) => {
  test.each([
    ['userName eq "PERSON777@acme.example"', 1],
    ['userName eq "new.person107@acme.example"', 1],
    ['userName eq "5e2c1d0b-9c5f-4f3e-8e0e-2b2f0d8f7a11"', 0],
    ['userName sw "person4999"', 11],
    ['userName co "SON4999"', 11],
    ['userName co "W.person4907"', 1],
    ['userName ew "n4999@acme.example"', 1],
    ['userName ew "4999@ACME.example" or externalId eq "00u778"', 6],
    ['externalId eq "00u777"', 1],
    ['externalId sw "00u4999"', 11],
    [`id eq "${knownUser}"`, 1],
    ['emails eq "Person777@acme.example"', 1],
    ['emails[type eq "work"].value eq "Person777@acme.example"', 1],
    ['emails[type eq "work"].value eq "new.person107@acme.example"', 1],
    ['emails[value eq "PERSON777@acme.example" and type eq "work"]', 1],
    ['emails[value eq "Person777@acme.example" or value eq "Person778@acme.example"]', 2],
    ['userName eq "Person777@acme.example" and active eq true', 1],
    ['userName eq "Person777@acme.example" or externalId eq "00u778"', 2],
    [`id eq "${knownUser}" and title pr`, 0],
    [`groups.value eq "${knownGroup}"`, 11],
  ])('users: %s reads no more than it must', async (filter, found) => {
    const condition = userFilter(accountId, resolved(filter, USER_TYPE), SCIM_BASE_URL);
    const page = sql`select u.id from users as u
      where u.account_id = ${accountId} and u.in_scim and ${condition}`;
    expect(await executed(page, planCacheMode)).toEqual({ found, heavySteps: [] });
  });

  test.each([
    ['displayName eq "GROUP 77"', 1],
    ['displayName sw "group 499"', 11],
    ['displayName co "P 499"', 11],
    ['displayName ew "4999"', 1],
    ['externalId eq "g77"', 1],
    [`id eq "${knownGroup}"`, 1],
    [`members.value eq "${knownUser}"`, 1],
  ])('groups: %s reads no more than it must', async (filter, found) => {
    const condition = groupFilter(accountId, resolved(filter, GROUP_TYPE), SCIM_BASE_URL);
    const page = sql`select g.id from groups as g
      where g.account_id = ${accountId} and g.default_group is null and ${condition}`;
    expect(await executed(page, planCacheMode)).toEqual({ found, heavySteps: [] });
  });
});

async function executed(query: RawBuilder<unknown>, planCacheMode: string): Promise<ExecutedPlan> {
  return executedPlan(client, database.db, query, { planCacheMode, fewRows: FEW_ROWS });
}
