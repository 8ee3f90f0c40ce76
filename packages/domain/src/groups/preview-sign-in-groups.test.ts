import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type TestDatabase, testDatabase } from '../testing/database.ts';
import { type Directory, givenDirectory } from './group-testing.ts';
import { previewSignInGroups, type SignInGroupsChange, type SignInRules } from './preview-sign-in-groups.ts';

let database: TestDatabase;

beforeAll(async () => {
  database = await testDatabase();
});

afterAll(() => database[Symbol.asyncDispose]());

function preview(directory: Directory, rules: SignInRules, count = 1000) {
  return previewSignInGroups(database.db, directory.accountId, rules, { count });
}

async function everyPage(directory: Directory, rules: SignInRules, count: number) {
  const changes: SignInGroupsChange[] = [];
  for (let after: string | undefined = undefined; ;) {
    const page: Awaited<ReturnType<typeof previewSignInGroups>> = await previewSignInGroups(
      database.db,
      directory.accountId,
      rules,
      { after, count },
    );
    changes.push(...page.changes);
    if (page.next === undefined) return changes;
    after = page.next;
  }
}

describe('a preview of sign-ins', () => {
  it('while SCIM is on is about people whom no identity provider manages; with SCIM off, about everybody', async () => {
    const directory = await givenDirectory(database.db);
    const signedIn = { sign_in_groups: ['a'] };
    const managed = await directory.user(signedIn, 'managed');
    const unmanaged = await directory.user({ ...signedIn, scim_managed: false }, 'unmanaged');
    const sales = await directory.unmanagedGroup('Sales');
    await directory.mapped(sales, 'a');
    const joins = [{ groupId: sales, displayName: 'Sales', origin: 'sso_mapping' as const }];
    const ofUnmanaged = {
      userId: unmanaged,
      userName: 'unmanaged-1@acme.example',
      joins,
      leaves: [],
      keptIn: null,
    };
    expect(await preview(directory, { scimEnabled: true })).toEqual({
      changes: [ofUnmanaged],
      next: undefined,
    });
    expect(await preview(directory, { scimEnabled: false })).toEqual({
      changes: [{ ...ofUnmanaged, userId: managed, userName: 'managed-1@acme.example' }, ofUnmanaged],
      next: undefined,
    });
  });

  it('names whom it would take out of a group, and leaves out who would stay as they are', async () => {
    const directory = await givenDirectory(database.db);
    const [ana = '', ben = ''] = await directory.users(2, { scim_managed: false, sign_in_groups: ['b'] });
    const sales = await directory.unmanagedGroup('Sales', { members: [ana] });
    await directory.mapped(sales, 'a');
    await directory.unmanagedGroup('Book club', { members: [ana, ben] });
    expect((await preview(directory, { scimEnabled: true })).changes).toEqual([
      {
        userId: ana,
        userName: 'user-1@acme.example',
        joins: [],
        leaves: [{ groupId: sales, displayName: 'Sales' }],
        keptIn: null,
      },
    ]);
  });

  it('can suppose another mapping of a group, an empty one included', async () => {
    const directory = await givenDirectory(database.db);
    const [ana = '', ben = ''] = await directory.users(2, { scim_managed: false, sign_in_groups: ['b'] });
    const sales = await directory.unmanagedGroup('Sales', { members: [ana] });
    await directory.mapped(sales, 'a');
    const supposing = async (...idpGroups: string[]) => {
      const mapping = { groupId: sales, idpGroups };
      const { changes } = await preview(directory, { scimEnabled: true, mapping });
      return changes.map(({ userId, joins, leaves }) => [userId, joins.length, leaves.length]);
    };
    expect(await supposing('b')).toEqual([[ben, 1, 0]]);
    expect(await supposing('c')).toEqual([[ana, 0, 1]]);
    expect(await supposing()).toEqual([]);
  });

  it('says in which group the last active account_admin would be kept', async () => {
    const directory = await givenDirectory(database.db);
    const ana = await directory.user({ scim_managed: false, sign_in_groups: [] });
    const admins = await directory.unmanagedGroup('Admins', { members: [ana], grants: ['account_admin'] });
    await directory.mapped(admins, 'a');
    const named = { groupId: admins, displayName: 'Admins' };
    const of = async () => (await preview(directory, { scimEnabled: true })).changes;
    expect(await of()).toMatchObject([{ userId: ana, leaves: [], keptIn: named }]);
    await directory.unmanagedGroup('Owners', { members: [ana], grants: ['account_admin'] });
    expect(await of()).toMatchObject([{ userId: ana, leaves: [named], keptIn: null }]);
  });

  it('of one person is about that person', async () => {
    const directory = await givenDirectory(database.db);
    const [ana = ''] = await directory.users(2, { scim_managed: false, sign_in_groups: ['a'] });
    const sales = await directory.unmanagedGroup('Sales');
    await directory.mapped(sales, 'a');
    const of = (userId: string) =>
      previewSignInGroups(database.db, directory.accountId, { scimEnabled: true }, { userId });
    expect((await of(ana)).changes.map(({ userId }) => userId)).toEqual([ana]);
    expect(await of('nobody')).toEqual({ changes: [], next: undefined });
  });

  it('leaves out who never signed in, who is deactivated, and people of another account', async () => {
    const other = await givenDirectory(database.db);
    await other.users(1, { scim_managed: false, sign_in_groups: ['a'] });
    const directory = await givenDirectory(database.db);
    await directory.users(1, { scim_managed: false });
    await directory.users(1, { scim_managed: false, sign_in_groups: ['a'], state: 'deactivated' }, 'gone');
    const sales = await directory.unmanagedGroup('Sales');
    await directory.mapped(sales, 'a');
    expect(await preview(directory, { scimEnabled: false })).toEqual({ changes: [], next: undefined });
  });

  it('goes through everybody once, in pages of any size', async () => {
    const directory = await givenDirectory(database.db);
    const users = await directory.users(10, { scim_managed: false, sign_in_groups: ['a'] });
    const sales = await directory.unmanagedGroup('Sales', { members: users.slice(2, 5) });
    await directory.mapped(sales, 'a');
    const meant = [...users.slice(0, 2), ...users.slice(5)];
    for (const size of [1, 3, 10, 11]) {
      const changes = await everyPage(directory, { scimEnabled: true }, size);
      expect(changes.map(({ userId }) => userId)).toEqual(meant);
    }
  });
});
