import pg from 'pg';
import { afterAll, beforeAll, describe, expect, it, test } from 'vitest';
import { newId } from '../ids.ts';
import { executedPlan } from '../testing/executed-plan.ts';
import { type TestDatabase, testDatabase } from '../testing/database.ts';
import { type Directory, givenDirectory } from './group-testing.ts';
import {
  boundedCounts,
  COUNTED_MEMBERS,
  countMembersOfMany,
  countMemberships,
  listMemberships,
  type MembershipCut,
  membershipPage,
} from './memberships.ts';

let database: TestDatabase;

beforeAll(async () => {
  database = await testDatabase();
});

afterAll(() => database[Symbol.asyncDispose]());

const WHOLE: MembershipCut = { behind: undefined, backward: false, limit: 100 };

function membersOf(directory: Directory, groupIds: readonly string[], cut = WHOLE) {
  return listMemberships(database.db, directory.accountId, 'group', groupIds, cut);
}

describe('the members of groups', () => {
  it('have the origin of their membership, since when, and whether it is held', async () => {
    const directory = await givenDirectory(database.db);
    const active = await directory.user({ scim_managed: false });
    const invited = await directory.user({ state: 'invited' });
    const deactivated = await directory.user({ state: 'deactivated' });
    const id = await directory.unmanagedGroup('Team');
    await directory.mapped(id, 'a');
    const at = new Date('2026-03-01T10:00:00Z');
    await directory.signIn(active, ['a'], at);
    await directory.join(id, [invited, deactivated], at);
    const members = await membersOf(directory, [id]);
    const held = { groupId: id, origin: 'manual', held: true, addedAt: at };
    expect(members.get(id)).toEqual([
      { groupId: id, userId: active, origin: 'sso_mapping', addedAt: at, held: false },
      { ...held, userId: invited },
      { ...held, userId: deactivated },
    ]);
  });

  it('are read in pages from both ends, for several groups at once', async () => {
    const directory = await givenDirectory(database.db);
    const users = await directory.users(5);
    const [all, few, none] = await Promise.all([
      directory.unmanagedGroup('All', { members: users }),
      directory.unmanagedGroup('Few', { members: users.slice(3) }),
      directory.unmanagedGroup('None'),
    ]);
    const ids = async (cut: MembershipCut) => {
      const found = await membersOf(directory, [all, few, none], cut);
      return [all, few, none].map((id) => (found.get(id) ?? []).map(({ userId }) => users.indexOf(userId)));
    };
    expect(await ids({ ...WHOLE, limit: 2 })).toEqual([[0, 1], [3, 4], []]);
    expect(await ids({ behind: users[1], backward: false, limit: 2 })).toEqual([[2, 3], [3, 4], []]);
    expect(await ids({ behind: undefined, backward: true, limit: 2 })).toEqual([[4, 3], [4, 3], []]);
    expect(await ids({ behind: users[3], backward: true, limit: 2 })).toEqual([[2, 1], [], []]);
  });

  it('and the groups of people are those of the account alone', async () => {
    const other = await givenDirectory(database.db);
    const stranger = await other.user();
    const foreign = await other.unmanagedGroup('Team', { members: [stranger] });
    const directory = await givenDirectory(database.db);
    expect(await membersOf(directory, [foreign])).toEqual(new Map());
    const { accountId } = directory;
    expect(await listMemberships(database.db, accountId, 'user', [stranger], WHOLE)).toEqual(new Map());
    expect(await countMemberships(database.db, accountId, 'group', [foreign])).toEqual(
      new Map([[foreign, 0]]),
    );
  });
});

describe('the groups of people', () => {
  it('are read for many people at once, in the order of the groups', async () => {
    const directory = await givenDirectory(database.db);
    const [ana = '', ben = '', cho = ''] = await directory.users(3);
    const first = await directory.unmanagedGroup('First', { members: [ana, ben] });
    const second = await directory.unmanagedGroup('Second', { members: [ana] });
    const found = await listMemberships(database.db, directory.accountId, 'user', [ben, ana, cho], WHOLE);
    expect(new Map([...found].map(([id, list]) => [id, list.map(({ groupId }) => groupId)]))).toEqual(
      new Map([
        [ana, [first, second]],
        [ben, [first]],
      ]),
    );
    expect(await countMemberships(database.db, directory.accountId, 'user', [ana, cho])).toEqual(
      new Map([
        [ana, 2],
        [cho, 0],
      ]),
    );
  });
});

describe('the number of members', () => {
  it('of many groups is counted up to a bound, and says whether it is exact', async () => {
    const directory = await givenDirectory(database.db);
    const users = await directory.users(COUNTED_MEMBERS + 5);
    const [full, over, none] = await Promise.all([
      directory.unmanagedGroup('Full', { members: users.slice(5) }),
      directory.unmanagedGroup('Over', { members: users }),
      directory.unmanagedGroup('None'),
    ]);
    const { accountId } = directory;
    expect(await countMembersOfMany(database.db, accountId, [full, over, none])).toEqual(
      new Map([
        [full, { atLeast: COUNTED_MEMBERS, isExact: true }],
        [over, { atLeast: COUNTED_MEMBERS, isExact: false }],
        [none, { atLeast: 0, isExact: true }],
      ]),
    );
    expect(await countMemberships(database.db, accountId, 'group', [over])).toEqual(
      new Map([[over, COUNTED_MEMBERS + 5]]),
    );
  });
});

describe('where one group has nearly all memberships', () => {
  let client: pg.Client;
  let directory: Directory;
  let large: string;
  let few: string;
  let users: readonly string[];

  beforeAll(async () => {
    directory = await givenDirectory(database.db);
    users = await directory.users(20_000);
    large = await directory.unmanagedGroup('Large', { members: users });
    few = await directory.unmanagedGroup('Few', { members: users.slice(-3) });
    client = new pg.Client({ connectionString: database.url });
    await client.connect();
    await client.query('vacuum analyze group_members, users');
  });

  afterAll(() => client.end());

  /** Both kinds of plan: of a prepared statement PostgreSQL may come to prefer the one that knows no values. */
  test.each(['force_custom_plan', 'force_generic_plan'])(
    'lists and counts read as many rows as they show, with %s',
    async (planCacheMode) => {
      const { accountId } = directory;
      const groupIds = [large, few, ...Array.from({ length: 40 }, () => newId())];
      const options = { planCacheMode, fewRows: 500 };
      for (const backward of [false, true]) {
        for (const behind of [undefined, users[10_000]]) {
          const cut = { behind, backward, limit: 20 };
          const members = membershipPage(accountId, 'group', groupIds, cut);
          const found = behind === undefined || !backward ? 23 : 20;
          expect(await executedPlan(client, database.db, members, options)).toEqual({
            found,
            heavySteps: [],
          });
          const groups = membershipPage(accountId, 'user', users.slice(0, 40), { ...cut, behind: undefined });
          expect(await executedPlan(client, database.db, groups, options)).toEqual({
            found: 40,
            heavySteps: [],
          });
        }
      }
      const counts = boundedCounts(accountId, groupIds.slice(1));
      expect(await executedPlan(client, database.db, counts, options)).toEqual({ found: 41, heavySteps: [] });
    },
  );
});
