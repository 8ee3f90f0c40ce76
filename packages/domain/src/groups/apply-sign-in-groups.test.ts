import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { inTransaction } from '../database/transaction.ts';
import { type TestDatabase, testDatabase } from '../testing/database.ts';
import { createUnmanagedUser } from '../users/create-unmanaged-user.ts';
import { applySignInGroups } from './apply-sign-in-groups.ts';
import { createDefaultGroups } from './default-groups.ts';
import { readAccountSettings } from '../accounts/account-settings.ts';
import { type Directory, givenDirectory } from './group-testing.ts';

let database: TestDatabase;

beforeAll(async () => {
  database = await testDatabase();
});

afterAll(() => database[Symbol.asyncDispose]());

const UNMANAGED = { scim_managed: false };

async function mappedGroup(directory: Directory, name: string, ...idpGroups: string[]): Promise<string> {
  const id = await directory.unmanagedGroup(name);
  await directory.mapped(id, ...idpGroups);
  return id;
}

describe('a sign-in of an unmanaged person', () => {
  it('joins the groups whose mapping matches and those with assignByDefault, and leaves other mapped groups', async () => {
    const directory = await givenDirectory(database.db);
    const ana = await directory.user(UNMANAGED);
    const sales = await mappedGroup(directory, 'Sales', 'idp-sales');
    const support = await mappedGroup(directory, 'Support', 'idp-support');
    const welcome = await directory.unmanagedGroup('Welcome', { assign_by_default: true });
    const book = await directory.unmanagedGroup('Book club', { members: [ana] });
    await directory.join(support, [ana]);
    await directory.signIn(ana, ['idp-sales', 'idp-unknown']);
    expect(await directory.membershipsOf(ana)).toEqual({
      [sales]: 'sso_mapping',
      [welcome]: 'default',
      [book]: 'manual',
    });
  });

  it('compares exactly: upper and lower case and blanks count', async () => {
    const directory = await givenDirectory(database.db);
    const ana = await directory.user(UNMANAGED);
    const exact = await mappedGroup(directory, 'Exact', 'Sales');
    await mappedGroup(directory, 'Inexact', 'sales', ' Sales', 'SALES', 'Sale_', 'Sales%', 'Sales\u0301');
    await directory.signIn(ana, ['Sales']);
    expect(await directory.membershipsOf(ana)).toEqual({ [exact]: 'sso_mapping' });
  });

  it('leaves groups without a mapping as they are', async () => {
    const directory = await givenDirectory(database.db);
    const ana = await directory.user(UNMANAGED);
    const { id: managed } = await directory.post({ displayName: 'Managed', memberIds: [ana] });
    const byHand = await directory.unmanagedGroup('By hand', { members: [ana] });
    await directory.signIn(ana, []);
    expect(await directory.membershipsOf(ana)).toEqual({ [managed]: 'scim', [byHand]: 'manual' });
  });

  it('keeps the origin of a membership in a group that matches', async () => {
    const directory = await givenDirectory(database.db);
    const ana = await directory.user(UNMANAGED);
    const { id: managed } = await directory.post({ displayName: 'Managed', memberIds: [ana] });
    await directory.mapped(managed, 'a');
    const byHand = await mappedGroup(directory, 'By hand', 'a');
    await directory.join(byHand, [ana]);
    await directory.signIn(ana, ['a']);
    expect(await directory.membershipsOf(ana)).toEqual({ [managed]: 'scim', [byHand]: 'manual' });
    expect(await directory.versionOf(byHand)).toBe(1);
  });

  it('stays in a mapped group that does not match when it has assignByDefault', async () => {
    const directory = await givenDirectory(database.db);
    const ana = await directory.user(UNMANAGED);
    const id = await directory.unmanagedGroup('Welcome', { assign_by_default: true });
    await directory.mapped(id, 'a', 'b');
    await directory.signIn(ana, ['c']);
    expect(await directory.membershipsOf(ana)).toEqual({ [id]: 'default' });
    await directory.signIn(ana, ['a', 'b', 'a']);
    expect(await directory.membershipsOf(ana)).toEqual({ [id]: 'default' });
  });

  it('without a groups claim changes nothing', async () => {
    const directory = await givenDirectory(database.db);
    const ana = await directory.user(UNMANAGED);
    await directory.unmanagedGroup('Welcome', { assign_by_default: true });
    const sales = await mappedGroup(directory, 'Sales', 'a');
    await directory.join(sales, [ana]);
    await directory.signIn(ana, null);
    expect(await directory.membershipsOf(ana)).toEqual({ [sales]: 'manual' });
    expect(await directory.events()).toEqual([]);
  });

  it('is a version and an event of each group that it touches; the same one again writes nothing', async () => {
    const directory = await givenDirectory(database.db);
    const ana = await directory.user(UNMANAGED);
    const sales = await mappedGroup(directory, 'Sales', 'a');
    const support = await mappedGroup(directory, 'Support', 'b');
    const other = await mappedGroup(directory, 'Other', 'c');
    await directory.join(support, [ana]);
    const now = new Date('2026-03-01T10:00:00Z');
    await directory.signIn(ana, ['a'], now);
    const events = await directory.events();
    expect(events).toHaveLength(2);
    expect(events).toEqual(
      expect.arrayContaining([
        {
          kind: 'group.members_changed',
          alert: false,
          target_id: sales,
          detail: { added: [ana], removed: [], origin: 'sso_mapping' },
        },
        {
          kind: 'group.members_changed',
          alert: false,
          target_id: support,
          detail: { added: [], removed: [ana] },
        },
      ]),
    );
    await directory.signIn(ana, ['a']);
    expect(await directory.events()).toEqual(events);
    expect(await directory.group(sales)).toMatchObject({ version: 2, updatedAt: now });
    expect(await directory.versionOf(support)).toBe(2);
    expect(await directory.versionOf(other)).toBe(1);
  });

  it('in the transaction that makes them joins what is assigned by default once', async () => {
    const directory = await givenDirectory(database.db);
    const { accountId, actor } = directory;
    await inTransaction(database.db, (trx) => createDefaultGroups(trx, accountId, new Date()));
    const sales = await mappedGroup(directory, 'Sales', 'a');
    const person = { userName: 'ana@acme.example', givenName: 'Ana', familyName: 'Ito' };
    const ana = await inTransaction(database.db, async (trx) => {
      const user = await createUnmanagedUser(trx, actor, accountId, person, new Date());
      const settings = await readAccountSettings(trx, accountId);
      await applySignInGroups(trx, actor, settings, user, ['a'], new Date());
      return user;
    });
    const memberships = await directory.membershipsOf(ana.id);
    expect(Object.values(memberships).toSorted()).toEqual(['default', 'default', 'sso_mapping']);
    const versions = await Promise.all(Object.keys(memberships).map((id) => directory.versionOf(id)));
    expect(new Set(versions)).toEqual(new Set([2]));
    expect(memberships[sales]).toBe('sso_mapping');
  });

  it('does not see the groups and mappings of another account', async () => {
    const other = await givenDirectory(database.db);
    await mappedGroup(other, 'Sales', 'a');
    await other.unmanagedGroup('Welcome', { assign_by_default: true });
    const directory = await givenDirectory(database.db);
    const ana = await directory.user(UNMANAGED);
    await directory.signIn(ana, ['a']);
    expect(await directory.membershipsOf(ana)).toEqual({});
  });
});

describe('whom mappings apply to', () => {
  it('not SCIM-managed people while SCIM is on', async () => {
    const directory = await givenDirectory(database.db);
    const ana = await directory.user();
    const sales = await mappedGroup(directory, 'Sales', 'a');
    await mappedGroup(directory, 'Support', 'b');
    await directory.unmanagedGroup('Welcome', { assign_by_default: true });
    await directory.join(sales, [ana]);
    await directory.signIn(ana, ['b']);
    expect(await directory.membershipsOf(ana)).toEqual({ [sales]: 'manual' });
  });

  it('everybody while SCIM is off', async () => {
    const directory = await givenDirectory(database.db, { scim: { enabled: false } });
    const ana = await directory.user();
    const sales = await mappedGroup(directory, 'Sales', 'a');
    const support = await mappedGroup(directory, 'Support', 'b');
    await directory.join(sales, [ana]);
    await directory.signIn(ana, ['b']);
    expect(await directory.membershipsOf(ana)).toEqual({ [support]: 'sso_mapping' });
  });

  it.each(['deactivated', 'deleted'] as const)('nobody who is %s', async (state) => {
    const directory = await givenDirectory(database.db);
    const deletedBy = state === 'deleted' ? ({ deleted_by: 'scim' } as const) : {};
    const ana = await directory.user({ ...UNMANAGED, state, ...deletedBy });
    await mappedGroup(directory, 'Sales', 'a');
    await directory.signIn(ana, ['a']);
    expect(await directory.membershipsOf(ana)).toEqual({});
  });
});

async function givenAdministrators(): Promise<{ directory: Directory; ana: string; admins: string }> {
  const directory = await givenDirectory(database.db);
  const ana = await directory.user(UNMANAGED);
  const admins = await directory.unmanagedGroup('Admins', { members: [ana], grants: ['account_admin'] });
  await directory.mapped(admins, 'idp-admins');
  return { directory, ana, admins };
}

describe('the last active account_admin', () => {
  it('is kept in their group by a sign-in that would take them out, with an alert; the rest is done', async () => {
    const { directory, ana, admins } = await givenAdministrators();
    const sales = await mappedGroup(directory, 'Sales', 'a');
    await directory.signIn(ana, ['a']);
    expect(await directory.membershipsOf(ana)).toEqual({ [admins]: 'manual', [sales]: 'sso_mapping' });
    expect(await directory.versionOf(admins)).toBe(1);
    expect(await directory.events()).toContainEqual({
      kind: 'group.change_refused',
      alert: true,
      target_id: admins,
      detail: { reason: 'last_account_admin', change: 'leave_at_sign_in', userId: ana },
    });
  });

  it('is kept in one group, not in each that makes them one', async () => {
    const { directory, ana, admins } = await givenAdministrators();
    const more = await directory.unmanagedGroup('More admins', { members: [ana], grants: ['account_admin'] });
    await directory.mapped(more, 'idp-more');
    await directory.signIn(ana, []);
    expect(await directory.membershipsOf(ana)).toEqual({ [admins]: 'manual' });
  });

  it('leaves when another group makes them one, or starts to with the same sign-in', async () => {
    const { directory, ana } = await givenAdministrators();
    const more = await directory.unmanagedGroup('More admins', { grants: ['account_admin'] });
    await directory.mapped(more, 'idp-more');
    await directory.signIn(ana, ['idp-more']);
    expect(await directory.membershipsOf(ana)).toEqual({ [more]: 'sso_mapping' });
    const unmapped = await directory.unmanagedGroup('Owners', { members: [ana], grants: ['account_admin'] });
    await directory.signIn(ana, []);
    expect(await directory.membershipsOf(ana)).toEqual({ [unmapped]: 'manual' });
  });

  it('is one of whom no other is active: an invited administrator does not count', async () => {
    const { directory, ana, admins } = await givenAdministrators();
    await directory.join(admins, [await directory.user({ ...UNMANAGED, state: 'invited' })]);
    await directory.signIn(ana, []);
    expect(await directory.membershipsOf(ana)).toEqual({ [admins]: 'manual' });
  });

  it('is not two people: of two who sign in at once one stays', async () => {
    for (let round = 0; round < 10; round += 1) {
      const { directory, ana, admins } = await givenAdministrators();
      const ben = await directory.user(UNMANAGED);
      await directory.join(admins, [ben]);
      await Promise.all([directory.signIn(ana, []), directory.signIn(ben, [])]);
      expect(await directory.members(admins)).toHaveLength(1);
    }
  });
});
