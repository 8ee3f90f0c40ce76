import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { testDatabase, type TestDatabase } from '../testing/database.ts';
import { givenSignIn, ISSUER } from './sso-testing.ts';
import type { SignInIdentity } from './sign-in-identity.ts';

let database: TestDatabase;

beforeAll(async () => {
  database = await testDatabase();
});

afterAll(() => database[Symbol.asyncDispose]());

describe('a provider that knows people by their address alone, as SAML does', () => {
  test('somebody whose address has changed on both sides comes in as before, bound to the new one', async () => {
    const world = await givenSignIn(database.db);
    const ana = await world.idp.post({ userName: 'ana@acme.example' });
    await world.enter(by('ana@acme.example'));
    await world.idp.patch(ana.id, { userName: 'ana.smith@acme.example' });
    expect(await world.enter(by('ana.smith@acme.example'))).toMatchObject({ userId: ana.id });
    expect(await world.binding(ana.id)).toEqual({ issuer: ISSUER, subject: 'ana.smith@acme.example' });
  });

  test('whoever gets an address that somebody else has given up is not that person', async () => {
    const world = await givenSignIn(database.db);
    const first = await world.idp.post({ userName: 'john@acme.example' });
    await world.enter(by('john@acme.example'));
    await world.idp.patch(first.id, { userName: 'john.the.first@acme.example' });
    const second = await world.enter(by('john@acme.example'));
    expect(second.userId).not.toBe(first.id);
    expect(await world.binding(second.userId)).toEqual({ issuer: ISSUER, subject: 'john@acme.example' });
    expect(await world.enter(by('john.the.first@acme.example'))).toMatchObject({ userId: first.id });
  });

  test('of sign-ins at once after a change of address, all come in as the same person', async () => {
    const world = await givenSignIn(database.db);
    const ana = await world.idp.post({ userName: 'ana@acme.example' });
    await world.enter(by('ana@acme.example'));
    await world.idp.patch(ana.id, { userName: 'ana.smith@acme.example' });
    const entered = await Promise.all(
      Array.from({ length: 4 }, () => world.enter(by('ana.smith@acme.example'))),
    );
    expect(entered.map(({ userId }) => userId)).toEqual(Array.from({ length: 4 }, () => ana.id));
  });

  test('while a change waits for its confirmation, neither address leads in as somebody else', async () => {
    const world = await givenSignIn(database.db);
    const ana = await world.idp.post({ userName: 'ana@acme.example' });
    await world.enter(by('ana@acme.example'));
    await world.idp.patch(ana.id, { userName: 'ana@elsewhere.example' });
    expect(await world.signIn(by('ana@elsewhere.example'))).toMatchObject({ reason: 'address_pending' });
    expect(await world.enter(by('ana@acme.example'))).toMatchObject({ userId: ana.id });
  });

  test('a deactivated person stays out under either address', async () => {
    const world = await givenSignIn(database.db);
    const ana = await world.idp.post({ userName: 'ana@acme.example' });
    await world.enter(by('ana@acme.example'));
    await world.idp.patch(ana.id, { userName: 'ana.smith@acme.example' });
    await world.idp.patch(ana.id, { active: false });
    expect(await world.signIn(by('ana.smith@acme.example'))).toMatchObject({ reason: 'deactivated' });
  });
});

function by(address: string): Partial<SignInIdentity> {
  return { subject: address, address, subjectIsAddress: true };
}
