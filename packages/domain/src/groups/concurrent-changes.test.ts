import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { inTransaction } from '../database/transaction.ts';
import { InvalidInputError } from '../errors.ts';
import { type TestDatabase, testDatabase } from '../testing/database.ts';
import { identityProvider } from '../testing/provisioning.ts';
import { deleteUser } from '../users/delete-user.ts';
import { addToDefaultGroups } from './default-groups.ts';
import { type Directory, doneOrWaiting, givenDirectory } from './group-testing.ts';
import type { GroupChange } from './group.ts';

let database: TestDatabase;

beforeAll(async () => {
  database = await testDatabase({ poolSize: 64 });
});

afterAll(() => database[Symbol.asyncDispose]());

const add = (...memberIds: string[]): GroupChange => ({ kind: 'addMembers', memberIds });
const remove = (...memberIds: string[]): GroupChange => ({ kind: 'removeMembers', memberIds });
const replace = (...memberIds: string[]): GroupChange => ({ kind: 'replaceMembers', memberIds });

/** Who is in the group if one believes the events. */
async function membersByEvents(directory: Directory, groupId: string): Promise<string[]> {
  const members = new Set<string>();
  for (const { kind, target_id: target, detail } of await directory.events()) {
    if (kind !== 'group.members_changed' || target !== groupId) continue;
    for (const id of idsIn(detail, 'removed')) members.delete(id);
    for (const id of idsIn(detail, 'added')) members.add(id);
  }
  return [...members].toSorted();
}

function idsIn(detail: unknown, key: string): string[] {
  const named: unknown = typeof detail === 'object' && detail !== null ? Reflect.get(detail, key) : undefined;
  return Array.isArray(named) ? named.filter((id) => typeof id === 'string') : [];
}

describe('writes to one group at once', () => {
  it('64 clients that add 64 different members: all are in, each is a version', async () => {
    const directory = await givenDirectory(database.db);
    const users = await directory.users(64);
    const { id } = await directory.post({ displayName: 'Team' });
    await Promise.all(users.map((userId) => directory.change(id, add(userId))));
    expect(await directory.members(id)).toEqual(users);
    expect(await directory.group(id)).toMatchObject({ version: 65 });
    expect(await membersByEvents(directory, id)).toEqual(users);
    expect(await directory.totals()).toEqual({ counted: 1, stored: 1 });
  });

  it('64 clients that add the same member: one version, one event', async () => {
    const directory = await givenDirectory(database.db);
    const ana = await directory.user();
    const { id } = await directory.post({ displayName: 'Team' });
    await Promise.all(Array.from({ length: 64 }, () => directory.change(id, add(ana))));
    expect(await directory.members(id)).toEqual([ana]);
    expect(await directory.group(id)).toMatchObject({ version: 2 });
    expect(await directory.events()).toHaveLength(2);
  });

  it('additions and removals end in a state that some order explains, and the events tell that order', async () => {
    const directory = await givenDirectory(database.db);
    const users = await directory.users(12);
    const [fought = '', ...others] = users;
    const { id } = await directory.post({ displayName: 'Team', memberIds: others.slice(0, 5) });
    await Promise.all([
      ...Array.from({ length: 16 }, (_, n) =>
        directory.change(id, n % 2 === 0 ? add(fought) : remove(fought)),
      ),
      ...others.slice(0, 5).map((userId) => directory.change(id, remove(userId))),
      ...others.slice(5).map((userId) => directory.change(id, add(userId))),
    ]);
    const members = await directory.members(id);
    expect(members.filter((userId) => userId !== fought)).toEqual(others.slice(5));
    expect(await membersByEvents(directory, id)).toEqual(members);
    const changes = (await directory.events()).length - 2;
    expect(await directory.group(id)).toMatchObject({ version: 1 + changes });
  });

  it('two replacements: one of the two lists, never a mixture', async () => {
    const directory = await givenDirectory(database.db);
    const users = await directory.users(40);
    const { id } = await directory.post({ displayName: 'Team', memberIds: users.slice(10, 30) });
    for (let round = 0; round < 5; round += 1) {
      const lists = [users.slice(0, 20), users.slice(20)];
      await Promise.all(lists.map((list) => directory.change(id, replace(...list))));
      expect(lists).toContainEqual(await directory.members(id));
      expect(await membersByEvents(directory, id)).toEqual(await directory.members(id));
    }
  });

  it('the same people in opposite order into many groups: no request is lost', async () => {
    const directory = await givenDirectory(database.db);
    const users = await directory.users(50);
    const groups = await Promise.all(
      Array.from({ length: 8 }, (_, n) => directory.post({ displayName: `Team ${n}` })),
    );
    await Promise.all(
      groups.map(({ id }, n) => directory.change(id, add(...(n % 2 === 0 ? users : users.toReversed())))),
    );
    for (const { id } of groups) expect(await directory.members(id)).toEqual(users);
    expect(await directory.totals()).toEqual({ counted: 8, stored: 8 });
  });
});

describe('a membership and the state of the person, written at once', () => {
  it('a person whom SCIM deletes at once with their addition is in no group afterwards', async () => {
    const directory = await givenDirectory(database.db);
    const idp = identityProvider(database.db, directory);
    for (let round = 0; round < 10; round += 1) {
      const [ana = ''] = await directory.users(1, {}, `round-${round}`);
      const { id } = await directory.post({ displayName: `Team ${round}` });
      const [addition] = await Promise.allSettled([directory.change(id, add(ana)), idp.delete(ana)]);
      const isExplained = addition.status === 'fulfilled' || addition.reason instanceof InvalidInputError;
      expect(isExplained).toBe(true);
      expect(await directory.members(id)).toEqual([]);
    }
  });

  it('a person who is being deleted when they are to join is waited for, and does not join', async () => {
    const directory = await givenDirectory(database.db);
    const ana = await directory.user();
    const { id } = await directory.post({ displayName: 'Team' });
    let addition: Promise<unknown> = Promise.resolve();
    await inTransaction(database.db, async (trx) => {
      await deleteUser(trx, directory.actor, directory.accountId, ana, new Date());
      addition = directory.change(id, add(ana));
      await doneOrWaiting(database.db, addition);
    });
    await expect(addition).rejects.toBeInstanceOf(InvalidInputError);
    expect(await directory.members(id)).toEqual([]);
  });

  it('people who come by assignByDefault while a group is deleted do not fail, and the group is gone', async () => {
    const directory = await givenDirectory(database.db);
    for (let round = 0; round < 5; round += 1) {
      const users = await directory.users(4, {}, `round-${round}`);
      const id = await directory.unmanagedGroup(`Welcome ${round}`, { assign_by_default: true });
      const [deletion, ...arrivals] = await Promise.allSettled([
        directory.delete(id),
        ...users.map((userId) =>
          inTransaction(database.db, (trx) =>
            addToDefaultGroups(
              trx,
              directory.actor,
              directory.accountId,
              userId,
              'assigned_by_default',
              new Date(),
            ),
          ),
        ),
      ]);
      expect([deletion, ...arrivals].map(({ status }) => status)).toEqual(Array(5).fill('fulfilled'));
      expect(await directory.members(id)).toEqual([]);
    }
  });
});
