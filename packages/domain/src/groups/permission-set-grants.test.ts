import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { permissionSetsOfUser } from '../admins/permissions-of-users.ts';
import { type TestDatabase, testDatabase } from '../testing/database.ts';
import { administrator } from './by-hand-testing.ts';
import { givenDirectory } from './group-testing.ts';

let database: TestDatabase;

beforeAll(async () => {
  database = await testDatabase();
});

afterAll(() => database[Symbol.asyncDispose]());

describe('a permission set granted to a group', () => {
  it('is what its members may do from then on; again writes nothing', async () => {
    const directory = await givenDirectory(database.db);
    const ana = await directory.user();
    const id = await directory.unmanagedGroup('Finance', { members: [ana] });
    const admin = administrator(directory);
    expect(await admin.grant(id, 'billing_admin')).toMatchObject({ version: 2 });
    expect(await admin.grant(id, 'billing_admin')).toMatchObject({ version: 2 });
    expect(await permissionSetsOfUser(database.db, directory.accountId, ana)).toEqual(['billing_admin']);
    expect(await directory.events()).toEqual([
      {
        kind: 'group.permission_set_granted',
        alert: false,
        target_id: id,
        detail: { permissionSet: 'billing_admin' },
      },
    ]);
  });

  it('raises an alert when it is account_admin, which makes the members administrators', async () => {
    const directory = await givenDirectory(database.db);
    const id = await directory.unmanagedGroup('Chiefs');
    await administrator(directory).grant(id, 'account_admin');
    expect(await directory.events()).toMatchObject([{ kind: 'group.permission_set_granted', alert: true }]);
  });

  it('may be granted to and revoked from a SCIM-managed group while manual updates are off', async () => {
    const directory = await givenDirectory(database.db);
    const { id } = await directory.post({ displayName: 'Team' });
    const admin = administrator(directory);
    await admin.grant(id, 'account_viewer');
    expect(await admin.revoke(id, 'account_viewer')).toMatchObject({ version: 3, scimManaged: true });
    expect(await admin.revoke(id, 'account_viewer')).toMatchObject({ version: 3 });
  });

  it.each(['account_admin', 'billing_admin'] as const)(
    'is not %s when a security_admin grants it, who lacks rights of it',
    async (permissionSet) => {
      const directory = await givenDirectory(database.db);
      const id = await directory.unmanagedGroup('Team');
      const security = administrator(directory, ['security_admin']);
      await expect(security.grant(id, permissionSet)).rejects.toMatchObject({ code: 'forbidden' });
      await security.grant(id, 'security_admin');
      await security.grant(id, 'account_viewer');
      await security.grant(id, 'member');
    },
  );
});

describe('revoking account_admin', () => {
  it('from the group that makes the last active one is refused, with an alert', async () => {
    const directory = await givenDirectory(database.db);
    const ana = await directory.user();
    const admins = await directory.unmanagedGroup('Admins', { members: [ana], grants: ['account_admin'] });
    const admin = administrator(directory);
    await expect(admin.revoke(admins, 'account_admin')).rejects.toMatchObject({
      reason: 'last_account_admin',
      message:
        'Taking account_admin from the group "Admins" would leave the account without an active account administrator. ' +
        'Make somebody else an account administrator in Rollcall first.',
      alert: {
        kind: 'group.change_refused',
        alert: true,
        target: { kind: 'group', id: admins },
        detail: { reason: 'last_account_admin', change: 'revoke_permission_set' },
      },
    });
    const others = await directory.unmanagedGroup('Others', { members: [ana] });
    await admin.grant(others, 'account_admin');
    await admin.revoke(admins, 'account_admin');
    await expect(admin.revoke(others, 'account_admin')).rejects.toMatchObject({
      reason: 'last_account_admin',
    });
  });

  it('from a group in which nobody is active is allowed', async () => {
    const directory = await givenDirectory(database.db);
    const invited = await directory.user({ state: 'invited' });
    const id = await directory.unmanagedGroup('Admins', { members: [invited], grants: ['account_admin'] });
    expect(await administrator(directory).revoke(id, 'account_admin')).toMatchObject({ version: 2 });
  });
});
