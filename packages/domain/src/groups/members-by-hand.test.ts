import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { newId } from '../ids.ts';
import { type TestDatabase, testDatabase } from '../testing/database.ts';
import { administrator } from './by-hand-testing.ts';
import { givenDirectory } from './group-testing.ts';

let database: TestDatabase;

beforeAll(async () => {
  database = await testDatabase();
});

afterAll(() => database[Symbol.asyncDispose]());

const FORBIDDEN = { code: 'forbidden' };

describe('adding members by hand', () => {
  it('is a version and one event with their ids and the origin manual; who is a member keeps their origin', async () => {
    const directory = await givenDirectory(database.db, { scim: { allow_manual_updates: true } });
    const [ana = '', ben = '', cho = ''] = await directory.users(3);
    const { id } = await directory.post({ displayName: 'Team', memberIds: [ana] });
    const admin = administrator(directory);
    expect(await admin.add(id, cho, ana, ben, ben)).toMatchObject({ id, version: 2 });
    expect(await directory.origins(id)).toEqual(['scim', 'manual', 'manual']);
    expect((await directory.events()).at(-1)).toEqual({
      kind: 'group.members_changed',
      alert: false,
      target_id: id,
      detail: { added: [ben, cho], removed: [], origin: 'manual' },
    });
  });

  it('who are members already writes nothing', async () => {
    const directory = await givenDirectory(database.db);
    const ana = await directory.user();
    const id = await directory.unmanagedGroup('Team', { members: [ana] });
    expect(await administrator(directory).add(id, ana)).toMatchObject({ version: 1 });
    expect(await directory.events()).toEqual([]);
  });

  it('takes in whoever is invited or deactivated, and a local administrator whom SCIM does not see', async () => {
    const directory = await givenDirectory(database.db);
    const id = await directory.unmanagedGroup('Team');
    const people = [
      await directory.user({ state: 'invited' }),
      await directory.user({ state: 'deactivated' }),
      await directory.user({ local_administrator: true }),
    ];
    await administrator(directory).add(id, ...people);
    expect(await directory.members(id)).toEqual(people.toSorted());
  });

  it('refuses the deleted, by name, and writes nothing for the others', async () => {
    const directory = await givenDirectory(database.db);
    const ana = await directory.user();
    const [gone = ''] = await directory.users(1, { state: 'deleted', deleted_by: 'scim' }, 'gone');
    const id = await directory.unmanagedGroup('Team');
    await expect(administrator(directory).add(id, ana, gone)).rejects.toMatchObject({
      code: 'invalid_input',
      path: 'userIds',
      message:
        'Deleted people cannot join a group, and these are: "gone-1@acme.example". Restore them first.',
    });
    expect(await directory.members(id)).toEqual([]);
  });

  it.each([
    { unlicensed_members: 'reject', enabled: true, refused: true },
    { unlicensed_members: 'reject', enabled: false, refused: false },
    { unlicensed_members: 'hold', enabled: true, refused: false },
  ] as const)(
    'of somebody invited with unlicensedMembers $unlicensed_members, SCIM enabled $enabled: refused $refused',
    async ({ refused, ...scim }) => {
      const directory = await givenDirectory(database.db, { scim });
      const invited = await directory.user({ state: 'invited' });
      const id = await directory.unmanagedGroup('Team');
      const attempts = await Promise.allSettled([
        administrator(directory).add(id, invited),
        administrator(directory).create('Other', invited),
      ]);
      const expected = refused
        ? { status: 'rejected', reason: { code: 'invalid_input', path: 'userIds' } }
        : { status: 'fulfilled' };
      expect(attempts).toMatchObject([expected, expected]);
    },
  );

  it('is not found for a group or a person of another account, nor for an id that nobody has', async () => {
    const other = await givenDirectory(database.db);
    const stranger = await other.user();
    const foreign = await other.unmanagedGroup('Team');
    const directory = await givenDirectory(database.db);
    const ana = await directory.user();
    const id = await directory.unmanagedGroup('Team');
    const admin = administrator(directory);
    const attempts = [
      () => admin.add(foreign, ana),
      () => admin.add(newId(), ana),
      () => admin.add('nonsense', ana),
      () => admin.add(id, ana, stranger),
      () => admin.add(id, 'nonsense'),
      () => admin.remove(foreign, ana),
      () => admin.remove(id, stranger),
    ];
    for (const attempt of attempts) await expect(attempt()).rejects.toMatchObject({ code: 'not_found' });
    expect(await directory.members(id)).toEqual([]);
    expect(await other.members(foreign)).toEqual([]);
  });

  it('takes 1 to 1,000 people at a time', async () => {
    const directory = await givenDirectory(database.db);
    const users = await directory.users(1_001);
    const id = await directory.unmanagedGroup('Team');
    const admin = administrator(directory);
    for (const ids of [[], users]) {
      await expect(admin.add(id, ...ids)).rejects.toMatchObject({ code: 'invalid_input', path: 'userIds' });
      await expect(admin.remove(id, ...ids)).rejects.toMatchObject({ code: 'invalid_input' });
    }
    await admin.add(id, ...users.slice(1));
    expect(await directory.members(id)).toHaveLength(1_000);
  });
});

describe('removing members by hand', () => {
  it('is a version and one event with their ids, whatever brought them in; who is no member stays unmentioned', async () => {
    const directory = await givenDirectory(database.db, { scim: { allow_manual_updates: true } });
    const [ana = '', ben = '', cho = ''] = await directory.users(3);
    const { id } = await directory.post({ displayName: 'Team', memberIds: [ana] });
    const admin = administrator(directory);
    await admin.add(id, ben);
    expect(await admin.remove(id, ana, cho)).toMatchObject({ version: 3 });
    expect(await directory.members(id)).toEqual([ben]);
    expect((await directory.events()).at(-1)).toMatchObject({
      kind: 'group.members_changed',
      detail: { added: [], removed: [ana] },
    });
  });

  it('who are no members writes nothing', async () => {
    const directory = await givenDirectory(database.db);
    const ana = await directory.user();
    const id = await directory.unmanagedGroup('Team');
    expect(await administrator(directory).remove(id, ana)).toMatchObject({ version: 1 });
    expect(await directory.events()).toEqual([]);
  });

  it('that would take away the last active account_admin is refused, with an alert', async () => {
    const directory = await givenDirectory(database.db);
    const ana = await directory.user();
    const invited = await directory.user({ state: 'invited' });
    const id = await directory.unmanagedGroup('Admins', {
      members: [ana, invited],
      grants: ['account_admin'],
    });
    await expect(administrator(directory).remove(id, ana)).rejects.toMatchObject({
      code: 'refused',
      reason: 'last_account_admin',
      alert: { kind: 'group.change_refused', alert: true, target: { kind: 'group', id } },
    });
    expect(await directory.members(id)).toEqual([ana, invited].toSorted());
    await administrator(directory).remove(id, invited);
  });
});

describe('members of a SCIM-managed group', () => {
  it.each([
    { enabled: true, allow_manual_updates: false, locked: true },
    { enabled: true, allow_manual_updates: true, locked: false },
    { enabled: false, allow_manual_updates: false, locked: false },
  ])(
    'with SCIM enabled $enabled and allowManualUpdates $allow_manual_updates: locked $locked',
    async ({ locked, ...scim }) => {
      const directory = await givenDirectory(database.db, { scim });
      const [ana = '', ben = ''] = await directory.users(2);
      const id = await directory.unmanagedGroup('Team', { scim_managed: true, members: [ana] });
      const admin = administrator(directory);
      const attempts = await Promise.allSettled([admin.add(id, ben), admin.remove(id, ana)]);
      const refusal = {
        reason: 'manual_updates_locked',
        facts: { action: 'group_members_change', setting: 'allowManualUpdates' },
      };
      const expected = locked ? { status: 'rejected', reason: refusal } : { status: 'fulfilled' };
      expect(attempts).toMatchObject([expected, expected]);
      expect(await directory.members(id)).toEqual(locked ? [ana] : [ben]);
    },
  );

  it('are locked, those of an unmanaged group are not, managed people included', async () => {
    const directory = await givenDirectory(database.db);
    const managed = await directory.user();
    const id = await directory.unmanagedGroup('Team');
    await administrator(directory).add(id, managed);
    await administrator(directory).remove(id, managed);
    expect(await directory.versionOf(id)).toBe(3);
  });
});

describe('nobody gives a right that they lack', () => {
  it.each([
    { sets: ['security_admin'], grants: ['account_admin'], may: false },
    { sets: ['security_admin'], grants: ['member', 'billing_admin'], may: false },
    { sets: ['security_admin'], grants: ['security_admin', 'account_viewer', 'member'], may: true },
    { sets: ['security_admin', 'billing_admin'], grants: ['billing_admin'], may: true },
    { sets: ['account_admin'], grants: ['account_admin', 'billing_admin'], may: true },
    { sets: ['security_admin'], grants: [], may: true },
  ] as const)(
    '$sets may add to and remove from a group with $grants: $may',
    async ({ sets, grants, may }) => {
      const directory = await givenDirectory(database.db);
      const [ana = '', ben = '', cho = ''] = await directory.users(3);
      const id = await directory.unmanagedGroup('Powerful', { members: [ana, cho], grants });
      const admin = administrator(directory, sets);
      const attempts = await Promise.allSettled([admin.add(id, ben), admin.remove(id, ana)]);
      const expected = may ? { status: 'fulfilled' } : { status: 'rejected', reason: FORBIDDEN };
      expect(attempts).toMatchObject([expected, expected]);
      expect(await directory.members(id)).toEqual((may ? [ben, cho] : [ana, cho]).toSorted());
    },
  );
});

describe('nobody can edit their own group memberships', () => {
  it('neither add nor remove themselves, nor make a group with themselves in it', async () => {
    const directory = await givenDirectory(database.db);
    const [ana = '', ben = ''] = await directory.users(2);
    const admins = await directory.unmanagedGroup('Admins', {
      members: [ana, ben],
      grants: ['account_admin'],
    });
    const id = await directory.unmanagedGroup('Team');
    const self = administrator(directory, ['account_admin'], ana);
    const attempts = [
      () => self.add(id, ana),
      () => self.add(id, ben, ana),
      () => self.remove(admins, ana),
      () => self.create('Mine', ben, ana),
    ];
    for (const attempt of attempts) {
      await expect(attempt()).rejects.toMatchObject({
        code: 'forbidden',
        message: 'Nobody can edit their own group memberships. Ask another administrator.',
      });
    }
    await self.add(id, ben);
    expect(await directory.membershipsOf(ana)).toEqual({ [admins]: 'manual' });
    expect(await directory.members(id)).toEqual([ben]);
  });
});
