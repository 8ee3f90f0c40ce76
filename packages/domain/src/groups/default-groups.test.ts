import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { inTransaction } from '../database/transaction.ts';
import { type TestDatabase, testDatabase } from '../testing/database.ts';
import { addToDefaultGroups, createDefaultGroups } from './default-groups.ts';
import { type Directory, givenDirectory } from './group-testing.ts';

let database: TestDatabase;

beforeAll(async () => {
  database = await testDatabase();
});

afterAll(() => database[Symbol.asyncDispose]());

async function givenDefaultGroups(): Promise<Directory> {
  const directory = await givenDirectory(database.db);
  await inTransaction(database.db, (trx) => createDefaultGroups(trx, directory.accountId, new Date()));
  return directory;
}

function memberships(directory: Directory) {
  return database.db
    .selectFrom('groups as g')
    .leftJoin('group_permission_sets as p', (join) =>
      join.onRef('p.account_id', '=', 'g.account_id').onRef('p.group_id', '=', 'g.id'),
    )
    .leftJoin('group_members as m', (join) =>
      join.onRef('m.account_id', '=', 'g.account_id').onRef('m.group_id', '=', 'g.id'),
    )
    .select(['g.display_name', 'g.default_group', 'g.assign_by_default', 'p.permission_set', 'm.origin'])
    .where('g.account_id', '=', directory.accountId)
    .orderBy('g.id')
    .execute();
}

describe('default groups', () => {
  it('are Owner, Member and Everyone with what the product gives each', async () => {
    const directory = await givenDefaultGroups();
    expect(await memberships(directory)).toEqual([
      {
        display_name: 'Owner',
        default_group: 'owner',
        assign_by_default: false,
        permission_set: 'account_admin',
        origin: null,
      },
      {
        display_name: 'Member',
        default_group: 'member',
        assign_by_default: true,
        permission_set: 'member',
        origin: null,
      },
      {
        display_name: 'Everyone',
        default_group: 'everyone',
        assign_by_default: true,
        permission_set: null,
        origin: null,
      },
    ]);
    expect(await directory.totals()).toEqual({ counted: 0, stored: 0 });
  });

  it('take in the first administrator, all three', async () => {
    const directory = await givenDefaultGroups();
    const ana = await directory.user();
    const joined = await inTransaction(database.db, (trx) =>
      addToDefaultGroups(trx, directory.actor, directory.accountId, ana, 'every_default_group', new Date()),
    );
    expect(joined).toHaveLength(3);
    expect((await memberships(directory)).map(({ origin }) => origin)).toEqual([
      'default',
      'default',
      'default',
    ]);
  });

  it('and custom ones with assignByDefault take in newcomers; Owner does not', async () => {
    const directory = await givenDefaultGroups();
    const ana = await directory.user();
    const welcome = await directory.unmanagedGroup('Welcome', { assign_by_default: true });
    await directory.unmanagedGroup('Sales');
    const joined = await inTransaction(database.db, (trx) =>
      addToDefaultGroups(trx, directory.actor, directory.accountId, ana, 'assigned_by_default', new Date()),
    );
    expect(joined).toHaveLength(3);
    expect((await memberships(directory)).map(({ display_name, origin }) => [display_name, origin])).toEqual([
      ['Owner', null],
      ['Member', 'default'],
      ['Everyone', 'default'],
      ['Welcome', 'default'],
      ['Sales', null],
    ]);
    expect(await directory.group(welcome)).toMatchObject({ version: 2 });
  });

  it('keep the memberships that are there', async () => {
    const directory = await givenDefaultGroups();
    const ana = await directory.user();
    const welcome = await directory.unmanagedGroup('Welcome', { assign_by_default: true, members: [ana] });
    await inTransaction(database.db, (trx) =>
      addToDefaultGroups(trx, directory.actor, directory.accountId, ana, 'assigned_by_default', new Date()),
    );
    expect(await directory.origins(welcome)).toEqual(['manual']);
    expect(await directory.group(welcome)).toMatchObject({ version: 1 });
  });
});
