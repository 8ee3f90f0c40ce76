import { describe, expect, it } from 'vitest';
import { inTransaction } from '../database/transaction.ts';
import { newId } from '../ids.ts';
import { createScimToken, listScimTokens } from '../scim-access/scim-tokens.ts';
import { testDatabase } from '../testing/database.ts';
import { findUser, listUsers } from './find-users.ts';
import { listAllUsers } from './list-all-users.ts';
import { givenPeople } from './user-testing.ts';

async function givenWorld(given: Parameters<typeof givenPeople>[1] = {}) {
  const database = await testDatabase();
  const world = await givenPeople(database.db, given);
  const { db, accountId } = world;
  return {
    ...world,
    total: async () =>
      (await listUsers(db, accountId, { startIndex: 1, count: 0, withGroups: false, scimBaseUrl: '' })).total,
    rows: async () => (await listAllUsers(db, accountId, { limit: 100 })).users,
    [Symbol.asyncDispose]: () => database[Symbol.asyncDispose](),
  };
}

describe('a person whom SCIM deleted', () => {
  it('is gone for SCIM, a tombstone for administrators, and the total says so', async () => {
    await using world = await givenWorld();
    const ana = await world.idp.post({ userName: 'ana@acme.example' });
    await world.idp.delete(ana.id);
    expect(await findUser(world.db, world.accountId, ana.id)).toBeUndefined();
    expect(await world.total()).toBe(0);
    await expect(world.idp.delete(ana.id)).rejects.toMatchObject({ code: 'not_found' });
    expect(await world.rows()).toMatchObject([
      { id: ana.id, state: 'deleted', userName: 'ana@acme.example' },
    ]);
  });

  it.each([
    { tombstone: '1', posted: '1', revived: true },
    { tombstone: '1', posted: null, revived: true },
    { tombstone: null, posted: '2', revived: true },
    { tombstone: '1', posted: '2', revived: false },
  ])(
    'with externalId $tombstone is revived by a POST with $posted: $revived',
    async ({ tombstone, posted, revived }) => {
      await using world = await givenWorld();
      const ana = await world.idp.post({
        userName: 'ana@acme.example',
        externalId: tombstone,
        licenseType: 'it',
      });
      await world.idp.delete(ana.id);
      const back = await world.idp.post({
        userName: 'ANA@acme.example',
        externalId: posted,
        licenseType: null,
      });
      expect(back.id === ana.id).toBe(revived);
      expect(back).toMatchObject({ state: 'active', licenseType: 'developer', licenseSource: 'default' });
      expect(await world.total()).toBe(1);
    },
  );

  it('returns by a POST without what was asserted before: the license is decided anew', async () => {
    await using world = await givenWorld();
    const ana = await world.idp.post({ userName: 'ana@acme.example', licenseType: 'it' });
    await world.idp.delete(ana.id);
    expect(await world.idp.post({ userName: 'ana@acme.example' })).toMatchObject({
      id: ana.id,
      assertedLicenseType: null,
      licenseType: 'developer',
      licenseSource: 'default',
    });
  });

  it('is preferred by an equal externalId to one of the same name who had none', async () => {
    await using world = await givenWorld();
    const first = await world.idp.post({ userName: 'ana@acme.example', externalId: '1' });
    await world.idp.delete(first.id);
    const second = await world.idp.post({ userName: 'ana@acme.example', externalId: '2' });
    await world.idp.patch(second.id, { externalId: null });
    await world.idp.delete(second.id);
    expect(await world.idp.post({ userName: 'ana@acme.example', externalId: '1' })).toMatchObject({
      id: first.id,
    });
  });

  it('can be restored by an administrator, unless somebody has the name by now', async () => {
    await using world = await givenWorld();
    const ana = await world.idp.post({ userName: 'ana@acme.example', externalId: '1' });
    await world.idp.delete(ana.id);
    expect(await world.restore(ana.id)).toMatchObject({
      id: ana.id,
      state: 'active',
      licenseType: 'developer',
    });
    await expect(world.restore(ana.id)).rejects.toMatchObject({ reason: 'not_a_tombstone' });
    await world.idp.delete(ana.id);
    await world.idp.post({ userName: 'ana@acme.example', externalId: '2' });
    await expect(world.restore(ana.id)).rejects.toMatchObject({ reason: 'user_name_taken' });
    expect(await world.total()).toBe(1);
  });

  it('frees the seat', async () => {
    await using world = await givenWorld({ seats: { developer: 1 } });
    const ana = await world.idp.post({ userName: 'ana@acme.example' });
    await world.idp.delete(ana.id);
    await expect(world.idp.post({ userName: 'ben@acme.example' })).resolves.toBeDefined();
  });
});

describe('a person whom an administrator deleted', () => {
  it('keeps the name, and comes back by a POST whatever the externalId', async () => {
    await using world = await givenWorld();
    const ana = await world.idp.post({ userName: 'ana@acme.example', externalId: '1' });
    await world.deleteAsAdministrator(ana.id);
    expect(await findUser(world.db, world.accountId, ana.id)).toMatchObject({ state: 'deleted' });
    const back = await world.idp.post({ userName: 'ana@acme.example', externalId: '2' });
    expect(back).toMatchObject({ id: ana.id, state: 'active', externalId: '2' });
  });

  it('is revived by a write that ends in active, and by no other', async () => {
    await using world = await givenWorld();
    const ana = await world.idp.post({ userName: 'ana@acme.example' });
    await world.deleteAsAdministrator(ana.id);
    expect(await world.idp.patch(ana.id, { attributes: { title: 'Lead' } })).toMatchObject({
      state: 'deleted',
      attributes: { title: 'Lead' },
    });
    expect(await world.idp.patch(ana.id, { active: true })).toMatchObject({ state: 'active' });
  });

  it('is hidden by a DELETE', async () => {
    await using world = await givenWorld();
    const ana = await world.idp.post({ userName: 'ana@acme.example' });
    await world.deleteAsAdministrator(ana.id);
    await world.idp.delete(ana.id);
    expect(await world.total()).toBe(0);
    expect(await findUser(world.db, world.accountId, ana.id)).toBeUndefined();
  });
});

describe('erasing', () => {
  it('blanks the person and the events that tell of them, and keeps what happened when', async () => {
    await using world = await givenWorld();
    const ana = await world.idp.post({
      userName: 'ana.secret@acme.example',
      attributes: { nickName: 'secret' },
    });
    await world.idp.delete(ana.id);
    await world.erase(ana.id);
    await world.erase(ana.id);
    const everything = JSON.stringify([
      await world.rows(),
      await world.db
        .selectFrom('audit_events')
        .selectAll()
        .where('account_id', '=', world.accountId)
        .execute(),
      await world.db
        .selectFrom('invitations')
        .selectAll()
        .where('account_id', '=', world.accountId)
        .execute(),
    ]);
    expect(everything).not.toMatch(/secret/);
    const events = await world.db
      .selectFrom('audit_events')
      .select(['kind', 'actor_kind', 'detail', 'detail_salt'])
      .where('account_id', '=', world.accountId)
      .orderBy('id')
      .execute();
    expect(events.map((event) => event.kind)).toEqual(['user.created', 'user.deleted', 'user.erased']);
    expect(events[0]).toMatchObject({ actor_kind: 'scim_token', detail: null, detail_salt: null });
  });

  it('blanks requests that name an address which the person had before', async () => {
    await using world = await givenWorld();
    const ana = await world.idp.post({ userName: 'maiden.name@acme.example' });
    await world.idp.patch(ana.id, { userName: 'ana@acme.example' });
    await world.db
      .insertInto('provisioning_events')
      .values({
        account_id: world.accountId,
        id: newId(),
        at: new Date(),
        token_id: newId(),
        address: '192.0.2.1',
        method: 'GET',
        path: '/Users?filter=userName%20eq%20%22maiden.name%40acme.example%22',
        status: 200,
        duration_ms: 1,
      })
      .execute();
    await world.idp.delete(ana.id);
    await world.erase(ana.id);
    const paths = await world.db
      .selectFrom('provisioning_events')
      .select('path')
      .where('account_id', '=', world.accountId)
      .execute();
    expect(paths).toEqual([{ path: '/Users' }]);
  });

  it('blanks the name at the tokens that the person made', async () => {
    await using world = await givenWorld();
    const ana = await world.idp.post({ userName: 'ana@acme.example' });
    const administrator = { kind: 'administrator', id: ana.id, name: 'Ana Secret' } as const;
    await inTransaction(world.db, (trx) =>
      createScimToken(trx, administrator, world.accountId, { name: 'Okta' }, new Date()),
    );
    await world.idp.delete(ana.id);
    await world.erase(ana.id);
    expect(await listScimTokens(world.db, world.accountId)).toMatchObject([
      { name: 'Okta', createdBy: { kind: 'administrator', id: ana.id, name: '' } },
    ]);
  });

  it('is not undone by a POST that names the person by what is left of them', async () => {
    await using world = await givenWorld({ scim: { user_name_policy: 'any' } });
    const ana = await world.idp.post({ userName: 'ana' });
    await world.idp.delete(ana.id);
    await world.erase(ana.id);
    expect((await world.idp.post({ userName: `erased:${ana.id}` })).id).not.toBe(ana.id);
  });

  it('is refused for the living, and an erased person cannot be restored', async () => {
    await using world = await givenWorld();
    const ana = await world.idp.post({ userName: 'ana@acme.example' });
    await expect(world.erase(ana.id)).rejects.toMatchObject({ reason: 'not_a_tombstone' });
    await world.idp.delete(ana.id);
    await world.erase(ana.id);
    await expect(world.restore(ana.id)).rejects.toMatchObject({ reason: 'not_a_tombstone' });
    await expect(world.idp.post({ userName: 'ana@acme.example' })).resolves.toMatchObject({
      state: 'active',
    });
  });
});
