import { randomBytes, X509Certificate } from 'node:crypto';
import { rootCertificates } from 'node:tls';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { callerWith } from '../admins/caller.ts';
import { PERMISSION_SETS } from '../admins/permission-sets.ts';
import { testDatabase, type TestDatabase } from '../testing/database.ts';
import { findOidcClient, findSsoProvider } from './find-sso-provider.ts';
import { secretBox } from './secret-box.ts';
import { noteProviderTest, removeSsoProvider, setSsoProvider } from './set-sso-provider.ts';
import { givenSignIn, ISSUER, OPERATOR, type SignInWorld, SURROUNDINGS } from './sso-testing.ts';
import type { OidcProviderInput, SsoProviderInput } from './sso-provider.ts';

// Any certificate does: it is read, not used.
const CERTIFICATE = new X509Certificate(rootCertificates[0] ?? '').toString().trim();
const SAML = {
  protocol: 'saml',
  issuer: 'urn:acme',
  signOnUrl: 'https://idp.acme.example/saml',
  signingCertificates: [CERTIFICATE],
} as const;
const OIDC = { protocol: 'oidc', issuer: ISSUER, clientId: 'rollcall' } as const;

let database: TestDatabase;

beforeAll(async () => {
  database = await testDatabase();
});

afterAll(() => database[Symbol.asyncDispose]());

describe('the client secret', () => {
  test('is sealed in the database, told in no event, and given to the edge alone', async () => {
    const world = await givenSignIn(database.db);
    await set(world, { ...OIDC, clientSecret: 'very secret' });
    const provider = await findSsoProvider(database.db, world.accountId);
    expect(provider?.protocol === 'oidc' && provider.clientSecretSetAt).toBeInstanceOf(Date);
    const client = await findOidcClient(database.db, SURROUNDINGS.secrets, world.accountId);
    expect(client?.clientSecret).toBe('very secret');
    const rows = await database.db
      .selectFrom('sso_providers')
      .selectAll()
      .where('account_id', '=', world.accountId)
      .execute();
    const stored = rows.map((row) => row.client_secret?.toString('latin1'));
    expect(JSON.stringify([provider, stored, await world.events()])).not.toContain('very secret');
  });

  test('stays where it is not named, and goes where it is null', async () => {
    const world = await givenSignIn(database.db);
    await set(world, { ...OIDC, clientSecret: 'first' });
    await set(world, { ...OIDC, clientId: 'another' });
    const secret = async () =>
      (await findOidcClient(database.db, SURROUNDINGS.secrets, world.accountId))?.clientSecret;
    expect(await secret()).toBe('first');
    await set(world, { ...OIDC, clientSecret: null });
    expect(await secret()).toBeNull();
  });

  test('that no key opens is a refusal that names the remedy', async () => {
    const world = await givenSignIn(database.db);
    const lost = findOidcClient(database.db, secretBox(randomBytes(32)), world.accountId);
    await expect(lost).rejects.toMatchObject({ reason: 'secret_unreadable' });
  });

  test('sealed for one account does not open for another', async () => {
    const [ours, theirs] = [await givenSignIn(database.db), await givenSignIn(database.db)];
    const moved = await database.db
      .selectFrom('sso_providers')
      .select('client_secret')
      .where('account_id', '=', theirs.accountId)
      .executeTakeFirstOrThrow();
    await database.db
      .updateTable('sso_providers')
      .set(moved)
      .where('account_id', '=', ours.accountId)
      .execute();
    const opened = findOidcClient(database.db, SURROUNDINGS.secrets, ours.accountId);
    await expect(opened).rejects.toMatchObject({ reason: 'secret_unreadable' });
  });
});

describe('the provider', () => {
  test.each(PERMISSION_SETS.filter((each) => each !== 'account_admin'))(
    'is not changed, removed or noted as tested by %s',
    async (permissionSet) => {
      const world = await givenSignIn(database.db);
      const caller = callerWith(OPERATOR, null, [permissionSet]);
      const denied = { code: 'forbidden', right: 'settings:write' };
      const { accountId } = world;
      const now = new Date();
      await expect(
        world.as((trx) => setSsoProvider(trx, SURROUNDINGS, caller, accountId, OIDC, now)),
      ).rejects.toMatchObject(denied);
      await expect(world.as((trx) => removeSsoProvider(trx, caller, accountId, now))).rejects.toMatchObject(
        denied,
      );
      await expect(world.as((trx) => noteProviderTest(trx, caller, accountId, 1, now))).rejects.toMatchObject(
        denied,
      );
    },
  );

  test('set to what it is writes nothing', async () => {
    const world = await givenSignIn(database.db);
    await set(world, { ...OIDC, clientSecret: 'the same' });
    const before = await world.events();
    const provider = await set(world, { ...OIDC, clientSecret: 'the same' });
    expect(provider.version).toBe(2);
    expect(await world.events()).toEqual(before);
  });

  test('keeps bindings and sessions through a change of anything but the issuer', async () => {
    const world = await givenSignIn(database.db);
    const { cookie } = await world.enter();
    await set(world, { ...OIDC, clientId: 'another', groupsClaim: 'roles' });
    expect(await world.session(cookie)).toBeDefined();
  });

  test('that speaks another protocol knows nobody any more, though its name stays', async () => {
    const world = await givenSignIn(database.db);
    const { cookie, userId } = await world.enter();
    await set(world, { ...SAML, issuer: ISSUER });
    expect(await world.session(cookie)).toBeUndefined();
    expect(await world.binding(userId)).toBeUndefined();
  });

  test.each([
    {
      protocol: 'saml',
      kind: 'entra',
      claim: 'http://schemas.microsoft.com/ws/2008/06/identity/claims/groups',
    },
    { protocol: 'saml', kind: 'okta', claim: 'groups' },
    { protocol: 'oidc', kind: 'entra', claim: 'groups' },
  ] as const)(
    'of $protocol and the kind $kind is asked for groups as $claim',
    async ({ protocol, kind, claim }) => {
      const world = await givenSignIn(database.db);
      const input = protocol === 'saml' ? SAML : OIDC;
      expect(await set(world, { ...input, kind })).toMatchObject({ protocol, groupsClaim: claim });
      expect(await set(world, { ...input, groupsClaim: 'memberOf' })).toMatchObject({
        groupsClaim: 'memberOf',
      });
    },
  );

  test('of SAML keeps certificates as PEM, whichever way they were given', async () => {
    const world = await givenSignIn(database.db);
    const base64 = CERTIFICATE.replaceAll(/-----[A-Z ]+-----|\n/gu, '');
    const provider = await set(world, {
      ...SAML,
      signingCertificates: [base64, CERTIFICATE, ` ${CERTIFICATE}`],
    });
    expect(provider).toMatchObject({ signingCertificates: [`${CERTIFICATE}\n`] });
    expect(await findSsoProvider(database.db, world.accountId)).toEqual(provider);
  });

  test('asked for a version that it is not at is left alone', async () => {
    const world = await givenSignIn(database.db);
    const stale = world.as((trx) =>
      setSsoProvider(
        trx,
        SURROUNDINGS,
        world.operator,
        world.accountId,
        { ...OIDC, clientId: 'another' },
        new Date(),
        { oneOf: [7] },
      ),
    );
    await expect(stale).rejects.toMatchObject({ code: 'version_mismatch' });
  });

  test('passes its test in one form; a change asks for another test', async () => {
    const world = await givenSignIn(database.db);
    const now = new Date();
    await world.as((trx) => noteProviderTest(trx, world.operator, world.accountId, 1, now));
    expect(await findSsoProvider(database.db, world.accountId)).toMatchObject({ testedAt: now });
    await set(world, { ...OIDC, clientId: 'another' });
    expect(await findSsoProvider(database.db, world.accountId)).toMatchObject({ testedAt: null });
    await world.as((trx) => noteProviderTest(trx, world.operator, world.accountId, 1, now));
    expect(await findSsoProvider(database.db, world.accountId)).toMatchObject({ testedAt: null });
  });

  test('gives the account its kind', async () => {
    const world = await givenSignIn(database.db, { account: { sso_provider_kind: null } });
    expect(await set(world, { ...OIDC, clientId: 'another' })).toMatchObject({ kind: 'custom' });
    expect(await set(world, { ...OIDC, kind: 'entra' })).toMatchObject({ kind: 'entra' });
    expect(await findSsoProvider(database.db, world.accountId)).toMatchObject({ kind: 'entra' });
  });

  test('once removed, lets nobody in: bindings and sessions are gone', async () => {
    const world = await givenSignIn(database.db);
    const { cookie } = await world.enter();
    await world.as((trx) => removeSsoProvider(trx, world.operator, world.accountId, new Date()));
    expect(await world.session(cookie)).toBeUndefined();
    expect(await world.signIn()).toMatchObject({ reason: 'provider_changed' });
    expect(await findSsoProvider(database.db, world.accountId)).toBeUndefined();
  });
});

describe('what cannot be a provider', () => {
  test.each<[Partial<OidcProviderInput>, string]>([
    [{ issuer: '' }, 'issuer'],
    [{ issuer: 'idp.acme.example' }, 'issuer'],
    [{ issuer: 'http://idp.acme.example' }, 'issuer'],
    [{ issuer: 'https://user:word@idp.acme.example' }, 'issuer'],
    [{ issuer: 'https://idp.acme.example?x=1' }, 'issuer'],
    [{ issuer: 'https://idp.acme.example#x' }, 'issuer'],
    [{ issuer: 'javascript:alert(1)' }, 'issuer'],
    [{ issuer: `https://idp.acme.example/${'x'.repeat(1000)}` }, 'issuer'],
    [{ issuer: 'https://login.microsoftonline.com/common/v2.0' }, 'issuer'],
    [{ clientId: ' ' }, 'clientId'],
    [{ clientId: 'a\u0000b' }, 'clientId'],
    [{ clientSecret: '' }, 'clientSecret'],
    [{ clientSecret: 'a\nb' }, 'clientSecret'],
    [{ groupsClaim: '' }, 'groupsClaim'],
  ])('%j is refused at %s', async (changes, path) => {
    const world = await givenSignIn(database.db);
    await expect(set(world, { ...OIDC, ...changes })).rejects.toMatchObject({ code: 'invalid_input', path });
  });

  test.each([
    [[]],
    [['no certificate']],
    [['']],
    [['-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----']],
  ])('SAML signing certificates %j are refused', async (signingCertificates) => {
    const world = await givenSignIn(database.db);
    await expect(set(world, { ...SAML, signingCertificates })).rejects.toMatchObject({
      code: 'invalid_input',
    });
  });
});

async function set(world: SignInWorld, input: SsoProviderInput) {
  return world.as((trx) =>
    setSsoProvider(trx, SURROUNDINGS, world.operator, world.accountId, input, new Date()),
  );
}
