import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { testDatabase, type TestDatabase } from '../testing/database.ts';
import { forgetSignIn } from './forget-sign-in.ts';
import { givenSignIn, ISSUER } from './sso-testing.ts';

const ANA = { userName: 'ana@acme.example', externalId: 'x-ana' };

let database: TestDatabase;

beforeAll(async () => {
  database = await testDatabase();
});

afterAll(() => database[Symbol.asyncDispose]());

describe('a sign-in is known by issuer and subject', () => {
  test('the first one binds the user whose user name is the address, whatever its letter case', async () => {
    const world = await givenSignIn(database.db);
    const ana = await world.idp.post(ANA);
    expect(await world.enter({ address: 'ANA@Acme.example' })).toMatchObject({ userId: ana.id });
    expect(await world.binding(ana.id)).toEqual({ issuer: ISSUER, subject: 'sub-ana' });
  });

  test('from then on the subject decides, whatever the address has become', async () => {
    const world = await givenSignIn(database.db);
    const ana = await world.idp.post(ANA);
    await world.idp.post({ userName: 'bob@acme.example' });
    await world.enter();
    expect(await world.enter({ address: 'bob@acme.example' })).toMatchObject({ userId: ana.id });
    expect(await world.enter({ address: null })).toMatchObject({ userId: ana.id });
    expect(await world.enter({ addressVerified: false })).toMatchObject({ userId: ana.id });
  });

  test('while a user is bound, another subject with that address is refused, with an alert', async () => {
    const world = await givenSignIn(database.db);
    const ana = await world.idp.post(ANA);
    await world.enter();
    expect(await world.signIn({ subject: 'sub-other' })).toMatchObject({
      kind: 'refused',
      reason: 'bound_to_another',
      userId: ana.id,
    });
    expect((await world.events()).at(-1)).toMatchObject({ kind: 'sign_in.refused', alert: true });
    expect(await world.binding(ana.id)).toEqual({ issuer: ISSUER, subject: 'sub-ana' });
  });

  test('of two first sign-ins at once with one address, one binds and the other is refused', async () => {
    const world = await givenSignIn(database.db);
    await world.idp.post(ANA);
    const outcomes = await Promise.all(
      ['sub-1', 'sub-2', 'sub-3'].map((subject) => world.signIn({ subject })),
    );
    expect(outcomes.map(({ kind }) => kind).toSorted()).toEqual(['refused', 'refused', 'signed_in']);
  });

  test('of first sign-ins at once of one unknown person, one makes the user and all come in as them', async () => {
    const world = await givenSignIn(database.db);
    const entered = await Promise.all(Array.from({ length: 4 }, () => world.enter()));
    expect(new Set(entered.map(({ userId }) => userId)).size).toBe(1);
  });

  test('a living user comes before a tombstone of the same name', async () => {
    const world = await givenSignIn(database.db);
    const gone = await world.idp.post(ANA);
    await world.idp.delete(gone.id);
    const back = await world.idp.post({ ...ANA, externalId: 'x-another' });
    expect(back.id).not.toBe(gone.id);
    expect(await world.enter()).toMatchObject({ userId: back.id });
  });

  test('somebody bound to a tombstone comes in as the living user who has their address now', async () => {
    const world = await givenSignIn(database.db);
    const gone = await world.idp.post(ANA);
    await world.enter();
    await world.idp.delete(gone.id);
    const back = await world.idp.post({ ...ANA, externalId: 'x-another' });
    expect(await world.enter()).toMatchObject({ userId: back.id });
    expect(await world.binding(gone.id)).toBeUndefined();
  });
});

describe('what never binds', () => {
  test('an address that the provider has not verified', async () => {
    const world = await givenSignIn(database.db);
    const ana = await world.idp.post(ANA);
    expect(await world.signIn({ addressVerified: false })).toMatchObject({ reason: 'address_unverified' });
    expect(await world.binding(ana.id)).toBeUndefined();
    expect(await world.signIn({ address: 'new@acme.example', addressVerified: false })).toMatchObject({
      reason: 'address_unverified',
    });
  });

  test('an issuer that serves several tenants', async () => {
    const world = await givenSignIn(database.db);
    await world.idp.post(ANA);
    const issuer = 'https://login.microsoftonline.com/common/v2.0';
    expect(await world.signIn({ issuer })).toMatchObject({ reason: 'shared_issuer' });
  });

  test('an issuer other than that of the account', async () => {
    const world = await givenSignIn(database.db);
    await world.idp.post(ANA);
    expect(await world.signIn({ issuer: 'https://other.example' })).toMatchObject({
      reason: 'provider_changed',
    });
  });

  test.each([null, '', 'ana', 'ana@acme@example', 'ana @acme.example'])('the address %j', async (address) => {
    const world = await givenSignIn(database.db);
    expect(await world.signIn({ address })).toMatchObject({ reason: 'no_address' });
  });

  test('what the provider said before: it is believed once', async () => {
    const world = await givenSignIn(database.db);
    await world.idp.post(ANA);
    const assertion = { id: 'nonce', expiresAt: new Date(Date.now() + 60_000) };
    await world.enter({ assertion });
    expect(await world.signIn({ assertion })).toMatchObject({ reason: 'replayed' });
  });
});

describe('signing in never revives, reactivates or re-creates anyone', () => {
  test('a deactivated person is refused, bound or not', async () => {
    const world = await givenSignIn(database.db);
    const ana = await world.idp.post(ANA);
    await world.idp.patch(ana.id, { active: false });
    expect(await world.signIn()).toMatchObject({ kind: 'refused', reason: 'deactivated', userId: ana.id });
    await world.idp.patch(ana.id, { active: true });
    await world.enter();
    await world.idp.patch(ana.id, { active: false });
    expect(await world.signIn()).toMatchObject({ reason: 'deactivated' });
  });

  test('a person whom SCIM deleted is refused, bound or not', async () => {
    const world = await givenSignIn(database.db);
    const ana = await world.idp.post(ANA);
    await world.enter();
    await world.idp.delete(ana.id);
    expect(await world.signIn()).toMatchObject({ reason: 'deleted', userId: ana.id });
    expect(await world.signIn({ subject: 'sub-other' })).toMatchObject({ reason: 'deleted' });
    expect(await world.read(ana.id)).toMatchObject({ state: 'deleted' });
  });

  test('a person whom an administrator deleted is refused', async () => {
    const world = await givenSignIn(database.db);
    const ana = await world.idp.post(ANA);
    await world.deleteAsAdministrator(ana.id);
    expect(await world.signIn()).toMatchObject({ reason: 'deleted' });
  });

  test('an invited person is led to acceptance, and not bound before', async () => {
    const world = await givenSignIn(database.db, { verifiedDomains: [] });
    const ana = await world.idp.post(ANA);
    expect(await world.signIn()).toMatchObject({ kind: 'invited', userId: ana.id, address: ANA.userName });
    expect(await world.binding(ana.id)).toBeUndefined();
    await world.accept(ANA.userName);
    expect(await world.enter()).toMatchObject({ userId: ana.id });
  });
});

describe('somebody unknown', () => {
  test('becomes an unmanaged user where unprovisioned sign-in is on, named as the provider says', async () => {
    const world = await givenSignIn(database.db);
    const { userId } = await world.enter({ displayName: 'Ana I.' });
    expect(await world.read(userId)).toMatchObject({
      state: 'active',
      scimManaged: false,
      userName: 'ana@acme.example',
      licenseType: 'developer',
      attributes: { name: { givenName: 'Ana', familyName: 'Ito' }, displayName: 'Ana I.' },
    });
  });

  test('is named by the address where the provider says nothing', async () => {
    const world = await givenSignIn(database.db);
    const { userId } = await world.enter({
      address: 'olga.van.owner@acme.example',
      givenName: null,
      familyName: '\u0000 ',
    });
    expect(await world.read(userId)).toMatchObject({
      attributes: { name: { givenName: 'Olga', familyName: 'Van Owner' } },
    });
  });

  test('is refused where it is off', async () => {
    const world = await givenSignIn(database.db, { scim: { unprovisioned_sign_in: false } });
    expect(await world.signIn()).toMatchObject({ kind: 'refused', reason: 'not_provisioned', userId: null });
    expect((await world.events()).at(-1)).toMatchObject({ kind: 'sign_in.refused', alert: false });
  });

  test('becomes one where it is off while SCIM is off, too: the setting rests', async () => {
    const world = await givenSignIn(database.db, { scim: { enabled: false, unprovisioned_sign_in: false } });
    expect(await world.signIn()).toMatchObject({ kind: 'signed_in', isNew: true });
  });

  test('is linked by a later SCIM write', async () => {
    const world = await givenSignIn(database.db);
    const { userId } = await world.enter();
    expect(await world.idp.post(ANA)).toMatchObject({ id: userId, scimManaged: true });
  });

  test('is refused where no seat is free, without a trace but an alert', async () => {
    const world = await givenSignIn(database.db, { seats: { developer: 0 } });
    expect(await world.signIn()).toMatchObject({ kind: 'refused', reason: 'no_free_license' });
    expect(await world.events()).toMatchObject([
      { kind: 'sso_provider.changed' },
      { kind: 'sign_in.refused', alert: true },
    ]);
  });
});

describe('forgetting', () => {
  test('drops the binding and ends the sessions; the next sign-in binds anew', async () => {
    const world = await givenSignIn(database.db);
    const ana = await world.idp.post(ANA);
    const { cookie } = await world.enter();
    await world.as((trx) => forgetSignIn(trx, world.operator, world.accountId, ana.id, new Date()));
    expect(await world.session(cookie)).toBeUndefined();
    await world.enter({ subject: 'sub-new' });
    expect(await world.binding(ana.id)).toEqual({ issuer: ISSUER, subject: 'sub-new' });
  });

  test('a change of the issuer drops all bindings and ends the sessions', async () => {
    const world = await givenSignIn(database.db);
    const ana = await world.idp.post(ANA);
    const { cookie } = await world.enter();
    await world.connect({ issuer: 'https://new.acme.example' });
    expect(await world.session(cookie)).toBeUndefined();
    expect(await world.binding(ana.id)).toBeUndefined();
    expect(await world.signIn()).toMatchObject({ reason: 'provider_changed' });
    await world.enter({ issuer: 'https://new.acme.example', subject: 'there' });
  });

  test('revival drops the binding', async () => {
    const world = await givenSignIn(database.db);
    const ana = await world.idp.post(ANA);
    await world.enter();
    await world.idp.delete(ana.id);
    expect(await world.idp.post(ANA)).toMatchObject({ id: ana.id });
    expect(await world.binding(ana.id)).toBeUndefined();
    await world.enter({ subject: 'sub-new' });
    await world.deleteAsAdministrator(ana.id);
    await world.idp.patch(ana.id, { active: true });
    expect(await world.binding(ana.id)).toBeUndefined();
  });

  test('restoring drops the binding', async () => {
    const world = await givenSignIn(database.db);
    const ana = await world.idp.post(ANA);
    await world.enter();
    await world.idp.delete(ana.id);
    await world.restore(ana.id);
    expect(await world.binding(ana.id)).toBeUndefined();
  });
});
