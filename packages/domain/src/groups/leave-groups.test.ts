import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { inTransaction } from '../database/transaction.ts';
import { type TestDatabase, testDatabase } from '../testing/database.ts';
import { identityProvider } from '../testing/provisioning.ts';
import { deleteUser } from '../users/delete-user.ts';
import { type Directory, doneOrWaiting, givenDirectory } from './group-testing.ts';
import type { GroupChange } from './group.ts';

let database: TestDatabase;

beforeAll(async () => {
  database = await testDatabase({ poolSize: 40 });
});

afterAll(() => database[Symbol.asyncDispose]());

const add = (...memberIds: string[]): GroupChange => ({ kind: 'addMembers', memberIds });

async function givenGroups(directory: Directory, amount: number, memberIds: string[]): Promise<string[]> {
  const names = Array.from({ length: amount }, (_, index) => `Group ${index}`);
  const groups = await Promise.all(names.map((displayName) => directory.post({ displayName, memberIds })));
  return groups.map(({ id }) => id);
}

async function versions(directory: Directory, groupIds: readonly string[]): Promise<(number | undefined)[]> {
  const groups = await Promise.all(groupIds.map((id) => directory.group(id)));
  return groups.map((group) => group?.version);
}

describe('the deletion of a person', () => {
  it('is a new version of each group that SCIM showed them in, hundreds of them, and of no other', async () => {
    const directory = await givenDirectory(database.db);
    const [ana = '', ben = ''] = await directory.users(2);
    const left = await givenGroups(directory, 300, [ana, ben]);
    const { id: other } = await directory.post({ displayName: 'Other', memberIds: [ben] });
    const before = await directory.group(left[0] ?? '');
    await identityProvider(database.db, directory).delete(ana);
    expect(new Set(await versions(directory, left))).toEqual(new Set([2]));
    expect(await versions(directory, [other])).toEqual([1]);
    const after = await directory.group(left[0] ?? '');
    expect(after?.updatedAt.getTime()).toBeGreaterThan(before?.updatedAt.getTime() ?? Infinity);
    expect(await directory.members(left[0] ?? '')).toEqual([ben]);
  });

  it('of many at once who share groups that others write to: all succeed, each departure is a version', async () => {
    const directory = await givenDirectory(database.db);
    const idp = identityProvider(database.db, directory);
    const leavers = await directory.users(16, {}, 'leaver');
    const joiners = await directory.users(16, {}, 'joiner');
    const groups = await givenGroups(directory, 5, leavers);
    await Promise.all([
      ...leavers.map((id) => idp.delete(id)),
      ...joiners.map((id, index) => directory.change(groups[index % 5] ?? '', add(id))),
    ]);
    const joined = groups.map((_, group) => joiners.filter((_id, index) => index % 5 === group));
    expect(await versions(directory, groups)).toEqual(joined.map((ids) => 1 + 16 + ids.length));
    const members = await Promise.all(groups.map((id) => directory.members(id)));
    expect(members).toEqual(joined.map((ids) => ids.toSorted()));
  });

  it('who is joining one more group meanwhile leaves that one too, as a version of its own', async () => {
    const directory = await givenDirectory(database.db);
    const ana = await directory.user();
    const [first = '', second = ''] = await givenGroups(directory, 2, []);
    await directory.change(second, add(ana));
    let deletion: Promise<unknown> = Promise.resolve();
    await inTransaction(database.db, async (trx) => {
      await trx
        .selectFrom('users')
        .select('id')
        .where('account_id', '=', directory.accountId)
        .where('id', '=', ana)
        .forShare()
        .execute();
      deletion = inTransaction(database.db, (other) =>
        deleteUser(other, directory.actor, directory.accountId, ana, new Date()),
      );
      await doneOrWaiting(database.db, deletion);
      await directory.change(first, add(ana));
    });
    await deletion;
    expect(await versions(directory, [first, second])).toEqual([3, 3]);
    expect(await directory.members(first)).toEqual([]);
  });
});
