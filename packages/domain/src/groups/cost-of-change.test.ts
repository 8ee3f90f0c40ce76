import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type TestDatabase, testDatabase } from '../testing/database.ts';
import { listGroups } from './find-groups.ts';
import { listMembers, memberPages } from './find-members.ts';
import { type Directory, givenDirectory, SCIM_BASE_URL } from './group-testing.ts';
import type { GroupChange } from './group.ts';

const LARGE = 100_000;

const add = (...memberIds: string[]): GroupChange => ({ kind: 'addMembers', memberIds });
const remove = (...memberIds: string[]): GroupChange => ({ kind: 'removeMembers', memberIds });

let database: TestDatabase;
let directory: Directory;
let users: readonly string[];
let large: string;
let small: string;
let spare: readonly string[];

// One connection, so that its row counts are all there are.
beforeAll(async () => {
  database = await testDatabase({ poolSize: 1 });
  directory = await givenDirectory(database.db);
  users = await directory.users(LARGE);
  spare = await directory.users(10, {}, 'spare');
  ({ id: large } = await directory.post({ displayName: 'Large', memberIds: users }));
  small = await directory.unmanagedGroup('Small', { members: users.slice(0, 10), scim_managed: true });
  await statistics('analyze users');
  await statistics('analyze group_members');
});

afterAll(() => database[Symbol.asyncDispose]());

async function statistics(sql: string): Promise<{ name: string; touched: number }[]> {
  const client = await database.db.borrowClient();
  try {
    const { rows } = await client.query<{ name: string; touched: number }>(sql);
    return rows;
  } finally {
    client.release();
  }
}

/** How many rows of each table the work read through an index or a scan, inserted, updated or deleted. */
async function rowsTouched(work: () => Promise<unknown>): Promise<Record<string, number>> {
  const before = await counters();
  await work();
  const after = await counters();
  return Object.fromEntries(
    Object.entries(after).flatMap(([name, touched]) => {
      const difference = touched - (before[name] ?? 0);
      return difference === 0 ? [] : [[name, difference]];
    }),
  );
}

async function counters(): Promise<Record<string, number>> {
  await statistics('select pg_stat_force_next_flush()');
  const rows = await statistics(`
    select relname as name,
      (seq_tup_read + coalesce(idx_tup_fetch, 0) + n_tup_ins + n_tup_upd + n_tup_del)::float8 as touched
    from pg_stat_user_tables`);
  return Object.fromEntries(rows.map(({ name, touched }) => [name, touched]));
}

function inAll(touched: Record<string, number>): number {
  return Object.values(touched).reduce((sum, rows) => sum + rows, 0);
}

describe('the cost of a change is the size of the change', () => {
  it('one member more or less touches no more rows in a group of 100,000 than in one of 10, and fewer than 40', async () => {
    const [ana = '', ben = ''] = spare;
    const [old = ''] = users;
    // More often than a statement is planned anew, so that the plan for all parameters is among those counted.
    for (let round = 0; round < 8; round += 1) {
      for (const change of [add(ana), remove(ana), add(ana, ben), remove(ana, ben), add(old)]) {
        // In the small group, reading all of it may be the better plan.
        const inSmall = inAll(await rowsTouched(() => directory.change(small, change)));
        const inLarge = inAll(await rowsTouched(() => directory.change(large, change)));
        expect(inLarge).toBeLessThanOrEqual(inSmall);
        expect(inLarge).toBeLessThan(40);
      }
    }
  });

  it('a list of groups without members touches no membership and no person', async () => {
    const query = { scimBaseUrl: SCIM_BASE_URL, startIndex: 1, count: 100 };
    const touched = await rowsTouched(() => listGroups(database.db, directory.accountId, query));
    expect(Object.keys(touched)).not.toContain('group_members');
    expect(Object.keys(touched)).not.toContain('users');
  });

  it('a batch of members reads as many rows as it has, wherever in the group it is', async () => {
    for (let round = 0; round < 8; round += 1) {
      let batches = 0;
      const touched = await rowsTouched(async () => {
        for await (const batch of memberPages(database.db, directory.accountId, [large], 1_000)) {
          batches += batch.length === 1_000 ? 1 : 0;
          if (batches === 20) return;
        }
      });
      expect(batches).toBe(20);
      expect(touched['users']).toBe(20_000);
      expect(touched['group_members'] ?? 0).toBeLessThanOrEqual(20_000);
    }
  });
});

it('the members of many groups of few are not looked for among the members of a large one', async () => {
  const groupIds = await Promise.all(
    Array.from({ length: 50 }, (_, index) => directory.unmanagedGroup(`Empty ${index}`)),
  );
  for (let round = 0; round < 8; round += 1) {
    const touched = await rowsTouched(() =>
      listMembers(database.db, directory.accountId, [...groupIds, small]),
    );
    expect(touched['group_members'] ?? 0).toBeLessThan(40);
  }
});

describe('100,000 members in one request', () => {
  it('join, and the events that name them hold at most 1,000 each', async () => {
    expect(await directory.members(large)).toEqual(users);
    const events = (await directory.events()).slice(0, 101);
    expect(events.map(({ kind }) => kind)).toEqual([
      'group.created',
      ...Array.from({ length: 100 }, () => 'group.members_changed'),
    ]);
    expect(JSON.stringify(events[100]?.detail)).toHaveLength(
      JSON.stringify({ added: users.slice(-1_000), removed: [] }).length,
    );
  });

  it('replace others, and only the difference is written', async () => {
    const list = [...users.slice(2), ...spare];
    const touched = await rowsTouched(() =>
      directory.change(large, { kind: 'replaceMembers', memberIds: list }),
    );
    expect(touched['audit_events']).toBe(1);
    expect(await directory.members(large)).toEqual(list);
  });

  it('leave with their group', async () => {
    await directory.delete(large);
    expect(await directory.members(large)).toEqual([]);
  });
});
