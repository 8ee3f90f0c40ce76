import { parseFilter } from '@rollcall/scim-protocol/filter';
import { createReading } from '@rollcall/scim-protocol/reading';
import { resolveFilter, type ResolvedFilter } from '@rollcall/scim-protocol/resolve-filter';
import { groupResourceType } from '@rollcall/scim-protocol/resource-types';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type TestDatabase, testDatabase } from '../testing/database.ts';
import { listGroups } from './find-groups.ts';
import { listMembers, memberPages } from './find-members.ts';
import { type Directory, givenDirectory, SCIM_BASE_URL } from './group-testing.ts';

let database: TestDatabase;

beforeAll(async () => {
  database = await testDatabase();
});

afterAll(() => database[Symbol.asyncDispose]());

function resolved(filter: string): ResolvedFilter {
  const reading = createReading('strict');
  return resolveFilter(parseFilter(filter, reading), groupResourceType(), reading);
}

async function page(directory: Directory, startIndex: number, count: number, filter?: string) {
  const query = { scimBaseUrl: SCIM_BASE_URL, startIndex, count };
  const { total, groups } = await listGroups(
    directory.db,
    directory.accountId,
    filter === undefined ? query : { ...query, filter: resolved(filter) },
  );
  return { total, names: groups.map(({ displayName }) => displayName) };
}

describe('a list of groups', () => {
  it('has managed and unmanaged ones in a stable order with an exact total, and no default groups', async () => {
    const other = await givenDirectory(database.db);
    await other.post({ displayName: 'Elsewhere' });
    const directory = await givenDirectory(database.db);
    await directory.unmanagedGroup('Owner', { default_group: 'owner' });
    await directory.post({ displayName: 'C' });
    await directory.unmanagedGroup('A');
    await directory.post({ displayName: 'B' });
    expect(await page(directory, 1, 100)).toEqual({ total: 3, names: ['C', 'A', 'B'] });
    expect(await page(directory, 1, 2)).toEqual({ total: 3, names: ['C', 'A'] });
    expect(await page(directory, 3, 2)).toEqual({ total: 3, names: ['B'] });
  });

  it('says the total on a page behind the last group and on a page of none', async () => {
    const directory = await givenDirectory(database.db);
    await directory.post({ displayName: 'A' });
    expect(await page(directory, 2, 100)).toEqual({ total: 1, names: [] });
    expect(await page(directory, 1, 0)).toEqual({ total: 1, names: [] });
    expect(await page(directory, 2, 100, 'displayName eq "a"')).toEqual({ total: 1, names: [] });
  });

  it('of an account without groups is empty', async () => {
    const directory = await givenDirectory(database.db);
    expect(await page(directory, 1, 100)).toEqual({ total: 0, names: [] });
  });

  it('by a filter has the groups that match and their number', async () => {
    const directory = await givenDirectory(database.db);
    const ana = await directory.user();
    await directory.unmanagedGroup('Team Owner', { default_group: 'owner', members: [ana] });
    await directory.post({ displayName: 'Team A', memberIds: [ana] });
    await directory.post({ displayName: 'Sales', memberIds: [ana] });
    await directory.post({ displayName: 'Team B' });
    expect(await page(directory, 1, 1, 'displayName sw "team"')).toEqual({ total: 2, names: ['Team A'] });
    expect(await page(directory, 2, 1, 'displayName sw "team"')).toEqual({ total: 2, names: ['Team B'] });
    const byMember = await page(directory, 1, 100, `members[value eq "${ana}"]`);
    expect(byMember).toEqual({ total: 2, names: ['Team A', 'Sales'] });
  });
});

describe('the members of groups', () => {
  it('are those whom SCIM sees, with the name to show, for each group that was asked for', async () => {
    const directory = await givenDirectory(database.db);
    const ana = await directory.user({ attributes: JSON.stringify({ displayName: 'Ana Ito' }) });
    const ben = await directory.user({ state: 'invited' }, 'ben');
    const gone = await directory.user({ state: 'deleted', deleted_by: 'scim' });
    const deleted = await directory.user({ state: 'deleted', deleted_by: 'administrator' }, 'deleted');
    const breakGlass = await directory.user({ local_administrator: true });
    const full = await directory.unmanagedGroup('Full', { members: [ana, ben, gone, deleted, breakGlass] });
    const empty = await directory.unmanagedGroup('Empty');
    const members = await listMembers(database.db, directory.accountId, [full, empty]);
    expect([...members]).toEqual([
      [
        full,
        [
          { groupId: full, userId: ana, display: 'Ana Ito' },
          { groupId: full, userId: ben, display: 'ben-1@acme.example' },
          { groupId: full, userId: deleted, display: 'deleted-1@acme.example' },
        ],
      ],
      [empty, []],
    ]);
  });

  it('of another account are not there', async () => {
    const other = await givenDirectory(database.db);
    const id = await other.unmanagedGroup('Team', { members: [await other.user()] });
    const { accountId } = await givenDirectory(database.db);
    expect(await listMembers(database.db, accountId, [id])).toEqual(new Map([[id, []]]));
  });

  it.each([1, 2, 3, 4, 7, 8, 100])(
    'come in batches of at most %i, each of one group, nobody twice',
    async (size) => {
      const directory = await givenDirectory(database.db);
      const users = await directory.users(7);
      const large = await directory.unmanagedGroup('Large', { members: users });
      const empty = await directory.unmanagedGroup('Empty');
      const small = await directory.unmanagedGroup('Small', { members: users.slice(2, 5) });
      const found: string[] = [];
      for await (const batch of memberPages(database.db, directory.accountId, [small, empty, large], size)) {
        expect(batch.length).toBeGreaterThan(0);
        expect(batch.length).toBeLessThanOrEqual(size);
        expect(new Set(batch.map(({ groupId }) => groupId)).size).toBe(1);
        found.push(...batch.map(({ groupId, userId }) => `${groupId} ${userId}`));
      }
      expect(found).toEqual([
        ...users.slice(2, 5).map((userId) => `${small} ${userId}`),
        ...users.map((userId) => `${large} ${userId}`),
      ]);
    },
  );
});
