import { afterAll, describe, expect, it } from 'vitest';
import { findMiscounts } from '../accounts/miscounts.ts';
import { testDatabase } from '../testing/database.ts';
import { grant, handOf } from './edit-testing.ts';
import { givenPeople, together } from './user-testing.ts';

const ROUNDS = 8;
const OPEN = { scim: { allow_manual_updates: true } };

const database = await testDatabase({ poolSize: 16 });
afterAll(() => database[Symbol.asyncDispose]());
const { db } = database;

describe('two administrators at once', () => {
  it('who edit one person from the same version: one does, the other is told that it changed', async () => {
    const world = await givenPeople(db, OPEN);
    const hand = handOf(world);
    for (let round = 0; round < ROUNDS; round += 1) {
      const { id } = await world.idp.post({ userName: `n${round}@acme.example` });
      const results = await together([
        hand.edit(id, { title: 'Lead' }, 1),
        hand.edit(id, { nickName: 'An' }, 1),
      ]);
      expect(results.toSorted()).toEqual(['done', 'version_mismatch']);
      expect((await world.read(id)).version).toBe(2);
    }
  });

  it('who deactivate or delete each other as the last two administrators: one of them stays', async () => {
    for (let round = 0; round < ROUNDS; round += 1) {
      const world = await givenPeople(db, OPEN);
      const [ana, ben] = [
        await world.createUnmanaged('ana@acme.example'),
        await world.createUnmanaged('ben@acme.example'),
      ];
      await grant(db, world.accountId, ['account_admin'], [ana.id, ben.id]);
      const hand = handOf(world);
      const results = await together([
        hand.deactivate(ben.id),
        round % 2 === 0 ? hand.deactivate(ana.id) : hand.delete(ana.id),
      ]);
      expect(results.toSorted()).toEqual(['done', 'last_account_admin']);
    }
  });

  it('who choose the last seat for two people: one has it', async () => {
    const world = await givenPeople(db, { ...OPEN, seats: { it: 1 } });
    const [ana, ben] = [
      await world.idp.post({ userName: 'ana@acme.example' }),
      await world.idp.post({ userName: 'ben@acme.example' }),
    ];
    const hand = handOf(world);
    for (let round = 0; round < ROUNDS; round += 1) {
      const results = await together([hand.choose(ana.id, 'it'), hand.choose(ben.id, 'it')]);
      expect(results.toSorted()).toEqual(['done', 'no_free_seat']);
      expect(await findMiscounts(db)).toEqual([]);
      await together([hand.choose(ana.id, null), hand.choose(ben.id, null)]);
    }
  });

  it('who create one person, or take one name in two ways: one does', async () => {
    const world = await givenPeople(db, OPEN);
    const hand = handOf(world);
    for (let round = 0; round < ROUNDS; round += 1) {
      const other = await world.createUnmanaged(`other${round}@acme.example`);
      const userName = `n${round}@acme.example`;
      const results = await together([
        hand.create({ userName }),
        hand.create({ userName: userName.toUpperCase() }),
        hand.edit(other.id, { userName }),
      ]);
      expect(results.toSorted()).toEqual(['done', 'user_name_taken', 'user_name_taken']);
    }
  });
});

describe('an administrator and the identity provider at once', () => {
  it('who deactivate and reactivate one person: the later of the two stands, and the seats are right', async () => {
    const world = await givenPeople(db, { ...OPEN, seats: { developer: 100 } });
    const hand = handOf(world);
    for (let round = 0; round < ROUNDS; round += 1) {
      const { id } = await world.idp.post({ userName: `n${round}@acme.example` });
      const results = await together([
        hand.deactivate(id),
        world.idp.patch(id, { active: true, attributes: { title: 'Lead' } }),
      ]);
      expect(results).toEqual(['done', 'done']);
      const user = await world.read(id);
      expect(user).toMatchObject({ attributes: { title: 'Lead' }, version: 3 });
      expect(await findMiscounts(db)).toEqual([]);
    }
  });

  it('who delete one person: gone for both, once', async () => {
    const world = await givenPeople(db, { ...OPEN, seats: { developer: 100 } });
    for (let round = 0; round < ROUNDS; round += 1) {
      const { id } = await world.idp.post({ userName: `n${round}@acme.example` });
      const results = await together([handOf(world).delete(id), world.idp.delete(id)]);
      expect(results).toEqual(['done', 'done']);
      expect(await world.read(id)).toMatchObject({ state: 'deleted', deletedBy: 'scim' });
      expect(await findMiscounts(db)).toEqual([]);
    }
  });

  it('who create one person: one of them does, and SCIM links whom it finds', async () => {
    const world = await givenPeople(db, OPEN);
    for (let round = 0; round < ROUNDS; round += 1) {
      const userName = `n${round}@acme.example`;
      const [byHand, byScim] = await together([
        handOf(world).create({ userName }),
        world.idp.post({ userName }),
      ]);
      expect(byScim).toBe('done');
      expect(['done', 'user_name_taken']).toContain(byHand);
    }
  });
});
