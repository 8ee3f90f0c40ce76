import { afterAll, describe, expect, it } from 'vitest';
import { type CleanupWorld, givenCleanupWorld, OPERATOR } from '../default-group-cleanup/cleanup-testing.ts';
import { inTransaction } from '../database/transaction.ts';
import { testDatabase } from '../testing/database.ts';
import { createUnmanagedUser } from '../users/create-unmanaged-user.ts';
import { deleteDefaultGroup } from './delete-default-group.ts';

const database = await testDatabase({ poolSize: 16 });
afterAll(() => database[Symbol.asyncDispose]());
const { db } = database;

async function administrators(world: CleanupWorld, state: 'active' | 'deactivated'): Promise<string> {
  const admins = await world.unmanagedGroup('Admins', { grants: ['account_admin'] });
  return world.someone('root', [admins], { state });
}

describe('a default group', () => {
  it('can be deleted when it is empty, and its name is then free for the identity provider', async () => {
    const world = await givenCleanupWorld(db);
    await expect(world.post({ displayName: 'member' })).rejects.toMatchObject({
      reason: 'reserved_group_name',
    });
    await world.deleteGroup('member');
    const taken = await world.post({ displayName: 'member' });
    expect(taken).toMatchObject({ displayName: 'member', defaultGroup: null, scimManaged: true });
    const deleted = (await world.events()).find(({ kind }) => kind === 'group.deleted');
    expect(deleted).toMatchObject({
      target_id: world.groups.member,
      detail: { displayName: 'Member', defaultGroup: 'member', permissionSets: ['member'] },
    });
    expect(await world.totals()).toEqual({ counted: 2, stored: 2 });
  });

  it('cannot be deleted while somebody is in it, active or not', async () => {
    const world = await givenCleanupWorld(db);
    await world.someone('ana', ['everyone'], { state: 'deactivated' });
    const refused = world.deleteGroup('everyone');
    await expect(refused).rejects.toMatchObject({ reason: 'group_not_empty', facts: { members: 1 } });
    await expect(refused).rejects.toThrow('has 1 member.');
  });

  it('Owner can be deleted only while another group with account_admin has an active member', async () => {
    const world = await givenCleanupWorld(db);
    await expect(world.deleteGroup('owner')).rejects.toMatchObject({ reason: 'last_account_admin' });
    const root = await administrators(world, 'deactivated');
    await expect(world.deleteGroup('owner')).rejects.toMatchObject({ reason: 'last_account_admin' });
    await db
      .updateTable('users')
      .set({ state: 'active', license_type: 'developer', license_source: 'default' })
      .where('account_id', '=', world.accountId)
      .where('id', '=', root)
      .execute();
    await world.deleteGroup('owner');
    expect((await world.events()).map(({ kind }) => kind)).toEqual(['group.deleted']);
  });

  it('that is gone, of another account, or no default group is unknown', async () => {
    const [world, stranger] = [await givenCleanupWorld(db), await givenCleanupWorld(db)];
    await world.deleteGroup('member');
    for (const id of [world.groups.member, stranger.groups.member, world.staff, 'no-id']) {
      await expect(
        inTransaction(db, (trx) => deleteDefaultGroup(trx, OPERATOR, world.accountId, id, new Date())),
      ).rejects.toMatchObject({ code: 'not_found' });
    }
  });

  it('that is deleted takes in nobody any more: newcomers join those that are left', async () => {
    const world = await givenCleanupWorld(db);
    await world.deleteGroup('member');
    const ana = await newcomer(world);
    expect(await world.kindsOf(ana)).toEqual(['everyone']);
  });

  it('is either deleted or joined when both are tried at once, never both', async () => {
    for (let round = 0; round < 10; round += 1) {
      const world = await givenCleanupWorld(db);
      const [deleted, joined] = await Promise.allSettled([world.deleteGroup('everyone'), newcomer(world)]);
      if (joined.status === 'rejected') throw joined.reason;
      const kinds = await world.kindsOf(joined.value);
      expect(kinds).toEqual(deleted.status === 'fulfilled' ? ['member'] : ['member', 'everyone']);
    }
  });

  it('is deleted once when two try at once', async () => {
    const world = await givenCleanupWorld(db);
    const results = await Promise.allSettled([world.deleteGroup('member'), world.deleteGroup('member')]);
    expect(results.map(({ status }) => status).toSorted()).toEqual(['fulfilled', 'rejected']);
    expect(results.find(({ status }) => status === 'rejected')).toMatchObject({
      reason: { code: 'not_found' },
    });
  });
});

async function newcomer(world: CleanupWorld): Promise<string> {
  const person = { userName: 'new@acme.example', givenName: 'Ana', familyName: 'Ito' };
  const user = await inTransaction(db, (trx) =>
    createUnmanagedUser(trx, OPERATOR.actor, world.accountId, person, new Date()),
  );
  return user.id;
}
