import { resolveEntryFilter, type ResolvedFilter } from '@rollcall/scim-protocol/resolve-filter';
import { parseFilter } from '@rollcall/scim-protocol/filter';
import { createReading } from '@rollcall/scim-protocol/reading';
import { CORE_GROUP_SCHEMA, CORE_GROUP_URN } from '@rollcall/scim-protocol/schemas/core-group';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { newId } from '../ids.ts';
import { type TestDatabase, testDatabase } from '../testing/database.ts';
import { type Directory, givenDirectory, SCIM_BASE_URL } from './group-testing.ts';
import type { GroupChange } from './group.ts';

let database: TestDatabase;

beforeAll(async () => {
  database = await testDatabase();
});

afterAll(() => database[Symbol.asyncDispose]());

const add = (...memberIds: string[]): GroupChange => ({ kind: 'addMembers', memberIds });
const remove = (...memberIds: string[]): GroupChange => ({ kind: 'removeMembers', memberIds });
const replace = (...memberIds: string[]): GroupChange => ({ kind: 'replaceMembers', memberIds });
const rename = (value: string | null): GroupChange => ({ kind: 'set', attribute: 'displayName', value });
const externalId = (value: string | null): GroupChange => ({ kind: 'set', attribute: 'externalId', value });
const removeWhere = (filter: string): GroupChange => ({
  kind: 'removeMembersMatching',
  filter: onMembers(filter),
});

function onMembers(filter: string): ResolvedFilter {
  const reading = createReading('strict');
  const members = CORE_GROUP_SCHEMA.attributes.find(({ name }) => name === 'members');
  if (members === undefined) throw new Error('The Group schema has members.');
  const parent = { schema: CORE_GROUP_URN, isExtension: false, attribute: members, sub: undefined };
  return resolveEntryFilter(parseFilter(filter, reading), parent, reading);
}

async function givenGroup(members: readonly string[], directory: Directory): Promise<string> {
  const { id } = await directory.post({ displayName: `Team ${newId()}`, memberIds: members });
  return id;
}

describe('members of a group', () => {
  it('join and leave by the ordered list of changes, which is one new version and one event', async () => {
    const directory = await givenDirectory(database.db);
    const [ana = '', ben = '', cho = '', dan = ''] = await directory.users(4);
    const id = await givenGroup([ana, ben], directory);
    const group = await directory.change(id, remove(ana), add(cho, dan), remove(dan), add(ben));
    expect(group.version).toBe(2);
    expect(await directory.group(id)).toEqual(group);
    expect(await directory.members(id)).toEqual([ben, cho]);
    const events = await directory.events();
    expect(events.slice(2)).toMatchObject([
      { kind: 'group.members_changed', target_id: id, detail: { added: [cho], removed: [ana] } },
    ]);
  });

  it.each([
    { title: 'adding one who is a member', change: (ana: string) => add(ana) },
    { title: 'removing one who is not', change: (_ana: string, ben: string) => remove(ben) },
    { title: 'removing one whom nobody knows', change: () => remove(newId(), 'not-an-id', '') },
    {
      title: 'removing a member in the wrong letter case',
      change: (ana: string) => remove(ana.toUpperCase()),
    },
    {
      title: 'adding and removing the same person',
      change: (_ana: string, ben: string) => [add(ben), remove(ben)],
    },
    { title: 'removing and adding a member', change: (ana: string) => [remove(ana), add(ana)] },
    { title: 'replacing the members by themselves', change: (ana: string) => replace(ana) },
    { title: 'a filter that matches nobody', change: () => removeWhere('display eq "Nobody"') },
    { title: 'no change', change: () => [] },
  ])('stay as they are on $title: nothing is written', async ({ change }) => {
    const directory = await givenDirectory(database.db);
    const [ana = '', ben = ''] = await directory.users(2);
    const id = await givenGroup([ana], directory);
    const before = await directory.group(id);
    const events = await directory.events();
    expect(await directory.change(id, ...[change(ana, ben)].flat())).toEqual(before);
    expect(await directory.group(id)).toEqual(before);
    expect(await directory.members(id)).toEqual([ana]);
    expect(await directory.origins(id)).toEqual(['scim']);
    expect(await directory.events()).toEqual(events);
  });

  it('are exactly the named ones after a replacement, which writes only the difference', async () => {
    const directory = await givenDirectory(database.db);
    const [ana = '', ben = '', cho = ''] = await directory.users(3);
    const id = await directory.unmanagedGroup('Team', { members: [ana, ben], scim_managed: true });
    await directory.change(id, replace(ben, cho));
    expect(await directory.members(id)).toEqual([ben, cho]);
    expect(await directory.origins(id)).toEqual(['manual', 'scim']);
    expect(await directory.events()).toMatchObject([{ detail: { added: [cho], removed: [ana] } }]);
    await directory.change(id, replace());
    expect(await directory.members(id)).toEqual([]);
  });

  it('whom SCIM does not see are neither named, nor removed, nor replaced', async () => {
    const directory = await givenDirectory(database.db);
    const ana = await directory.user();
    const breakGlass = await directory.user({ local_administrator: true });
    const id = await directory.unmanagedGroup('Team', { members: [ana, breakGlass] });
    await directory.change(id, remove(breakGlass));
    await directory.change(id, removeWhere('type eq "User"'));
    expect(await directory.members(id)).toEqual([breakGlass]);
    await directory.change(id, replace());
    expect(await directory.members(id)).toEqual([breakGlass]);
    await expect(directory.change(id, add(breakGlass))).rejects.toMatchObject({ code: 'invalid_input' });
  });

  it.each([
    { title: 'unknown', id: async () => newId() },
    { title: 'no id at all', id: async () => "'; drop table users; --" },
    { title: 'empty', id: async () => '' },
    { title: 'of another account', id: async () => (await givenDirectory(database.db)).user() },
    { title: 'itself a group', id: async (directory: Directory) => givenGroup([], directory) },
    { title: 'the group itself', id: async (_directory: Directory, groupId: string) => groupId },
    {
      title: 'in the wrong letter case',
      id: async (directory: Directory) => (await directory.user()).toUpperCase(),
    },
    {
      title: 'deleted through SCIM',
      id: async (directory: Directory) => directory.user({ state: 'deleted', deleted_by: 'scim' }),
    },
  ])('who are to join are refused when one is $title, and nothing is written', async ({ id }) => {
    const directory = await givenDirectory(database.db);
    const [ana = '', ben = ''] = await directory.users(2);
    const groupId = await givenGroup([ana], directory);
    const stranger = await id(directory, groupId);
    const events = await directory.events();
    for (const changes of [
      [add(ben, stranger)],
      [replace(ben, stranger)],
      [add(stranger), remove(stranger), add(ben)],
    ]) {
      const change = directory.change(groupId, rename('New name'), ...changes);
      await expect(change).rejects.toMatchObject({ code: 'invalid_input', path: 'members' });
      await expect(change).rejects.toThrow(JSON.stringify(stranger));
    }
    expect(await directory.members(groupId)).toEqual([ana]);
    expect(await directory.events()).toEqual(events);
  });

  it('are named at most 20 at a time in a refusal', async () => {
    const directory = await givenDirectory(database.db);
    const id = await givenGroup([], directory);
    const unknown = Array.from({ length: 23 }, () => newId());
    const change = directory.change(id, add(...unknown));
    await expect(change).rejects.toThrow(/and 3 more/);
    await expect(change).rejects.not.toThrow(unknown[20]);
  });

  it.each([
    { filter: 'display eq "ANA ITO"', leaves: ['ana'] },
    { filter: 'display sw "user-"', leaves: ['ben'] },
    { filter: 'type eq "User"', leaves: ['ana', 'ben'] },
    { filter: 'type eq "Group"', leaves: [] },
    { filter: 'not (display pr)', leaves: [] },
  ])('leave by the filter $filter', async ({ filter, leaves }) => {
    const directory = await givenDirectory(database.db);
    const ana = await directory.user({ attributes: JSON.stringify({ displayName: 'Ana Ito' }) });
    const ben = await directory.user({}, 'user');
    const id = await givenGroup([ana, ben], directory);
    await directory.change(id, removeWhere(filter));
    const stayed = { ana, ben };
    const expected = Object.entries(stayed).flatMap(([name, userId]) =>
      leaves.includes(name) ? [] : [userId],
    );
    expect(await directory.members(id)).toEqual(expected);
  });

  it('leave by a filter on value and on $ref', async () => {
    const directory = await givenDirectory(database.db);
    const [ana = '', ben = '', cho = ''] = await directory.users(3);
    const id = await givenGroup([ana, ben, cho], directory);
    await directory.change(id, removeWhere(`value eq "${ana}" or $ref eq "${SCIM_BASE_URL}/Users/${ben}"`));
    expect(await directory.members(id)).toEqual([cho]);
  });

  it('leave by a filter at its place in the order: those who join before it, not those behind', async () => {
    const directory = await givenDirectory(database.db);
    const [ana = '', ben = '', cho = ''] = await directory.users(3);
    const id = await givenGroup([ana], directory);
    await directory.change(id, add(ben), removeWhere('type eq "User"'), add(cho));
    expect(await directory.members(id)).toEqual([cho]);
    await directory.change(id, replace(ana, ben), removeWhere(`value eq "${ana}"`));
    expect(await directory.members(id)).toEqual([ben]);
  });

  it('leave by at most 100 filters in one request', async () => {
    const directory = await givenDirectory(database.db);
    const id = await givenGroup([], directory);
    const filters = Array.from({ length: 101 }, () => removeWhere('display eq "Ana"'));
    await expect(directory.change(id, ...filters)).rejects.toMatchObject({
      code: 'invalid_input',
      path: 'members',
    });
    await expect(directory.change(id, ...filters.slice(1))).resolves.toMatchObject({ version: 1 });
  });

  it('leave by few filters where thousands are added before, all of whom each has to look at', async () => {
    const directory = await givenDirectory(database.db);
    const [ana = ''] = await directory.users(1);
    const id = await givenGroup([ana], directory);
    const many = add(...Array.from({ length: 10_000 }, () => newId()));
    const filters = Array.from({ length: 51 }, () => removeWhere('display eq "Ana"'));
    await expect(directory.change(id, many, ...filters)).rejects.toThrow('a request of their own');
    expect(await directory.members(id)).toEqual([ana]);
  });
});

describe('unlicensedMembers', () => {
  it('hold: an invited person joins', async () => {
    const directory = await givenDirectory(database.db, { scim: { unlicensed_members: 'hold' } });
    const ana = await directory.user({ state: 'invited' });
    const id = await givenGroup([], directory);
    await directory.change(id, add(ana));
    expect(await directory.members(id)).toEqual([ana]);
  });

  it('reject: a write that adds an invited person fails whole and names them', async () => {
    const directory = await givenDirectory(database.db, { scim: { unlicensed_members: 'reject' } });
    const ana = await directory.user({ state: 'invited' }, 'ana');
    const ben = await directory.user();
    const id = await givenGroup([], directory);
    for (const changes of [[add(ana, ben)], [replace(ben, ana)]]) {
      const change = directory.change(id, rename('New name'), ...changes);
      await expect(change).rejects.toMatchObject({ code: 'invalid_input', path: 'members' });
      await expect(change).rejects.toThrow(
        /^All users must have licenses on the account.*"ana-1@acme\.example"/,
      );
    }
    expect(await directory.group(id)).toMatchObject({ version: 1 });
    expect(await directory.members(id)).toEqual([]);
  });

  it('reject: only newly added members are judged', async () => {
    const directory = await givenDirectory(database.db, { scim: { unlicensed_members: 'reject' } });
    const [ana = '', ben = ''] = await directory.users(2, { state: 'invited' });
    const cho = await directory.user();
    const id = await directory.unmanagedGroup('Team', { members: [ana] });
    await directory.change(id, replace(ana, cho));
    await directory.change(id, add(ben), remove(ben));
    expect(await directory.members(id)).toEqual([ana, cho]);
  });

  it('reject: of 23 invited people 20 are named', async () => {
    const directory = await givenDirectory(database.db, { scim: { unlicensed_members: 'reject' } });
    const invited = await directory.users(23, { state: 'invited' });
    const id = await givenGroup([], directory);
    await expect(directory.change(id, add(...invited))).rejects.toThrow(/"user-20@acme\.example" and 3 more/);
  });

  it.each(['hold', 'reject'] as const)(
    '%s: people who are deactivated, or were deleted by an administrator, are held',
    async (unlicensedMembers) => {
      const directory = await givenDirectory(database.db, {
        scim: { unlicensed_members: unlicensedMembers },
      });
      const deactivated = await directory.user({ state: 'deactivated' });
      const deleted = await directory.user({ state: 'deleted', deleted_by: 'administrator' });
      const id = await givenGroup([], directory);
      await directory.change(id, add(deactivated, deleted));
      expect(await directory.members(id)).toEqual([deactivated, deleted].toSorted());
    },
  );
});

describe('the name of a group', () => {
  it('changes and keeps everything else: id, members, permission sets', async () => {
    const directory = await givenDirectory(database.db);
    const ana = await directory.user();
    const id = await directory.unmanagedGroup('Old', {
      members: [ana],
      grants: ['billing_admin'],
      scim_managed: true,
    });
    const group = await directory.change(id, rename('New'), externalId('x-1'));
    expect(group).toMatchObject({ id, displayName: 'New', externalId: 'x-1', version: 2 });
    expect(await directory.members(id)).toEqual([ana]);
    expect(await directory.events()).toMatchObject([
      {
        kind: 'group.changed',
        detail: { displayName: { from: 'Old', to: 'New' }, externalId: { from: null, to: 'x-1' } },
      },
    ]);
    const grants = await database.db
      .selectFrom('group_permission_sets')
      .select('permission_set')
      .where('account_id', '=', directory.accountId)
      .where('group_id', '=', id)
      .execute();
    expect(grants).toEqual([{ permission_set: 'billing_admin' }]);
  });

  it('sent again as it is changes nothing (Okta sends it with every membership change)', async () => {
    const directory = await givenDirectory(database.db);
    const group = await directory.post({ displayName: 'Data Team', externalId: 'x-1' });
    expect(await directory.change(group.id, rename('Data Team'), externalId('x-1'))).toEqual(group);
  });

  it('may change its letter case alone', async () => {
    const directory = await givenDirectory(database.db);
    const { id } = await directory.post({ displayName: 'data team' });
    expect(await directory.change(id, rename('Data Team'))).toMatchObject({
      displayName: 'Data Team',
      version: 2,
    });
  });

  it('that another group has, ignoring case, is a conflict and nothing is written', async () => {
    const directory = await givenDirectory(database.db);
    const ana = await directory.user();
    await directory.post({ displayName: 'Data Team' });
    const { id } = await directory.post({ displayName: 'Sales' });
    await expect(directory.change(id, add(ana), rename('DATA TEAM'))).rejects.toMatchObject({
      reason: 'display_name_taken',
    });
    expect(await directory.members(id)).toEqual([]);
  });

  it('that a default group has is a conflict that says why', async () => {
    const directory = await givenDirectory(database.db);
    await directory.unmanagedGroup('Everyone', { default_group: 'everyone' });
    const { id } = await directory.post({ displayName: 'Sales' });
    const change = directory.change(id, rename('everyone'));
    await expect(change).rejects.toMatchObject({ reason: 'reserved_group_name' });
  });

  it.each([null, '', ' '])('cannot become %j', async (name) => {
    const directory = await givenDirectory(database.db);
    const { id } = await directory.post({ displayName: 'Sales' });
    await expect(directory.change(id, rename(name))).rejects.toMatchObject({ path: 'displayName' });
  });

  it('of two groups exchanged at once ends in an order: no error but a conflict', async () => {
    const directory = await givenDirectory(database.db);
    const a = await directory.post({ displayName: 'A' });
    const b = await directory.post({ displayName: 'B' });
    const results = await Promise.allSettled([
      directory.change(a.id, rename('B')),
      directory.change(b.id, rename('A')),
    ]);
    for (const result of results) {
      expect(result).toMatchObject({ status: 'rejected', reason: { reason: 'display_name_taken' } });
    }
  });
});

describe('a SCIM write by id to an unmanaged group', () => {
  it.each([
    {
      title: 'a PATCH',
      changes: (ben: string) => [add(ben)],
      events: ['group.linked', 'group.members_changed'],
    },
    { title: 'one that changes nothing', changes: () => [], events: ['group.linked'] },
    { title: 'a rename', changes: () => [rename('New')], events: ['group.linked'] },
  ])('links it: $title', async ({ changes, events }) => {
    const directory = await givenDirectory(database.db);
    const [ana = '', ben = ''] = await directory.users(2);
    const id = await directory.unmanagedGroup('Team', { members: [ana] });
    expect(await directory.change(id, ...changes(ben))).toMatchObject({ scimManaged: true, version: 2 });
    expect((await directory.events()).map(({ kind }) => kind)).toEqual(events);
    expect(await directory.group(id)).toMatchObject({ scimManaged: true });
  });

  it('raises an alert when the group carries account_admin', async () => {
    const directory = await givenDirectory(database.db);
    const id = await directory.unmanagedGroup('Admins', { grants: ['account_admin'] });
    await directory.change(id);
    expect(await directory.events()).toMatchObject([{ kind: 'group.linked', alert: true }]);
    await directory.change(id, rename('Administrators'));
    expect(await directory.events()).toMatchObject([
      { alert: true },
      { kind: 'group.changed', alert: false },
    ]);
  });

  it('named as its member does not link a person', async () => {
    const directory = await givenDirectory(database.db);
    const ana = await directory.user();
    await database.db
      .updateTable('users')
      .set({ scim_managed: false })
      .where('account_id', '=', directory.accountId)
      .where('id', '=', ana)
      .execute();
    await givenGroup([ana], directory);
    const { scim_managed: isManaged } = await database.db
      .selectFrom('users')
      .select('scim_managed')
      .where('account_id', '=', directory.accountId)
      .where('id', '=', ana)
      .executeTakeFirstOrThrow();
    expect(isManaged).toBe(false);
  });
});

describe('a group that is not there', () => {
  it.each([
    { title: 'unknown', id: async () => newId() },
    { title: 'no id at all', id: async () => 'x' },
    {
      title: 'a default group',
      id: (directory: Directory) => directory.unmanagedGroup('Owner', { default_group: 'owner' }),
    },
    { title: 'of another account', id: async () => givenGroup([], await givenDirectory(database.db)) },
  ])('is not found: $title', async ({ id }) => {
    const directory = await givenDirectory(database.db);
    const groupId = await id(directory);
    const ana = await directory.user();
    await expect(directory.change(groupId, add(ana))).rejects.toMatchObject({ code: 'not_found' });
    await expect(directory.delete(groupId)).rejects.toMatchObject({ code: 'not_found' });
    expect(await directory.group(groupId)).toBeUndefined();
  });

  it('is not found by an unknown member either: the group is judged first', async () => {
    const directory = await givenDirectory(database.db);
    await expect(directory.change(newId(), add(newId()))).rejects.toMatchObject({ code: 'not_found' });
  });

  it('is refused while SCIM is off', async () => {
    const directory = await givenDirectory(database.db, { scim: { enabled: false } });
    const id = await directory.unmanagedGroup('Team');
    await expect(directory.change(id)).rejects.toMatchObject({ reason: 'scim_disabled' });
    await expect(directory.delete(id)).rejects.toMatchObject({ reason: 'scim_disabled' });
  });
});
