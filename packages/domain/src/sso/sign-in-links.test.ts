import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { permissionSetsOfUser } from '../admins/permissions-of-users.ts';
import { testDatabase, type TestDatabase } from '../testing/database.ts';
import { findUser } from '../users/find-users.ts';
import { createSignInLink, type SignInLink, type SignInLinkTarget } from './create-sign-in-link.ts';
import { givenSignIn, OPERATOR, ORIGIN, type SignInWorld } from './sso-testing.ts';
import { findSignInLink, useSignInLink } from './use-sign-in-link.ts';

const ANA = { userName: 'ana@acme.example' };
const HOUR_MS = 3_600_000;

let database: TestDatabase;

beforeAll(async () => {
  database = await testDatabase();
});

afterAll(() => database[Symbol.asyncDispose]());

describe('a sign-in link', () => {
  test('works once: of presses at the same time, one signs in', async () => {
    const world = await givenSignIn(database.db);
    const ana = await world.idp.post(ANA);
    const { value } = await make(world, { userId: ana.id });
    const presses = await Promise.allSettled(Array.from({ length: 4 }, () => press(world, value)));
    expect(presses.map(({ status }) => status).toSorted()).toEqual([
      'fulfilled',
      'rejected',
      'rejected',
      'rejected',
    ]);
    await expect(press(world, value)).rejects.toMatchObject({ reason: 'sign_in_link_spent' });
  });

  test('is not spent by looking at it', async () => {
    const world = await givenSignIn(database.db);
    const ana = await world.idp.post(ANA);
    const { value } = await make(world, { userId: ana.id });
    for (let scans = 0; scans < 3; scans += 1) {
      expect(await findSignInLink(database.db, value, new Date())).toMatchObject({ userName: ANA.userName });
    }
    await press(world, value);
    expect(await findSignInLink(database.db, value, new Date())).toBeUndefined();
  });

  test('works for 24 hours', async () => {
    const world = await givenSignIn(database.db);
    const ana = await world.idp.post(ANA);
    const { value } = await make(world, { userId: ana.id });
    const late = new Date(Date.now() + 24 * HOUR_MS);
    await expect(press(world, value, late)).rejects.toMatchObject({ reason: 'sign_in_link_spent' });
    await press(world, value, new Date(late.getTime() - 60_000));
  });

  test('voids the older one', async () => {
    const world = await givenSignIn(database.db);
    const ana = await world.idp.post(ANA);
    const older = await make(world, { userId: ana.id });
    const newer = await make(world, { userId: ana.id });
    await expect(press(world, older.value)).rejects.toMatchObject({ reason: 'sign_in_link_spent' });
    await press(world, newer.value);
  });

  test('of two made at once, one works', async () => {
    const world = await givenSignIn(database.db);
    const ana = await world.idp.post(ANA);
    const links = await Promise.all([make(world, { userId: ana.id }), make(world, { userId: ana.id })]);
    const presses = await Promise.allSettled(links.map(({ value }) => press(world, value)));
    expect(presses.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
  });

  test('gives a session of one hour', async () => {
    const world = await givenSignIn(database.db);
    const ana = await world.idp.post(ANA);
    const { value } = await make(world, { userId: ana.id });
    const now = new Date();
    const session = await press(world, value, now);
    expect(await world.session(session, now)).toMatchObject({ kind: 'link', userId: ana.id });
    const late = new Date(now.getTime() + HOUR_MS);
    expect(await world.session(session, new Date(late.getTime() - 1))).toBeDefined();
    expect(await world.session(session, late)).toBeUndefined();
  });

  test('making and using it are events with an alert, without its value', async () => {
    const world = await givenSignIn(database.db);
    const ana = await world.idp.post(ANA);
    const { value } = await make(world, { userId: ana.id });
    const session = await press(world, value);
    const events = (await world.events()).slice(-2);
    expect(events).toMatchObject([
      { kind: 'sign_in_link.created', alert: true },
      { kind: 'sign_in_link.used', alert: true },
    ]);
    for (const secret of [value, session]) expect(JSON.stringify(events)).not.toContain(secret.split('.')[1]);
  });

  test.each(['invited', 'deactivated', 'deleted'] as const)('is not made for somebody %s', async (state) => {
    const world = await givenSignIn(database.db, {
      verifiedDomains: state === 'invited' ? [] : ['acme.example'],
    });
    const ana = await world.idp.post(ANA);
    if (state === 'deactivated') await world.idp.patch(ana.id, { active: false });
    if (state === 'deleted') await world.idp.delete(ana.id);
    await expect(make(world, { userId: ana.id })).rejects.toMatchObject({ reason: 'user_not_active' });
  });

  test('does not let in who was deactivated since', async () => {
    const world = await givenSignIn(database.db);
    const ana = await world.idp.post(ANA);
    const { value } = await make(world, { userId: ana.id });
    await world.idp.patch(ana.id, { active: false });
    await expect(press(world, value)).rejects.toMatchObject({ reason: 'user_not_active' });
  });

  test("is not made for another account's user, and opens nothing under another account's name", async () => {
    const [ours, theirs] = [await givenSignIn(database.db), await givenSignIn(database.db)];
    const ana = await theirs.idp.post(ANA);
    await expect(make(ours, { userId: ana.id })).rejects.toMatchObject({ code: 'not_found' });
    const { value } = await make(theirs, { userId: ana.id });
    const moved = value.replace(theirs.accountId, ours.accountId);
    expect(await findSignInLink(database.db, moved, new Date())).toBeUndefined();
  });
});

describe('a local administrator', () => {
  test('is made with the first link, and the same with the next', async () => {
    const world = await givenSignIn(database.db);
    const first = await make(world, { localAdministrator: { name: 'Night shift' } });
    const second = await make(world, { localAdministrator: { name: 'Night shift' } });
    expect(second.userId).toBe(first.userId);
    expect(await world.session(await press(world, second.value))).toMatchObject({
      userId: first.userId,
      permissionSets: ['account_admin'],
    });
    expect(await permissionSetsOfUser(database.db, world.accountId, first.userId)).toEqual(['account_admin']);
  });

  test('takes no seat and is never seen by SCIM', async () => {
    const world = await givenSignIn(database.db, { seats: { developer: 0 } });
    const { userId } = await make(world, { localAdministrator: { name: 'Night shift' } });
    expect(await world.read(userId)).toMatchObject({ state: 'active', licenseType: null });
    expect(await findUser(database.db, world.accountId, userId)).toBeUndefined();
    await expect(world.idp.patch(userId, { active: false })).rejects.toMatchObject({ code: 'not_found' });
  });

  test('does not come in by the provider', async () => {
    const world = await givenSignIn(database.db, { scim: { user_name_policy: 'any' } });
    const { userId } = await make(world, { localAdministrator: { name: 'Night shift' } });
    expect(await world.signIn({ address: 'local:Night shift' })).toMatchObject({ reason: 'no_address' });
    await database.db
      .updateTable('users')
      .set({ sign_in_email: 'night@acme.example' })
      .where('account_id', '=', world.accountId)
      .where('id', '=', userId)
      .execute();
    expect(await world.signIn({ address: 'night@acme.example' })).toMatchObject({
      reason: 'local_administrator',
    });
  });

  test.each(['', ' ', 'ana@acme.example', 'a\nb'])('cannot be called %j', async (name) => {
    const world = await givenSignIn(database.db);
    await expect(make(world, { localAdministrator: { name } })).rejects.toMatchObject({
      code: 'invalid_input',
      path: 'localAdministrator.name',
    });
  });
});

function make(world: SignInWorld, target: SignInLinkTarget): Promise<SignInLink> {
  return world.as((trx) => createSignInLink(trx, OPERATOR, world.accountId, target, new Date()));
}

async function press(world: SignInWorld, value: string, now = new Date()): Promise<string> {
  const session = await world.as((trx) => useSignInLink(trx, value, ORIGIN, now));
  return session.value;
}
