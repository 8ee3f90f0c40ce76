import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { PERMISSION_SETS } from '../admins/permission-sets.ts';
import { inTransaction } from '../database/transaction.ts';
import { newId } from '../ids.ts';
import { type TestDatabase, testDatabase } from '../testing/database.ts';
import { administrator } from './by-hand-testing.ts';
import { createDefaultGroups } from './default-groups.ts';
import { type Directory, givenDirectory } from './group-testing.ts';

let database: TestDatabase;

beforeAll(async () => {
  database = await testDatabase();
});

afterAll(() => database[Symbol.asyncDispose]());

async function givenDefaultGroups(): Promise<Directory & { owner: string; member: string }> {
  const directory = await givenDirectory(database.db);
  await inTransaction(database.db, (trx) => createDefaultGroups(trx, directory.accountId, new Date()));
  const groups = await database.db
    .selectFrom('groups')
    .select(['id', 'default_group'])
    .where('account_id', '=', directory.accountId)
    .execute();
  const idOf = (kind: string) => groups.find((group) => group.default_group === kind)?.id ?? '';
  return { ...directory, owner: idOf('owner'), member: idOf('member') };
}

describe('a group made by hand', () => {
  it('is unmanaged, carries nothing, and is counted and recorded with its members', async () => {
    const directory = await givenDirectory(database.db);
    const [ana = '', ben = ''] = await directory.users(2);
    const group = await administrator(directory).create('  Team ', ben, ana, ana);
    expect(group).toMatchObject({
      displayName: 'Team',
      externalId: null,
      scimManaged: false,
      defaultGroup: null,
      assignByDefault: false,
      version: 1,
    });
    expect(await directory.group(group.id)).toEqual(group);
    expect(await directory.origins(group.id)).toEqual(['manual', 'manual']);
    expect(await directory.totals()).toEqual({ counted: 1, stored: 1 });
    expect(await directory.events()).toEqual([
      {
        kind: 'group.created',
        alert: false,
        target_id: group.id,
        detail: { displayName: 'Team', externalId: null },
      },
      {
        kind: 'group.members_changed',
        alert: false,
        target_id: group.id,
        detail: { added: [ben, ana], removed: [], origin: 'manual' },
      },
    ]);
  });

  it('may be made while SCIM is on and manual updates are off: it is how a group is prepared for being linked', async () => {
    const directory = await givenDirectory(database.db);
    const { id } = await administrator(directory).create('Admins');
    expect(await directory.post({ displayName: 'admins' })).toMatchObject({ id, scimManaged: true });
  });

  it.each(['', ' ', 'a'.repeat(257), 'a\nb', '\u0000', '\ud800'])(
    'cannot be called %j, nor renamed to it',
    async (displayName) => {
      const directory = await givenDirectory(database.db);
      const admin = administrator(directory);
      const expected = { code: 'invalid_input', path: 'displayName' };
      await expect(admin.create(displayName)).rejects.toMatchObject(expected);
      const id = await directory.unmanagedGroup('Team');
      await expect(admin.update(id, { displayName })).rejects.toMatchObject(expected);
    },
  );

  it('cannot have the name of another one, managed, unmanaged or default, in any letter case', async () => {
    const directory = await givenDefaultGroups();
    await directory.post({ displayName: 'Managed' });
    await directory.unmanagedGroup('Straße');
    const id = await directory.unmanagedGroup('Team');
    const admin = administrator(directory);
    for (const name of ['MANAGED', 'STRAßE', 'everyone']) {
      await expect(admin.create(name)).rejects.toMatchObject({ reason: 'display_name_taken' });
      await expect(admin.update(id, { displayName: name })).rejects.toMatchObject({
        reason: 'display_name_taken',
      });
    }
    expect(await directory.totals()).toEqual({ counted: 3, stored: 3 });
  });
});

describe('a repeated request', () => {
  it('with the same idempotency key makes one group, and is refused with another input', async () => {
    const directory = await givenDirectory(database.db);
    const admin = administrator(directory);
    const request = { displayName: 'Team', idempotencyKey: 'k' };
    const [first, second] = await Promise.all([admin.createFrom(request), admin.createFrom(request)]);
    expect(first.id).toBe(second.id);
    await expect(admin.createFrom({ ...request, displayName: 'Crew' })).rejects.toMatchObject({
      reason: 'idempotency_key_reused',
    });
    await admin.delete(first.id);
    await expect(admin.createFrom(request)).rejects.toMatchObject({ code: 'not_found' });
  });
});

describe('an update by hand', () => {
  it('renames: members, grants and mappings stay', async () => {
    const directory = await givenDirectory(database.db);
    const ana = await directory.user();
    const id = await directory.unmanagedGroup('Team', { members: [ana], grants: ['member'] });
    await directory.mapped(id, 'a');
    const admin = administrator(directory);
    const renamed = await admin.update(id, { displayName: 'TEAM' });
    expect(renamed).toMatchObject({ displayName: 'TEAM', version: 2, scimManaged: false });
    expect(await directory.group(id)).toEqual(renamed);
    expect(await directory.members(id)).toEqual([ana]);
    expect(await directory.events()).toEqual([
      {
        kind: 'group.changed',
        alert: false,
        target_id: id,
        detail: { displayName: { from: 'Team', to: 'TEAM' } },
      },
    ]);
  });

  it('turns assignByDefault on and off, for default groups, too', async () => {
    const directory = await givenDefaultGroups();
    const admin = administrator(directory);
    expect(await admin.update(directory.member, { assignByDefault: false })).toMatchObject({
      assignByDefault: false,
    });
    const id = await directory.unmanagedGroup('Welcome');
    await admin.update(id, { assignByDefault: true });
    const ana = await directory.user({ scim_managed: false });
    await directory.signIn(ana, []);
    const joined = await directory.membershipsOf(ana);
    expect(joined[id]).toBe('default');
    expect(joined[directory.member]).toBeUndefined();
    expect(await directory.events()).toContainEqual({
      kind: 'group.changed',
      alert: false,
      target_id: id,
      detail: { assignByDefault: { from: false, to: true } },
    });
  });

  it('that changes nothing writes nothing', async () => {
    const directory = await givenDirectory(database.db);
    const id = await directory.unmanagedGroup('Team');
    const admin = administrator(directory);
    await admin.update(id, {});
    expect(await admin.update(id, { displayName: ' Team', assignByDefault: false })).toMatchObject({
      version: 1,
    });
    expect(await directory.events()).toEqual([]);
  });

  it('that asks for another version is refused', async () => {
    const directory = await givenDirectory(database.db);
    const id = await directory.unmanagedGroup('Team');
    const admin = administrator(directory);
    const asking = { oneOf: [2] };
    const attempts = [
      () => admin.update(id, { displayName: 'Crew' }, asking),
      () => admin.delete(id, asking),
      () => admin.grant(id, 'member', asking),
      () => admin.map(id, ['a'], { expectedVersion: 2 }),
    ];
    for (const attempt of attempts)
      await expect(attempt()).rejects.toMatchObject({ code: 'version_mismatch' });
    await admin.update(id, { displayName: 'Crew' }, { oneOf: [1] });
  });

  it('does not rename a default group', async () => {
    const directory = await givenDefaultGroups();
    await expect(
      administrator(directory).update(directory.owner, { displayName: 'Chiefs' }),
    ).rejects.toMatchObject({ reason: 'default_group', facts: { defaultGroup: 'owner' } });
  });

  it("does not rename a SCIM-managed group while manual updates are off; assignByDefault is the account's own", async () => {
    const directory = await givenDirectory(database.db);
    const { id } = await directory.post({ displayName: 'Team' });
    const admin = administrator(directory);
    await expect(admin.update(id, { displayName: 'Crew', assignByDefault: true })).rejects.toMatchObject({
      reason: 'manual_updates_locked',
      facts: { action: 'group_rename' },
    });
    expect(await admin.update(id, { assignByDefault: true })).toMatchObject({ assignByDefault: true });
    expect(await directory.group(id)).toMatchObject({ displayName: 'Team', scimManaged: true });
  });
});

describe('a deletion by hand', () => {
  it('takes memberships, permission sets and mappings with it, and names who was in it', async () => {
    const directory = await givenDirectory(database.db);
    const ana = await directory.user();
    const id = await directory.unmanagedGroup('Team', { members: [ana], grants: ['member'] });
    await directory.mapped(id, 'a');
    await administrator(directory).delete(id);
    expect(await directory.group(id)).toBeUndefined();
    expect(await directory.membershipsOf(ana)).toEqual({});
    expect(await directory.totals()).toEqual({ counted: 0, stored: 0 });
    expect(await directory.events()).toEqual([
      {
        kind: 'group.members_changed',
        alert: false,
        target_id: id,
        detail: { added: [], removed: [ana] },
      },
      {
        kind: 'group.deleted',
        alert: false,
        target_id: id,
        detail: {
          displayName: 'Team',
          externalId: null,
          scimManaged: false,
          defaultGroup: null,
          assignByDefault: false,
          attributes: {},
          permissionSets: ['member'],
          idpGroups: ['a'],
          createdAt: '2026-01-01T00:00:00+00:00',
        },
      },
    ]);
    await administrator(directory).create('Team');
  });

  it('is refused for a default group, for a managed one while locked, and for what makes the last account_admin', async () => {
    const directory = await givenDefaultGroups();
    const { id: managed } = await directory.post({ displayName: 'Managed' });
    const ana = await directory.user();
    const admins = await directory.unmanagedGroup('Admins', { members: [ana], grants: ['account_admin'] });
    const admin = administrator(directory);
    await expect(admin.delete(directory.member)).rejects.toMatchObject({ reason: 'default_group' });
    await expect(admin.delete(managed)).rejects.toMatchObject({ reason: 'manual_updates_locked' });
    await expect(admin.delete(admins)).rejects.toMatchObject({
      reason: 'last_account_admin',
      alert: { kind: 'group.change_refused', target: { kind: 'group', id: admins } },
    });
  });

  it('is not found for a group of another account', async () => {
    const other = await givenDirectory(database.db);
    const foreign = await other.unmanagedGroup('Team');
    const admin = administrator(await givenDirectory(database.db));
    const attempts = [
      () => admin.delete(foreign),
      () => admin.update(foreign, { displayName: 'Crew' }),
      () => admin.grant(foreign, 'member'),
      () => admin.revoke(foreign, 'member'),
      () => admin.map(foreign, ['a']),
      () => admin.preview(foreign, ['a']),
      () => admin.delete(newId()),
      () => admin.delete('nonsense'),
    ];
    for (const attempt of attempts) await expect(attempt()).rejects.toMatchObject({ code: 'not_found' });
    expect(await other.versionOf(foreign)).toBe(1);
  });
});

describe('the right to change groups', () => {
  const may = { account_admin: true, security_admin: true };

  it.each(PERMISSION_SETS)('%s', async (set) => {
    const directory = await givenDirectory(database.db);
    const ana = await directory.user();
    const admin = administrator(directory, [set]);
    const [renamed = '', left = '', granted = '', revoked = '', mapped = '', deleted = ''] =
      await Promise.all(
        Array.from({ length: 6 }, (_, index) =>
          directory.unmanagedGroup(`Group ${index}`, { members: [ana], grants: ['member'] }),
        ),
      );
    const empty = await directory.unmanagedGroup('Empty');
    const attempts = await Promise.allSettled([
      admin.create('Team'),
      admin.update(renamed, { displayName: 'Crew', assignByDefault: true }),
      admin.add(empty, ana),
      admin.remove(left, ana),
      admin.grant(granted, 'account_viewer'),
      admin.revoke(revoked, 'member'),
      admin.map(mapped, ['a']),
      admin.delete(deleted),
    ]);
    const allowed = set in may;
    const expected = allowed
      ? { status: 'fulfilled' }
      : { status: 'rejected', reason: { code: 'forbidden' } };
    expect(attempts).toMatchObject(attempts.map(() => expected));
  });

  it('is not enough for a group whose permission sets go beyond those of the caller', async () => {
    const directory = await givenDirectory(database.db);
    const [ana = '', ben = ''] = await directory.users(2);
    const admins = await directory.unmanagedGroup('Admins', { members: [ana], grants: ['account_admin'] });
    const security = administrator(directory, ['security_admin']);
    const attempts = [
      () => security.add(admins, ben),
      () => security.remove(admins, ana),
      // An identity provider that pushes a group of the new name would make its members administrators.
      () => security.update(admins, { displayName: 'All staff' }),
      () => security.update(admins, { assignByDefault: true }),
      () => security.map(admins, ['all-staff']),
      () => security.map(admins, []),
      () => security.revoke(admins, 'account_admin'),
      () => security.delete(admins),
    ];
    for (const attempt of attempts) await expect(attempt()).rejects.toMatchObject({ code: 'forbidden' });
    expect(await directory.versionOf(admins)).toBe(1);
    await administrator(directory).map(admins, ['admins']);
  });
});
