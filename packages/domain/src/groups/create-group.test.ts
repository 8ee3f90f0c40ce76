import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type TestDatabase, testDatabase } from '../testing/database.ts';
import { givenDirectory } from './group-testing.ts';

let database: TestDatabase;

beforeAll(async () => {
  database = await testDatabase();
});

afterAll(() => database[Symbol.asyncDispose]());

describe('POST of a group', () => {
  it('creates it with its members, counted and recorded', async () => {
    const directory = await givenDirectory(database.db);
    const [ana = '', ben = ''] = await directory.users(2);
    const group = await directory.post({
      displayName: 'Data Team',
      externalId: 'x-1',
      memberIds: [ben, ana, ana],
    });
    expect(await directory.group(group.id)).toEqual(group);
    expect(group).toMatchObject({
      displayName: 'Data Team',
      externalId: 'x-1',
      scimManaged: true,
      version: 1,
    });
    expect(await directory.members(group.id)).toEqual([ana, ben]);
    expect(await directory.origins(group.id)).toEqual(['scim', 'scim']);
    expect(await directory.totals()).toEqual({ counted: 1, stored: 1 });
    expect(await directory.events()).toEqual([
      {
        kind: 'group.created',
        alert: false,
        target_id: group.id,
        detail: { displayName: 'Data Team', externalId: 'x-1' },
      },
      {
        kind: 'group.members_changed',
        alert: false,
        target_id: group.id,
        detail: { added: [ben, ana], removed: [] },
      },
    ]);
  });

  it('of a name that a managed group has, ignoring case, is a conflict', async () => {
    const directory = await givenDirectory(database.db);
    await directory.post({ displayName: 'Ärzte' });
    await expect(directory.post({ displayName: 'ÄRZTE' })).rejects.toMatchObject({
      reason: 'display_name_taken',
    });
    expect(await directory.totals()).toEqual({ counted: 1, stored: 1 });
  });

  it('of a name that a group of another account has creates it', async () => {
    const other = await givenDirectory(database.db);
    await other.post({ displayName: 'Data Team' });
    const directory = await givenDirectory(database.db);
    await expect(directory.post({ displayName: 'Data Team' })).resolves.toMatchObject({ version: 1 });
  });

  it.each(['Owner', 'member', 'EVERYONE'])(
    'of the default group name %s is a conflict that says why',
    async (name) => {
      const directory = await givenDirectory(database.db);
      await directory.unmanagedGroup('Owner', { default_group: 'owner' });
      await directory.unmanagedGroup('Member', { default_group: 'member' });
      await directory.unmanagedGroup('Everyone', { default_group: 'everyone' });
      const post = directory.post({ displayName: name });
      await expect(post).rejects.toMatchObject({ reason: 'reserved_group_name' });
      await expect(post).rejects.toThrow("one of the account's own default groups");
    },
  );

  it('of a default group name is accepted once that default group is gone', async () => {
    const directory = await givenDirectory(database.db);
    await expect(directory.post({ displayName: 'Member' })).resolves.toMatchObject({ displayName: 'Member' });
  });

  it.each(['', '   '])('without a name ("%s") is refused', async (displayName) => {
    const directory = await givenDirectory(database.db);
    await expect(directory.post({ displayName })).rejects.toMatchObject({
      code: 'invalid_input',
      path: 'displayName',
    });
  });

  it('is refused while SCIM is off', async () => {
    const directory = await givenDirectory(database.db, { scim: { enabled: false } });
    await expect(directory.post({ displayName: 'Data Team' })).rejects.toMatchObject({
      reason: 'scim_disabled',
    });
  });

  it('with a member whom nobody knows leaves nothing behind', async () => {
    const directory = await givenDirectory(database.db);
    const post = directory.post({
      displayName: 'Data Team',
      memberIds: ['0195c000-0000-7000-8000-000000000000'],
    });
    await expect(post).rejects.toMatchObject({ code: 'invalid_input', path: 'members' });
    expect(await directory.totals()).toEqual({ counted: 0, stored: 0 });
    expect(await directory.events()).toEqual([]);
  });

  it('twice at once creates one group and is one conflict', async () => {
    const directory = await givenDirectory(database.db);
    const results = await Promise.allSettled([
      directory.post({ displayName: 'Data Team' }),
      directory.post({ displayName: 'data team' }),
    ]);
    expect(results.map(({ status }) => status).toSorted()).toEqual(['fulfilled', 'rejected']);
    expect(results.find(({ status }) => status === 'rejected')).toMatchObject({
      reason: { reason: 'display_name_taken' },
    });
    expect(await directory.totals()).toEqual({ counted: 1, stored: 1 });
  });
});

describe('POST of the name of an unmanaged group', () => {
  it('links it: the id and all members stay, the named ones join, it is SCIM-managed from then on', async () => {
    const directory = await givenDirectory(database.db);
    const [ana = '', ben = '', cho = ''] = await directory.users(3);
    const id = await directory.unmanagedGroup('data team', { members: [ana, ben] });
    const group = await directory.post({
      displayName: 'Data Team',
      externalId: 'x-1',
      memberIds: [ben, cho],
    });
    expect(group).toMatchObject({
      id,
      displayName: 'Data Team',
      externalId: 'x-1',
      scimManaged: true,
      version: 2,
    });
    expect(await directory.group(id)).toEqual(group);
    expect(await directory.members(id)).toEqual([ana, ben, cho]);
    expect(await directory.totals()).toEqual({ counted: 1, stored: 1 });
    expect(await directory.events()).toMatchObject([
      {
        kind: 'group.linked',
        alert: false,
        detail: {
          displayName: { from: 'data team', to: 'Data Team' },
          externalId: { from: null, to: 'x-1' },
          grantsAccountAdmin: false,
        },
      },
      { kind: 'group.members_changed', detail: { added: [cho], removed: [] } },
    ]);
    await expect(directory.post({ displayName: 'Data Team' })).rejects.toMatchObject({
      reason: 'display_name_taken',
    });
  });

  it('keeps the origin of memberships that were there', async () => {
    const directory = await givenDirectory(database.db);
    const [ana = '', ben = ''] = await directory.users(2);
    const id = await directory.unmanagedGroup('Data Team', { members: [ana] });
    await directory.post({ displayName: 'Data Team', memberIds: [ana, ben] });
    expect(await directory.origins(id)).toEqual(['manual', 'scim']);
  });

  it('raises an alert when the group carries account_admin', async () => {
    const directory = await givenDirectory(database.db);
    const id = await directory.unmanagedGroup('Admins', { grants: ['account_admin'] });
    await directory.post({ displayName: 'Admins' });
    expect(await directory.events()).toMatchObject([{ kind: 'group.linked', alert: true, target_id: id }]);
  });

  it('judges only those who join by it', async () => {
    const directory = await givenDirectory(database.db, { scim: { unlicensed_members: 'reject' } });
    const [ana = '', ben = ''] = await directory.users(2, { state: 'invited' });
    const id = await directory.unmanagedGroup('Data Team', { members: [ana] });
    await expect(directory.post({ displayName: 'Data Team', memberIds: [ana, ben] })).rejects.toMatchObject({
      code: 'invalid_input',
    });
    await directory.post({ displayName: 'Data Team', memberIds: [ana] });
    expect(await directory.members(id)).toEqual([ana]);
  });
});
