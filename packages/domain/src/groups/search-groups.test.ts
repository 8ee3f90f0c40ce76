import type { RawBuilder } from 'kysely';
import pg from 'pg';
import { afterAll, beforeAll, describe, expect, it, test } from 'vitest';
import { newId } from '../ids.ts';
import { MANY } from '../pages/listing.ts';
import type { Position } from '../pages/position.ts';
import { pageStatement } from '../pages/select-page.ts';
import { givenAccount } from '../testing/accounts.ts';
import { type TestDatabase, testDatabase } from '../testing/database.ts';
import { executedPlan } from '../testing/executed-plan.ts';
import { type Directory, givenDirectory } from './group-testing.ts';
import { groupColumns } from './group.ts';
import {
  type GroupOrder,
  type GroupSearch,
  isFoundDirectly,
  searchCount,
  searchListing,
} from './group-search.ts';
import { countGroups, findGroupsById, searchGroups } from './search-groups.ts';

const BY_NAME: GroupOrder = { field: 'displayName', descending: false };

let database: TestDatabase;
let directory: Directory;
let ana: string;

beforeAll(async () => {
  database = await testDatabase();
  directory = await givenDirectory(database.db);
  ana = await directory.user();
  await directory.unmanagedGroup('Everyone', {
    default_group: 'everyone',
    assign_by_default: true,
    members: [ana],
  });
  await directory.unmanagedGroup('Owner', { default_group: 'owner', grants: ['account_admin'] });
  const sales = await directory.unmanagedGroup('Sales EMEA', { grants: ['billing_admin'], members: [ana] });
  await directory.mapped(sales, 'idp-sales');
  await directory.unmanagedGroup('sales_100%', { assign_by_default: true });
  await directory.post({ displayName: 'Straße', memberIds: [ana] });
  await directory.post({ displayName: 'Élan' });
  const other = await givenDirectory(database.db);
  await other.unmanagedGroup('Sales elsewhere', { members: [await other.user()] });
});

afterAll(() => database[Symbol.asyncDispose]());

async function named(search: GroupSearch, order: GroupOrder = BY_NAME): Promise<string[]> {
  const cut = { search, order, behind: undefined, backward: false, limit: 100 };
  const found = await searchGroups(database.db, directory.accountId, cut);
  expect(await countGroups(database.db, directory.accountId, search)).toBe(found.length);
  return found.map(({ item }) => item.displayName);
}

describe('a search for groups', () => {
  test.each<[string, () => GroupSearch, readonly string[]]>([
    ['nothing', () => ({}), ['Everyone', 'Owner', 'Sales EMEA', 'sales_100%', 'Straße', 'Élan']],
    ['a part of the name, in any letter case', () => ({ search: 'SALES' }), ['Sales EMEA', 'sales_100%']],
    ['several words, each anywhere', () => ({ search: ' emea  sal ' }), ['Sales EMEA']],
    ['a word of two letters', () => ({ search: 'ow' }), ['Owner']],
    ['a part of a default group’s name', () => ({ search: 'veryon' }), ['Everyone']],
    ['what would be a pattern', () => ({ search: '_100%' }), ['sales_100%']],
    ['letters beyond ASCII', () => ({ search: 'élan' }), ['Élan']],
    ['managed ones', () => ({ managed: true }), ['Straße', 'Élan']],
    ['unmanaged ones', () => ({ managed: false }), ['Everyone', 'Owner', 'Sales EMEA', 'sales_100%']],
    ['default groups', () => ({ defaultGroup: true }), ['Everyone', 'Owner']],
    ['others', () => ({ defaultGroup: false }), ['Sales EMEA', 'sales_100%', 'Straße', 'Élan']],
    ['those that take people in by default', () => ({ assignByDefault: true }), ['Everyone', 'sales_100%']],
    ['mapped ones', () => ({ mapped: true }), ['Sales EMEA']],
    ['what carries a permission set', () => ({ permissionSet: 'account_admin' }), ['Owner']],
    ['those of a person', () => ({ memberId: ana }), ['Everyone', 'Sales EMEA', 'Straße']],
    ['those of a person that are managed', () => ({ memberId: ana, managed: true }), ['Straße']],
    ['those of nobody', () => ({ memberId: 'nonsense' }), []],
    ['what is not there', () => ({ search: 'xyz' }), []],
  ])('by %s finds them, and their exact number', async (_, search, expected) => {
    expect(await named(search())).toEqual(expected);
  });

  it('can be in the order of creation, and backwards', async () => {
    const byTime = await named({}, { field: 'createdAt', descending: false });
    expect(byTime).toEqual(['Everyone', 'Owner', 'Sales EMEA', 'sales_100%', 'Straße', 'Élan']);
    expect(await named({}, { field: 'createdAt', descending: true })).toEqual(byTime.toReversed());
    expect(await named({}, { field: 'displayName', descending: true })).toEqual(
      (await named({})).toReversed(),
    );
  });

  it.each<GroupSearch>([{}, { search: 'sales' }, { managed: false }])(
    'turns pages from both ends without gap or repetition: %o',
    async (search) => {
      const whole = await named(search);
      for (const backward of [false, true]) {
        const seen: string[] = [];
        for (let behind: Position | undefined = undefined; ;) {
          const cut = { search, order: BY_NAME, behind, backward, limit: 1 };
          const [found] = await searchGroups(database.db, directory.accountId, cut);
          if (found === undefined) break;
          seen.push(found.item.displayName);
          behind = found.position;
        }
        expect(seen).toEqual(backward ? whole.toReversed() : whole);
      }
    },
  );

  it('by id gives those of the account, default groups included', async () => {
    const other = await givenDirectory(database.db);
    const foreign = await other.unmanagedGroup('Foreign');
    const [found] = await searchGroups(database.db, directory.accountId, {
      search: { search: 'everyone' },
      order: BY_NAME,
      behind: undefined,
      backward: false,
      limit: 1,
    });
    const id = found?.item.id ?? '';
    const groups = await findGroupsById(database.db, directory.accountId, [id, foreign, newId(), 'x']);
    expect([...groups.keys()]).toEqual([id]);
  });
});

const GROUPS = 20_000;
const COUNT = 50;
/** A scan of the account reads thousands of rows. */
const FEW_ROWS = 500;

describe('among 20,000 groups', () => {
  let client: pg.Client;
  let accountId: string;

  beforeAll(async () => {
    ({ accountId } = await givenAccount(database.db));
    client = new pg.Client({ connectionString: database.url });
    await client.connect();
    await client.query(
      `insert into groups (account_id, id, display_name, default_group, created_at, updated_at)
       select $1, gen_random_uuid(), 'Group ' || lpad(n::text, 6, '0'), case n when 1 then 'owner' when 2 then 'member' end,
         now(), now()
       from generate_series(1, $2::int) as n`,
      [accountId, GROUPS],
    );
    await client.query(
      `insert into group_permission_sets (account_id, group_id, permission_set)
       select g.account_id, g.id, 'account_viewer' from groups g where g.account_id = $1 and g.display_name like '%77'
       limit 100`,
      [accountId],
    );
    await client.query('vacuum analyze groups, group_permission_sets, group_members');
  });

  afterAll(() => client.end());

  /** Both kinds of plan: of a prepared statement PostgreSQL may come to prefer the one that knows no values. */
  describe.each(['force_custom_plan', 'force_generic_plan'])('with %s', (planCacheMode) => {
    const executed = (query: RawBuilder<unknown>) =>
      executedPlan(client, database.db, query, { planCacheMode, fewRows: FEW_ROWS });

    test.each<[string, GroupSearch, number]>([
      ['of all', {}, COUNT + 1],
      ['of unmanaged ones', { managed: false }, COUNT + 1],
      ['of those whom a part of the name finds', { search: 'up 0123' }, COUNT + 1],
      ['of the default groups', { defaultGroup: true }, 2],
      ['of those that carry a permission set', { permissionSet: 'account_viewer' }, COUNT + 1],
    ])('a page %s reads few rows', async (_, search, found) => {
      for (const field of ['createdAt', 'displayName'] as const) {
        for (const descending of [false, true]) {
          const listing = searchListing(accountId, search, { field, descending });
          const cut = { from: { behind: undefined }, descending, limit: COUNT + 1 };
          const page = pageStatement(listing, groupColumns('g'), cut, isFoundDirectly(search) ? 0 : MANY);
          expect({ field, ...(await executed(page)) }).toEqual({ field, found, heavySteps: [] });
        }
      }
    });

    test('the number of all is told without counting them', async () => {
      expect(await executed(searchCount(accountId, {}))).toEqual({ found: 1, heavySteps: [] });
    });
  });
});
