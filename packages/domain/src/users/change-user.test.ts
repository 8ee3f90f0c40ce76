import { describe, expect, it } from 'vitest';
import { inTransaction } from '../database/transaction.ts';
import { answerAtAddress } from '../invitations/answer-at-address.ts';
import { resendInvitation } from '../invitations/resend-invitation.ts';
import { testDatabase } from '../testing/database.ts';
import { workEmailOf } from '../testing/provisioning.ts';
import { givenPeople } from './user-testing.ts';

const OPERATOR = { kind: 'operator', name: 'test' } as const;

async function givenWorld(given: Parameters<typeof givenPeople>[1] = {}) {
  const database = await testDatabase();
  const world = await givenPeople(database.db, given);
  const { db, accountId } = world;
  return {
    ...world,
    acceptAt: (address: string, now: Date) =>
      inTransaction(db, (trx) => answerAtAddress(trx, OPERATOR, accountId, address, now)),
    resend: (address: string) =>
      inTransaction(db, (trx) => resendInvitation(trx, OPERATOR, accountId, address, new Date())),
    kinds: async () => (await world.events()).map(({ kind }) => kind),
    [Symbol.asyncDispose]: () => database[Symbol.asyncDispose](),
  };
}

describe('a write that changes nothing', () => {
  it('writes nothing: no version, no time, no event', async () => {
    await using world = await givenWorld();
    const ana = await world.idp.post({
      userName: 'ana@acme.example',
      externalId: '1',
      attributes: { title: 'Engineer' },
    });
    await world.idp.patch(ana.id, { attributes: { title: 'Engineer' } });
    await world.idp.put(ana.id, {
      userName: 'ana@acme.example',
      externalId: '1',
      attributes: ana.attributes,
    });
    expect(await world.read(ana.id)).toEqual(ana);
    expect(await world.kinds()).toEqual(['user.created']);
  });

  it('writes nothing after a change of userName alone either, and cancels nothing that waits', async () => {
    await using world = await givenWorld();
    const ana = await world.idp.post({ userName: 'ana@acme.example' });
    await world.idp.patch(ana.id, { userName: 'ito@acme.example' });
    await world.idp.patch(ana.id, { userName: 'ana@new.example' });
    const before = await world.read(ana.id);
    await world.idp.put(ana.id, { userName: 'ito@acme.example', attributes: before.attributes });
    await world.idp.put(ana.id, { userName: 'ito@acme.example' });
    expect(await world.read(ana.id)).toEqual(before);
    expect(before.pendingUserName).toBe('ana@new.example');
  });
});

describe('a PUT', () => {
  it('clears what it omits, but keeps active and licenseType', async () => {
    await using world = await givenWorld();
    const ana = await world.idp.post({
      userName: 'ana@acme.example',
      externalId: '1',
      licenseType: 'it',
      attributes: { title: 'Engineer', nickName: 'A' },
    });
    await world.idp.patch(ana.id, { active: false });
    const after = await world.idp.put(ana.id, {
      userName: 'ana@acme.example',
      active: undefined,
      attributes: { title: 'Lead' },
    });
    expect(after).toMatchObject({ state: 'deactivated', externalId: null, assertedLicenseType: 'it' });
    expect(after.attributes).toEqual({ title: 'Lead', ...workEmailOf('ana@acme.example') });
  });
});

describe('deactivation', () => {
  it('is undone by reactivation, with the license held before', async () => {
    await using world = await givenWorld();
    const ana = await world.idp.post({ userName: 'ana@acme.example', licenseType: 'read_only' });
    await world.idp.patch(ana.id, { active: false, licenseType: null });
    expect(await world.idp.patch(ana.id, { active: true })).toMatchObject({
      state: 'active',
      licenseType: 'read_only',
      licenseSource: 'scim',
    });
    expect(await world.kinds()).toEqual(['user.created', 'user.deactivated', 'user.reactivated']);
  });

  it('of an invited person ends the invitation; reactivation invites again', async () => {
    await using world = await givenWorld();
    const ana = await world.idp.post({ userName: 'ana@elsewhere.example' });
    await world.idp.patch(ana.id, { active: false });
    expect(await world.idp.patch(ana.id, { active: true })).toMatchObject({ state: 'invited' });
    expect(await world.invitations()).toEqual([
      { address: 'ana@elsewhere.example', outcome: 'revoked' },
      { address: 'ana@elsewhere.example', outcome: null },
    ]);
  });

  it('works for somebody whose user name no longer fits the policy', async () => {
    await using world = await givenWorld({ scim: { user_name_policy: 'any' } });
    const ana = await world.idp.post({ userName: 'ana' });
    await world.db
      .updateTable('scim_configurations')
      .set({ user_name_policy: 'email' })
      .where('account_id', '=', world.accountId)
      .execute();
    expect(await world.idp.patch(ana.id, { active: false })).toMatchObject({ state: 'deactivated' });
  });
});

describe('an invitation', () => {
  it('makes the person active and licensed on acceptance, once', async () => {
    await using world = await givenWorld();
    const ana = await world.idp.post({ userName: 'ana@elsewhere.example', licenseType: 'it' });
    await world.accept('ANA@elsewhere.example');
    expect(await world.read(ana.id)).toMatchObject({
      state: 'active',
      licenseType: 'it',
      licenseSource: 'scim',
    });
    await expect(world.accept('ana@elsewhere.example')).rejects.toMatchObject({ reason: 'no_invitation' });
  });

  it('that finds no seat leaves everything as it was', async () => {
    await using world = await givenWorld({ seats: { developer: 0 } });
    const ana = await world.idp.post({ userName: 'ana@elsewhere.example' });
    await expect(world.accept('ana@elsewhere.example')).rejects.toMatchObject({ reason: 'no_free_seat' });
    expect(await world.read(ana.id)).toEqual(ana);
  });

  it('expires after fourteen days and can be sent again', async () => {
    await using world = await givenWorld();
    await world.idp.post({ userName: 'ana@elsewhere.example' });
    const late = new Date(Date.now() + 14 * 24 * 3600 * 1000 + 1000);
    await expect(world.acceptAt('ana@elsewhere.example', late)).rejects.toThrow(
      /expired on .* Send it again/,
    );
    await world.resend('ana@elsewhere.example');
    expect((await world.invitations()).map((invitation) => invitation.outcome)).toEqual(['replaced', null]);
  });
});

describe('a change of e-mail', () => {
  it('to a verified domain applies at once', async () => {
    await using world = await givenWorld();
    const ana = await world.idp.post({ userName: 'ana@acme.example' });
    expect(await world.idp.patch(ana.id, { userName: 'ito@acme.example' })).toMatchObject({
      userName: 'ito@acme.example',
      pendingUserName: null,
      attributes: workEmailOf('ito@acme.example'),
    });
  });

  it('elsewhere waits for confirmation: old values are shown, other attributes apply', async () => {
    await using world = await givenWorld();
    const ana = await world.idp.post({ userName: 'ana@acme.example' });
    const after = await world.idp.put(ana.id, {
      userName: 'ana@new.example',
      attributes: { ...workEmailOf('ana@new.example'), title: 'Lead' },
    });
    expect(after).toMatchObject({
      userName: 'ana@acme.example',
      pendingUserName: 'ana@new.example',
      attributes: { ...workEmailOf('ana@acme.example'), title: 'Lead' },
    });
    await world.accept('ana@new.example');
    expect(await world.read(ana.id)).toMatchObject({
      userName: 'ana@new.example',
      pendingUserName: null,
      attributes: workEmailOf('ana@new.example'),
      state: 'active',
    });
  });

  it('that waits is not asked for twice, and nobody else can take the address', async () => {
    await using world = await givenWorld();
    const ana = await world.idp.post({ userName: 'ana@acme.example' });
    await world.idp.patch(ana.id, { userName: 'ana@new.example' });
    await world.idp.patch(ana.id, { userName: 'ana@new.example' });
    await world.idp.patch(ana.id, workEmailPatch('ANA@new.example'));
    expect(await world.kinds()).toEqual(['user.created', 'user.changed']);
    await expect(world.idp.post({ userName: 'ANA@NEW.example' })).rejects.toMatchObject({
      reason: 'user_name_taken',
    });
    const ben = await world.idp.post({ userName: 'ben@acme.example' });
    await expect(world.idp.patch(ben.id, { userName: 'ana@new.example' })).rejects.toMatchObject({
      reason: 'user_name_taken',
    });
  });

  it('is cancelled by the old value, but not by a PUT that only deactivates or says nothing new', async () => {
    await using world = await givenWorld();
    const ana = await world.idp.post({ userName: 'ana@acme.example' });
    await world.idp.patch(ana.id, { userName: 'ana@new.example' });
    await world.idp.put(ana.id, { userName: 'ana@acme.example', active: false, attributes: ana.attributes });
    await world.idp.put(ana.id, { userName: 'ana@acme.example', active: true, attributes: ana.attributes });
    await world.idp.patch(ana.id, { attributes: { title: 'Lead' } });
    expect(await world.read(ana.id)).toMatchObject({ pendingUserName: 'ana@new.example' });
    await world.idp.patch(ana.id, { userName: 'ana@acme.example' });
    expect(await world.read(ana.id)).toMatchObject({ pendingUserName: null });
  });

  it('of an invited person applies at once, and invites at the new address', async () => {
    await using world = await givenWorld();
    const ana = await world.idp.post({ userName: 'ana@elsewhere.example' });
    expect(await world.idp.patch(ana.id, { userName: 'ana@new.example' })).toMatchObject({
      state: 'invited',
      userName: 'ana@new.example',
    });
    expect(await world.invitations()).toEqual([
      { address: 'ana@elsewhere.example', outcome: 'replaced' },
      { address: 'ana@new.example', outcome: null },
    ]);
    expect(await world.idp.patch(ana.id, { userName: 'ana@acme.example' })).toMatchObject({
      state: 'active',
      licenseType: 'developer',
    });
  });

  it('to one that somebody has is refused', async () => {
    await using world = await givenWorld();
    await world.idp.post({ userName: 'ben@acme.example' });
    const ana = await world.idp.post({ userName: 'ana@acme.example' });
    await expect(world.idp.patch(ana.id, { userName: 'BEN@acme.example' })).rejects.toMatchObject({
      reason: 'user_name_taken',
    });
  });

  it('by two people to one address at once is given to one of them', async () => {
    await using world = await givenWorld();
    const people = await Promise.all(
      ['a', 'b', 'c'].map((name) => world.idp.post({ userName: `${name}@acme.example` })),
    );
    for (const address of ['new@acme.example', 'new@elsewhere.example']) {
      const changes = await Promise.allSettled(
        people.map(({ id }) => world.idp.patch(id, { userName: address })),
      );
      expect(changes.map((change) => change.status).toSorted()).toEqual([
        'fulfilled',
        'rejected',
        'rejected',
      ]);
    }
  });
});

describe('a PATCH of userName or the work e-mail alone', () => {
  it('makes the other follow', async () => {
    await using world = await givenWorld();
    const ana = await world.idp.post({ userName: 'ana@acme.example' });
    const renamed = await world.idp.patch(ana.id, workEmailPatch('ito@acme.example'));
    expect(renamed).toMatchObject({
      userName: 'ito@acme.example',
      attributes: workEmailOf('ito@acme.example'),
    });
  });

  it('is refused when it would undo an earlier one-sided change of the other', async () => {
    await using world = await givenWorld();
    const ana = await world.idp.post({ userName: 'ana@acme.example' });
    await world.idp.patch(ana.id, { userName: 'ito@acme.example' });
    const undoing = world.idp.patch(ana.id, workEmailPatch('ana@acme.example'));
    await expect(undoing).rejects.toThrow(
      'maps userName and the work e-mail differently; map both to the same attribute',
    );
    await expect(world.idp.patch(ana.id, workEmailPatch('ito.ana@acme.example'))).resolves.toBeDefined();
  });

  it('of both to different addresses is refused', async () => {
    await using world = await givenWorld();
    const ana = await world.idp.post({ userName: 'ana@acme.example' });
    const split = world.idp.patch(ana.id, {
      userName: 'a@acme.example',
      ...workEmailPatch('b@acme.example'),
    });
    await expect(split).rejects.toMatchObject({ code: 'invalid_input', path: 'emails' });
  });

  it('cannot remove the work e-mail', async () => {
    await using world = await givenWorld();
    const ana = await world.idp.post({ userName: 'ana@acme.example' });
    const removal = world.idp.patch(ana.id, {
      attributes: { emails: [{ value: 'ana@home.example', type: 'home' }] },
    });
    await expect(removal).rejects.toThrow('The work e-mail cannot be removed');
  });
});

describe('a write by id', () => {
  it.each(['no-id-at-all', '00000000-0000-7000-8000-000000000000', ''])(
    'of the unknown "%s" finds nothing',
    async (id) => {
      await using world = await givenWorld();
      await expect(world.idp.patch(id, { active: false })).rejects.toMatchObject({ code: 'not_found' });
      await expect(world.idp.delete(id)).rejects.toMatchObject({ code: 'not_found' });
    },
  );

  it('in parallel with others loses nothing', async () => {
    await using world = await givenWorld();
    const ana = await world.idp.post({ userName: 'ana@acme.example' });
    const keys = Array.from({ length: 20 }, (_, index) => `key${index}`);
    await Promise.all(keys.map((key) => world.idp.patch(ana.id, { attributes: { [key]: key } })));
    const after = await world.read(ana.id);
    expect(Object.keys(after.attributes)).toEqual(expect.arrayContaining(keys));
    expect(after.version).toBe(21);
  });
});

function workEmailPatch(value: string) {
  return { attributes: workEmailOf(value) };
}
