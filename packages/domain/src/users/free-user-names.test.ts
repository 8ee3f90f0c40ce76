import { afterAll, describe, expect, it } from 'vitest';
import { testDatabase } from '../testing/database.ts';
import { workEmailOf } from '../testing/provisioning.ts';
import { givenPeople, type PeopleWorld } from './user-testing.ts';

const database = await testDatabase();
afterAll(() => database[Symbol.asyncDispose]());
const { db } = database;

function withFreeNames(): Promise<PeopleWorld> {
  return givenPeople(db, { scim: { user_name_policy: 'any' } });
}

async function setPolicy({ accountId }: PeopleWorld, policy: 'any' | 'email'): Promise<void> {
  await db
    .updateTable('scim_configurations')
    .set({ user_name_policy: policy })
    .where('account_id', '=', accountId)
    .execute();
}

function workEmail(value: string) {
  return { attributes: workEmailOf(value) };
}

describe('where user names are free text, an invited person', () => {
  it('whose e-mail changes is invited at the new address, and the earlier link dies', async () => {
    const { idp, invitations, accept, read } = await withFreeNames();
    const ana = await idp.post({ userName: 'ana', ...workEmail('ana@old.example') });
    expect(await idp.patch(ana.id, workEmail('ana@new.example'))).toMatchObject({ state: 'invited' });
    expect(await invitations()).toEqual([
      { address: 'ana@old.example', outcome: 'replaced' },
      { address: 'ana@new.example', outcome: null },
    ]);
    await expect(accept('ana@old.example')).rejects.toMatchObject({ reason: 'no_invitation' });
    await accept('ana@new.example');
    expect(await read(ana.id)).toMatchObject({ state: 'active', signInEmail: 'ana@new.example' });
  });

  it('whose e-mail moves into a verified domain, or goes, is active at once', async () => {
    const { idp } = await withFreeNames();
    const ana = await idp.post({ userName: 'ana', ...workEmail('ana@old.example') });
    const ben = await idp.post({ userName: 'ben', ...workEmail('ben@old.example') });
    expect(await idp.patch(ana.id, workEmail('ana@acme.example'))).toMatchObject({
      state: 'active',
      signInEmail: 'ana@acme.example',
    });
    expect(await idp.put(ben.id, { userName: 'ben' })).toMatchObject({ state: 'active', signInEmail: null });
  });

  it('whose user name alone changes keeps the invitation', async () => {
    const { idp, invitations } = await withFreeNames();
    const ana = await idp.post({ userName: 'ana', ...workEmail('ana@old.example') });
    expect(await idp.patch(ana.id, { userName: 'ana.ito' })).toMatchObject({ state: 'invited' });
    expect(await invitations()).toEqual([{ address: 'ana@old.example', outcome: null }]);
  });
});

describe('where user names are free text, a changed e-mail of an active person', () => {
  it('shows at once, and serves sign-in only when it is confirmed', async () => {
    const { idp, accept, read, events } = await withFreeNames();
    const ana = await idp.post({ userName: 'ana', ...workEmail('ana@acme.example') });
    expect(await idp.patch(ana.id, workEmail('ana@new.example'))).toMatchObject({
      state: 'active',
      attributes: workEmailOf('ana@new.example'),
      signInEmail: 'ana@acme.example',
    });
    await accept('ANA@new.example');
    expect(await read(ana.id)).toMatchObject({ userName: 'ana', signInEmail: 'ana@new.example' });
    await expect(accept('ana@new.example')).rejects.toMatchObject({ reason: 'no_invitation' });
    expect((await events()).map(({ kind }) => kind)).toEqual([
      'user.created',
      'user.changed',
      'email_change.confirmed',
    ]);
  });

  it('of somebody who comes back from a tombstone has to be confirmed anew', async () => {
    const { idp } = await withFreeNames();
    const ana = await idp.post({ userName: 'ana', ...workEmail('ana@acme.example') });
    await idp.delete(ana.id);
    expect(await idp.post({ userName: 'ana', ...workEmail('ana@new.example') })).toMatchObject({
      id: ana.id,
      state: 'invited',
      signInEmail: null,
    });
  });
});

describe('a change of the policy of user names', () => {
  it('to free text keeps the address that was confirmed before', async () => {
    const world = await givenPeople(db);
    const { idp, accept } = world;
    const ana = await idp.post({ userName: 'ana@elsewhere.example' });
    await accept('ana@elsewhere.example');
    await setPolicy(world, 'any');
    expect(await idp.patch(ana.id, { userName: 'ana' })).toMatchObject({
      userName: 'ana',
      signInEmail: 'ana@elsewhere.example',
    });
    await setPolicy(world, 'email');
    await idp.patch(ana.id, { attributes: { title: 'Lead' } });
    await setPolicy(world, 'any');
    expect(await idp.patch(ana.id, { attributes: { title: 'Head' } })).toMatchObject({
      signInEmail: 'ana@elsewhere.example',
    });
  });

  it('to addresses lets an identity provider put right whoever has none, with or without e-mails', async () => {
    const world = await withFreeNames();
    const { idp } = world;
    const ana = await idp.post({ userName: 'ana' });
    const ben = await idp.post({ userName: 'ben' });
    const eva = await idp.post({ userName: 'eva', ...workEmail('eva@acme.example') });
    await setPolicy(world, 'email');
    expect(await idp.patch(ana.id, { userName: 'ana@acme.example' })).toMatchObject({
      userName: 'ana@acme.example',
      attributes: workEmailOf('ana@acme.example'),
    });
    expect(await idp.patch(ben.id, workEmail('ben@acme.example'))).toMatchObject({
      userName: 'ben@acme.example',
    });
    expect(await idp.patch(eva.id, { userName: 'eva@acme.example' })).toMatchObject({
      userName: 'eva@acme.example',
      attributes: workEmailOf('eva@acme.example'),
    });
  });

  it('to addresses refuses no PUT that only deactivates somebody whose name is none', async () => {
    const world = await withFreeNames();
    const { idp } = world;
    const ana = await idp.post({ userName: 'ana', ...workEmail('ana@acme.example') });
    const ben = await idp.post({ userName: 'ben' });
    await setPolicy(world, 'email');
    for (const { id, userName, attributes } of [ana, ben]) {
      expect(await idp.put(id, { userName, attributes, active: false })).toMatchObject({
        state: 'deactivated',
      });
    }
    await expect(idp.put(ben.id, { userName: 'benjamin' })).rejects.toMatchObject({ path: 'userName' });
  });

  it('to addresses invites at the e-mail whoever comes back with a name that is none', async () => {
    const world = await withFreeNames();
    const { idp, restore, invitations } = world;
    const ana = await idp.post({ userName: 'ana', active: false, ...workEmail('ana@new.example') });
    const ben = await idp.post({ userName: 'ben', ...workEmail('ben@new.example') });
    await idp.delete(ben.id);
    await setPolicy(world, 'email');
    expect(await idp.patch(ana.id, { active: true })).toMatchObject({ state: 'invited' });
    expect(await restore(ben.id)).toMatchObject({ state: 'invited' });
    expect((await invitations()).filter(({ outcome }) => outcome === null)).toEqual([
      { address: 'ana@new.example', outcome: null },
      { address: 'ben@new.example', outcome: null },
    ]);
  });
});
