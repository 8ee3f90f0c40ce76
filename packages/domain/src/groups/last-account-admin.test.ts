import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { lockAdministrators } from '../database/locks.ts';
import { inTransaction } from '../database/transaction.ts';
import { type TestDatabase, testDatabase } from '../testing/database.ts';
import { type Directory, doneOrWaiting, givenDirectory } from './group-testing.ts';
import type { GroupChange } from './group.ts';
import { lockGroup } from './groups.repository.ts';
import { deleteMembers } from './members.repository.ts';

let database: TestDatabase;

beforeAll(async () => {
  database = await testDatabase();
});

afterAll(() => database[Symbol.asyncDispose]());

const remove = (...memberIds: string[]): GroupChange => ({ kind: 'removeMembers', memberIds });
const replace = (...memberIds: string[]): GroupChange => ({ kind: 'replaceMembers', memberIds });

function admins(directory: Directory, name: string, members: readonly string[]): Promise<string> {
  return directory.unmanagedGroup(name, { members, grants: ['account_admin'], scim_managed: true });
}

describe("the account's last active account_admin", () => {
  it.each([
    {
      title: 'a removal',
      write: (directory: Directory, id: string, ana: string) => directory.change(id, remove(ana)),
    },
    { title: 'a replacement', write: (directory: Directory, id: string) => directory.change(id, replace()) },
    { title: 'a deletion of the group', write: (directory: Directory, id: string) => directory.delete(id) },
  ])(
    'is not taken away by $title: it is refused with the reason and an alert, and nothing is written',
    async ({ write }) => {
      const directory = await givenDirectory(database.db);
      const [ana = '', ben = ''] = await directory.users(2);
      const invited = await directory.user({ state: 'invited' });
      const id = await admins(directory, 'Admins', [ana, invited]);
      await directory.unmanagedGroup('Billing', { members: [ben], grants: ['billing_admin'] });
      const refused = write(directory, id, ana);
      await expect(refused).rejects.toMatchObject({
        reason: 'last_account_admin',
        alert: { kind: 'group.change_refused', alert: true, target: { kind: 'group', id } },
      });
      await expect(refused).rejects.toThrow('without an active account administrator');
      expect(await directory.members(id)).toEqual([ana, invited].toSorted());
      expect(await directory.events()).toEqual([]);
    },
  );

  it('may leave one group while another makes them administrator', async () => {
    const directory = await givenDirectory(database.db);
    const ana = await directory.user();
    const first = await admins(directory, 'Admins', [ana]);
    await admins(directory, 'More admins', [ana]);
    await directory.change(first, remove(ana));
    expect(await directory.members(first)).toEqual([]);
  });

  it('may be replaced by another one in one request', async () => {
    const directory = await givenDirectory(database.db);
    const [ana = '', ben = '', cho = ''] = await directory.users(3);
    const id = await admins(directory, 'Admins', [ana, ben]);
    await directory.change(id, replace(ben));
    await expect(directory.change(id, replace(cho))).resolves.toMatchObject({ id });
  });

  it('is of one account: an administrator of another does not count', async () => {
    const other = await givenDirectory(database.db);
    await admins(other, 'Admins', [await other.user()]);
    const directory = await givenDirectory(database.db);
    const ana = await directory.user();
    const id = await admins(directory, 'Admins', [ana]);
    await expect(directory.change(id, remove(ana))).rejects.toMatchObject({ reason: 'last_account_admin' });
  });

  it.each(['invited', 'deactivated'] as const)(
    'cannot be somebody who is %s: such a member is no administrator, neither to lose nor to remain',
    async (state) => {
      const directory = await givenDirectory(database.db);
      const resting = await directory.user({ state });
      const id = await admins(directory, 'Admins', [resting]);
      await directory.change(id, remove(resting));
      expect(await directory.members(id)).toEqual([]);
    },
  );

  it('stays when the two last ones are removed at once: exactly one removal is refused', async () => {
    for (let round = 0; round < 10; round += 1) {
      const directory = await givenDirectory(database.db);
      const [ana = '', ben = ''] = await directory.users(2);
      const first = await admins(directory, 'Admins', [ana]);
      const second = await admins(directory, 'More admins', [ben]);
      const results = await Promise.allSettled([
        directory.change(first, remove(ana)),
        round % 2 === 0 ? directory.change(second, remove(ben)) : directory.delete(second),
      ]);
      expect(results.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
      expect(results.find(({ status }) => status === 'rejected')).toMatchObject({
        reason: { reason: 'last_account_admin' },
      });
      expect([...(await directory.members(first)), ...(await directory.members(second))]).toHaveLength(1);
    }
  });

  it('stays when the two last ones of one group are removed at once', async () => {
    const directory = await givenDirectory(database.db);
    const [ana = '', ben = ''] = await directory.users(2);
    const id = await admins(directory, 'Admins', [ana, ben]);
    const results = await Promise.allSettled([
      directory.change(id, remove(ana)),
      directory.change(id, remove(ben)),
    ]);
    expect(results.map(({ status }) => status).toSorted()).toEqual(['fulfilled', 'rejected']);
    expect(await directory.members(id)).toHaveLength(1);
  });

  it('stays when the group comes to carry account_admin while its change waits', async () => {
    const directory = await givenDirectory(database.db);
    const [ana = '', ben = ''] = await directory.users(2);
    const id = await directory.unmanagedGroup('Team', { members: [ana], scim_managed: true });
    const others = await admins(directory, 'Admins', [ben]);
    let removal: Promise<unknown> = Promise.resolve();
    await inTransaction(database.db, async (trx) => {
      await lockAdministrators(trx, directory.accountId);
      await lockGroup(trx, directory.accountId, id);
      await trx
        .insertInto('group_permission_sets')
        .values({ account_id: directory.accountId, group_id: id, permission_set: 'account_admin' })
        .execute();
      deleteMembers(trx, directory.accountId, others, [ben]);
      removal = directory.change(id, remove(ana));
      await doneOrWaiting(database.db, removal);
    });
    await expect(removal).rejects.toMatchObject({ reason: 'last_account_admin' });
    expect(await directory.members(id)).toEqual([ana]);
  });
});
