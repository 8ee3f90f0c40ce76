import { randomBytes } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { findAccount } from '@rollcall/domain/accounts/find-accounts';
import type { Database } from '@rollcall/domain/database/connection';
import { operatorCaller } from '@rollcall/domain/admins/caller';
import { inTransaction } from '@rollcall/domain/database/transaction';
import { openTokenCache } from '@rollcall/domain/scim-access/authenticate';
import { listScimTokens, revokeScimToken } from '@rollcall/domain/scim-access/scim-tokens';
import { listServiceTokens, revokeServiceToken } from '@rollcall/domain/scim-access/service-tokens';
import { findOidcClient, findSsoProvider } from '@rollcall/domain/sso/find-sso-provider';
import { secretBox } from '@rollcall/domain/sso/secret-box';
import { setSsoProvider } from '@rollcall/domain/sso/set-sso-provider';
import { testDatabase, type TestDatabase } from '@rollcall/domain/testing/database';
import { listAllUsers } from '@rollcall/domain/users/list-all-users';
import { expect, onTestFinished, test } from 'vitest';
import { ensureDemoAccounts } from './demo-accounts.ts';
import type { DemoAccount } from './demo-accounts-file.ts';
import { newSecrets } from './identity-provider/secrets.ts';

const publicScimUrl = 'http://127.0.0.1:4001';
const provider = {
  url: 'http://127.0.0.1:4002',
  secrets: newSecrets(),
  secretBox: secretBox(randomBytes(32)),
};

test('the first start makes an Okta and an Entra account with an owner, people and SCIM switched on', async () => {
  await using database = await testDatabase();
  const accounts = await ensureDemoAccounts(demo(database));
  expect(accounts.map(({ slug, sso, verifiedDomains }) => ({ slug, sso, verifiedDomains }))).toEqual([
    { slug: 'acme-okta', sso: 'okta', verifiedDomains: ['acme.example'] },
    { slug: 'globex-entra', sso: 'entra', verifiedDomains: ['globex.example'] },
  ]);
  for (const account of accounts) {
    const accountId = await idOf(database.db, account);
    expect(account.scimBaseUrl).toBe(`${publicScimUrl}/scim/v2/${accountId}`);
    expect(await signIn(database.db, account)).toMatchObject({
      accountId,
      settings: { scim: { enabled: true } },
    });
    const { users } = await listAllUsers(database.db, accountId, { limit: 100 });
    expect(users.map(({ state, scimManaged }) => ({ state, scimManaged }))).toEqual(
      Array.from({ length: 4 }, () => ({ state: 'active', scimManaged: false })),
    );
  }
});

test('the next start shows the same accounts and tokens, under the address of the day', async () => {
  await using database = await testDatabase();
  const given = demo(database);
  const first = await ensureDemoAccounts(given);
  const second = await ensureDemoAccounts({ ...given, publicScimUrl: 'https://scim.example' });
  expect(second).toEqual(
    first.map((account) => ({
      ...account,
      scimBaseUrl: account.scimBaseUrl.replace(publicScimUrl, 'https://scim.example'),
    })),
  );
});

test('where the tokens are lost, the accounts stay and get new ones that work', async () => {
  await using database = await testDatabase();
  const first = await ensureDemoAccounts(demo(database));
  const second = await ensureDemoAccounts(demo(database));
  expect(second.map(({ scimBaseUrl }) => scimBaseUrl)).toEqual(first.map(({ scimBaseUrl }) => scimBaseUrl));
  for (const account of [...first, ...second]) expect(await signIn(database.db, account)).toBeDefined();
});

test('a token that was revoked is replaced', async () => {
  await using database = await testDatabase();
  const { db } = database;
  const given = demo(database);
  const [okta] = await ensureDemoAccounts(given);
  if (okta === undefined) throw new Error('no demo account');
  const accountId = await idOf(db, okta);
  const [token] = await listScimTokens(db, accountId);
  const operator = { kind: 'operator', name: 'test' } as const;
  await inTransaction(db, (trx) => revokeScimToken(trx, operator, accountId, token?.id ?? '', new Date()));

  const [replaced] = await ensureDemoAccounts(given);
  if (replaced === undefined) throw new Error('no demo account');
  expect(await signIn(db, okta)).toBeUndefined();
  expect(await signIn(db, replaced)).toBeDefined();
});

test('each account signs in with its own issuer of the stack, as a provider of its kind', async () => {
  await using database = await testDatabase();
  const accounts = await ensureDemoAccounts(demo(database));
  for (const account of accounts) {
    const accountId = await idOf(database.db, account);
    const connected = await findOidcClient(database.db, provider.secretBox, accountId);
    expect(connected).toMatchObject({
      provider: { kind: account.sso, issuer: `${provider.url}/${account.slug}`, clientId: 'rollcall' },
      clientSecret: provider.secrets.clientSecret,
    });
  }
});

test('the next start leaves the connection alone, and follows the provider to another port', async () => {
  await using database = await testDatabase();
  const given = demo(database);
  const [okta] = await ensureDemoAccounts(given);
  if (okta === undefined) throw new Error('no demo account');
  const accountId = await idOf(database.db, okta);
  const connected = await findSsoProvider(database.db, accountId);
  await ensureDemoAccounts(given);
  expect(await findSsoProvider(database.db, accountId)).toEqual(connected);

  const url = 'http://127.0.0.1:5002';
  await ensureDemoAccounts({ ...given, provider: { ...provider, url } });
  expect(await findSsoProvider(database.db, accountId)).toMatchObject({ issuer: `${url}/acme-okta` });
});

test('a provider that the developer has connected stays', async () => {
  await using database = await testDatabase();
  const { db } = database;
  const given = demo(database);
  const [okta] = await ensureDemoAccounts(given);
  if (okta === undefined) throw new Error('no demo account');
  const accountId = await idOf(db, okta);
  const own = { protocol: 'oidc', issuer: 'https://acme.okta.example', clientId: 'own' } as const;
  const surroundings = { secrets: provider.secretBox, allowHttp: false };
  const caller = operatorCaller({ kind: 'operator', name: 'test' });
  await inTransaction(db, (trx) => setSsoProvider(trx, surroundings, caller, accountId, own, new Date()));
  await ensureDemoAccounts(given);
  expect(await findSsoProvider(db, accountId)).toMatchObject(own);
});

test('a service token that was revoked is replaced, and stays as long as it works', async () => {
  await using database = await testDatabase();
  const { db } = database;
  const given = demo(database);
  const [okta] = await ensureDemoAccounts(given);
  if (okta === undefined) throw new Error('no demo account');
  const [kept] = await ensureDemoAccounts(given);
  expect(kept?.serviceToken).toBe(okta.serviceToken);
  const accountId = await idOf(db, okta);
  const [token] = await listServiceTokens(db, accountId);
  expect(token).toMatchObject({ permissionSets: ['account_admin'] });
  const operator = { kind: 'operator', name: 'test' } as const;
  await inTransaction(db, (trx) => revokeServiceToken(trx, operator, accountId, token?.id ?? '', new Date()));
  const [replaced] = await ensureDemoAccounts(given);
  expect(replaced?.serviceToken).not.toBe(okta.serviceToken);
  expect(replaced?.scimToken).toBe(okta.scimToken);
});

test('only the owner can read the file, which names each account once with its token', async () => {
  await using database = await testDatabase();
  const given = demo(database);
  const accounts = await ensureDemoAccounts(given);
  const file = join(given.dataDir, 'demo-accounts.json');
  expect(statSync(file).mode & 0o777).toBe(0o600);
  expect(JSON.parse(readFileSync(file, 'utf8'))).toEqual({ accounts });
});

function demo(database: TestDatabase): Parameters<typeof ensureDemoAccounts>[0] {
  return { databaseUrl: database.url, dataDir: dataDir(), publicScimUrl, provider };
}

async function signIn(db: Database, { scimBaseUrl, scimToken }: DemoAccount): Promise<unknown> {
  await using tokens = openTokenCache(db, {
    onError: (error) => {
      throw error;
    },
  });
  return await tokens.authenticate(scimBaseUrl.split('/').at(-1) ?? '', scimToken, '127.0.0.1');
}

async function idOf(db: Database, { slug }: DemoAccount): Promise<string> {
  return (await findAccount(db, slug))?.id ?? '';
}

function dataDir(): string {
  const folder = mkdtempSync(join(tmpdir(), 'rollcall-demo-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}
