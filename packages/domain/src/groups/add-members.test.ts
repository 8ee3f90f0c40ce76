import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { operatorCaller } from '../admins/caller.ts';
import { readAccountSettings } from '../accounts/account-settings.ts';
import { inTransaction } from '../database/transaction.ts';
import { newId } from '../ids.ts';
import { updateScimConfiguration } from '../scim-access/configure-scim.ts';
import { type TestDatabase, testDatabase } from '../testing/database.ts';
import { addMembers } from './add-members.ts';
import { changeGroup } from './change-group.ts';
import { type Directory, givenDirectory, SCIM_BASE_URL } from './group-testing.ts';
import type { GroupChange } from './group.ts';

let database: TestDatabase;

beforeAll(async () => {
  database = await testDatabase({ poolSize: 20 });
});

afterAll(() => database[Symbol.asyncDispose]());

const NOW = new Date('2026-11-22T10:00:00Z');
const add = (...memberIds: string[]): GroupChange => ({ kind: 'addMembers', memberIds });

async function givenGroup(given: Parameters<typeof givenDirectory>[1] = {}) {
  const directory = await givenDirectory(database.db, given);
  const group = await directory.post({ displayName: 'Engineering' });
  const settings = await readAccountSettings(database.db, directory.accountId);
  return { directory, group, settings };
}

async function eventsOf({ accountId }: Directory) {
  return database.db
    .selectFrom('audit_events')
    .select(['kind', 'target_id', 'detail', 'actor_kind', 'request_path'])
    .where('account_id', '=', accountId)
    .orderBy('id')
    .execute();
}

describe('members who are added in one round trip', () => {
  it('are there with the event and the version that a transaction of two round trips gives', async () => {
    const { directory, group, settings } = await givenGroup();
    const { accountId, actor } = directory;
    const twice = await directory.post({ displayName: 'Twice' });
    const ids = await directory.users(3);
    const changes = [add(...ids.slice(0, 2)), add(...ids)];
    const request = { changes, scimBaseUrl: SCIM_BASE_URL };
    const added = await addMembers(database.db, actor, settings, group.id, changes, NOW);
    const changed = await inTransaction(database.db, (trx) =>
      changeGroup(trx, actor, accountId, twice.id, request, NOW),
    );
    expect({ ...added, id: '', displayName: '', createdAt: NOW }).toEqual({
      ...changed,
      id: '',
      displayName: '',
      createdAt: NOW,
    });
    expect(await directory.group(group.id)).toEqual(added);
    expect(await directory.members(group.id)).toEqual(ids);
    const [once, other] = (await eventsOf(directory)).slice(-2);
    expect({ ...once, target_id: '' }).toEqual({ ...other, target_id: '' });
    expect(once).toMatchObject({ target_id: group.id, detail: { added: ids, removed: [] } });
  });

  it.each<
    [string, (world: Awaited<ReturnType<typeof givenGroup>>) => Promise<GroupChange[]> | GroupChange[]]
  >([
    ['somebody unknown', async ({ directory }) => [add(await directory.user(), newId())]],
    ['an id that is none', async ({ directory }) => [add(await directory.user(), 'nobody')]],
    [
      'a member',
      async ({ directory, group }) => {
        const id = await directory.user();
        await directory.change(group.id, add(id));
        return [add(id, await directory.user())];
      },
    ],
    ['nobody', () => []],
    [
      'another change besides',
      async ({ directory }) => [
        add(await directory.user()),
        { kind: 'set', attribute: 'externalId', value: 'x' },
      ],
    ],
    [
      'more people than one event tells of',
      async ({ directory }) => [add(...(await directory.users(1_001)))],
    ],
  ])('are left to changeGroup, and nothing is written, where the change names %s', async (_, changesOf) => {
    const world = await givenGroup();
    const { directory, group, settings } = world;
    const changes = await changesOf(world);
    const [before, events] = [await directory.group(group.id), await eventsOf(directory)];
    expect(await addMembers(database.db, directory.actor, settings, group.id, changes, NOW)).toBeUndefined();
    expect(await directory.group(group.id)).toEqual(before);
    expect(await eventsOf(directory)).toEqual(events);
  });

  it('are left to changeGroup where the settings have changed, members need licenses or a version is asked for', async () => {
    const { directory, group, settings } = await givenGroup();
    const { accountId, actor } = directory;
    const changes = [add(await directory.user())];
    const tried = [
      await addMembers(database.db, actor, settings, group.id, changes, NOW, { oneOf: [1] }),
      await addMembers(database.db, actor, settings, group.id, changes, NOW, { noneOf: 'any' }),
      await addMembers(database.db, actor, settings, newId(), changes, NOW),
    ];
    await inTransaction(database.db, (trx) =>
      updateScimConfiguration(trx, operatorCaller(actor), accountId, { unlicensedMembers: 'reject' }, NOW),
    );
    tried.push(await addMembers(database.db, actor, settings, group.id, changes, NOW));
    const newest = await readAccountSettings(database.db, accountId);
    tried.push(await addMembers(database.db, actor, newest, group.id, changes, NOW));
    expect(tried).toEqual([undefined, undefined, undefined, undefined, undefined]);
    expect(await directory.members(group.id)).toEqual([]);
  });
});
