import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { testDatabase, type TestDatabase } from '../testing/database.ts';
import { forgetSignIn } from './forget-sign-in.ts';
import { givenSignIn } from './sso-testing.ts';

const ANA = { userName: 'ana@acme.example', externalId: 'x-ana' };

let database: TestDatabase;

beforeAll(async () => {
  database = await testDatabase();
});

afterAll(() => database[Symbol.asyncDispose]());

describe('the groups in the token', () => {
  test('are stored, and give the license that they are mapped to', async () => {
    const world = await givenSignIn(database.db);
    await world.mapLicenses({ read_only: ['readers'], it: ['keepers'] });
    const { userId } = await world.enter({ groups: ['readers', 'others', 'readers'] });
    expect(await world.read(userId)).toMatchObject({
      signInGroups: ['others', 'readers'],
      licenseType: 'read_only',
      licenseSource: 'sso_mapping',
    });
    await world.enter({ groups: ['keepers', 'readers'] });
    expect(await world.read(userId)).toMatchObject({ licenseType: 'it' });
    expect((await world.events()).map(({ kind }) => kind)).toContain('user.license_changed');
  });

  test('lead an unmanaged person into mapped groups and those for everybody, and out of other mapped ones', async () => {
    const world = await givenSignIn(database.db);
    const [sales, support, everybody] = [
      await world.group({ idpGroups: ['idp-sales'] }),
      await world.group({ idpGroups: ['idp-support'] }),
      await world.group({ assignByDefault: true }),
    ];
    const { userId } = await world.enter({ groups: ['idp-support'] });
    expect(await world.membersOf(support)).toEqual([userId]);
    expect(await world.membersOf(everybody)).toEqual([userId]);
    await world.enter({ groups: ['idp-sales'] });
    expect(await world.membersOf(sales)).toEqual([userId]);
    expect(await world.membersOf(support)).toEqual([]);
  });

  test('lead nobody whom SCIM manages into groups while SCIM is on', async () => {
    const world = await givenSignIn(database.db);
    await world.idp.post(ANA);
    const sales = await world.group({ idpGroups: ['idp-sales'] });
    await world.enter({ groups: ['idp-sales'] });
    expect(await world.membersOf(sales)).toEqual([]);
  });

  test.each([
    { groups: null, groupsOverflow: false, recorded: 'absent' },
    { groups: null, groupsOverflow: true, recorded: 'too_many' },
    { groups: ['idp-sales'], groupsOverflow: true, recorded: 'too_many' },
    { groups: Array.from({ length: 5001 }, (_, n) => `g${n}`), groupsOverflow: false, recorded: 'too_many' },
  ])('change neither groups nor license where they are $recorded, which is recorded', async (claim) => {
    const { groups, groupsOverflow, recorded } = claim;
    const world = await givenSignIn(database.db);
    await world.mapLicenses({ read_only: ['readers'] });
    const sales = await world.group({ idpGroups: ['idp-sales'] });
    const { userId } = await world.enter({ groups: ['readers', 'idp-sales'] });
    const before = await world.read(userId);
    await world.enter({ groups, groupsOverflow });
    expect(await world.read(userId)).toEqual(before);
    expect(await world.membersOf(sales)).toEqual([userId]);
    expect((await world.events()).at(-1)).toMatchObject({
      kind: 'sign_in.succeeded',
      detail: { groups: recorded },
    });
  });

  test('change nothing where they are as before: no version, no event but the sign-in', async () => {
    const world = await givenSignIn(database.db);
    await world.group({ idpGroups: ['b'] });
    const { userId } = await world.enter({ groups: ['a', 'b'] });
    await world.enter({ groups: ['a', 'b'] });
    const [before, events] = [await world.read(userId), (await world.events()).length];
    await world.enter({ groups: ['b', 'a'] });
    expect(await world.read(userId)).toEqual(before);
    expect(await world.events()).toHaveLength(events);
  });

  test('may hold what no mapping can name', async () => {
    const world = await givenSignIn(database.db);
    const { userId } = await world.enter({ groups: ['a\u0000b', '', ' ', 'x'.repeat(501), 'fine'] });
    expect(await world.read(userId)).toMatchObject({ signInGroups: ['fine'] });
  });
});

describe('a sign-in that finds no seat', () => {
  test('leaves license and groups as they were, tells the person and alerts administrators', async () => {
    const world = await givenSignIn(database.db, { seats: { it: 0 } });
    const sales = await world.group({ idpGroups: ['keepers'] });
    const { userId } = await world.enter({ groups: [] });
    await world.mapLicenses({ it: ['keepers'] });
    const before = await world.read(userId);
    const outcome = await world.signIn({ groups: ['keepers'] });
    expect(outcome).toMatchObject({ kind: 'signed_in', userId });
    expect(outcome.kind === 'signed_in' && outcome.notice).toContain('it');
    expect(await world.read(userId)).toEqual(before);
    expect(await world.membersOf(sales)).toEqual([]);
    expect((await world.events()).at(-1)).toMatchObject({
      kind: 'sign_in.succeeded',
      alert: true,
      detail: { noSeat: { licenseType: 'it' } },
    });
  });

  test('of two for the last seat at once, one gets it and both come in', async () => {
    const world = await givenSignIn(database.db, { seats: { it: 1 } });
    await world.mapLicenses({ it: ['keepers'] });
    const people = [
      { subject: 'a', address: 'a@acme.example' },
      { subject: 'b', address: 'b@acme.example' },
    ];
    for (const person of people) await world.enter({ ...person, groups: [] });
    const entered = await Promise.all(
      people.map((person) => world.enter({ ...person, groups: ['keepers'] })),
    );
    const licenses = await Promise.all(
      entered.map(async ({ userId }) => (await world.read(userId)).licenseType),
    );
    expect(new Set(licenses)).toEqual(new Set(['developer', 'it']));
  });
});

describe('where user names are free text', () => {
  test('a person is known by the confirmed e-mail, not by the user name', async () => {
    const world = await givenSignIn(database.db, { scim: { user_name_policy: 'any' } });
    const ana = await world.idp.post({ userName: 'ana', ...emails('ana@acme.example') });
    const eve = await world.idp.post({ userName: 'eve@acme.example' });
    expect(await world.enter()).toMatchObject({ userId: ana.id });
    expect(await world.signIn({ subject: 'sub-eve', address: 'eve@acme.example' })).toMatchObject({
      reason: 'address_not_confirmed',
      userId: eve.id,
    });
  });

  test('an address that was never confirmed does not lead to the person', async () => {
    const world = await givenSignIn(database.db, {
      scim: { user_name_policy: 'any', unprovisioned_sign_in: false },
    });
    const ana = await world.idp.post({ userName: 'ana', ...emails('ana@acme.example') });
    await world.idp.patch(ana.id, emails('ana@elsewhere.example'));
    expect(await world.signIn({ address: 'ana@elsewhere.example' })).toMatchObject({
      reason: 'not_provisioned',
    });
    expect(await world.enter()).toMatchObject({ userId: ana.id });
  });

  test('an address that several people have leads to none of them', async () => {
    const world = await givenSignIn(database.db, { scim: { user_name_policy: 'any' } });
    await world.idp.post({ userName: 'ana', ...emails('ana@acme.example') });
    await world.idp.post({ userName: 'ana2', ...emails('ana@acme.example') });
    expect(await world.signIn()).toMatchObject({ reason: 'address_ambiguous' });
  });
});

test('an address that waits for confirmation leads to nobody, and makes nobody', async () => {
  const world = await givenSignIn(database.db);
  const ana = await world.idp.post(ANA);
  await world.idp.patch(ana.id, { userName: 'ana@elsewhere.example' });
  expect(await world.signIn({ address: 'ana@elsewhere.example' })).toMatchObject({
    reason: 'address_pending',
    userId: ana.id,
  });
});

test('forgetting beside sign-ins never leaves a session without a binding', async () => {
  const world = await givenSignIn(database.db);
  const ana = await world.idp.post(ANA);
  for (let round = 0; round < 8; round += 1) {
    const [outcomes] = await Promise.all([
      Promise.all(Array.from({ length: 3 }, () => world.signIn())),
      world.as((trx) => forgetSignIn(trx, world.operator, world.accountId, ana.id, new Date())),
    ]);
    const cookies = outcomes.flatMap((outcome) =>
      outcome.kind === 'signed_in' ? [outcome.session.value] : [],
    );
    const living = await Promise.all(cookies.map((cookie) => world.session(cookie)));
    const binding = await world.binding(ana.id);
    expect(binding !== undefined || living.every((session) => session === undefined)).toBe(true);
  }
});

test('erasing blanks who a person was at the provider, and the attempts that name them', async () => {
  const world = await givenSignIn(database.db, { scim: { unprovisioned_sign_in: false } });
  await world.signIn();
  const ana = await world.idp.post(ANA);
  await world.enter();
  await world.idp.delete(ana.id);
  await world.signIn();
  await world.erase(ana.id);
  expect(await world.binding(ana.id)).toBeUndefined();
  const events = await world.events();
  expect(events.filter(({ kind }) => kind.startsWith('sign_in.'))).toHaveLength(3);
  expect(JSON.stringify(events)).not.toContain('ana@acme.example');
});

function emails(value: string) {
  return { attributes: { emails: [{ value, type: 'work', primary: true }] } };
}
