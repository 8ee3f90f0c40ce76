import { mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { findAccount } from '@rollcall/domain/accounts/find-accounts';
import type { Database } from '@rollcall/domain/database/connection';
import { inTransaction } from '@rollcall/domain/database/transaction';
import { openTokenCache } from '@rollcall/domain/scim-access/authenticate';
import { listScimTokens, revokeScimToken } from '@rollcall/domain/scim-access/scim-tokens';
import { testDatabase } from '@rollcall/domain/testing/database';
import { listAllUsers } from '@rollcall/domain/users/list-all-users';
import { expect, onTestFinished, test } from 'vitest';
import { ensureDemoAccounts } from './demo-accounts.ts';
import type { DemoAccount } from './demo-accounts-file.ts';

const publicScimUrl = 'http://127.0.0.1:4001';

test('the first start makes an Okta and an Entra account with an owner, people and SCIM switched on', async () => {
  await using database = await testDatabase();
  const accounts = await ensureDemoAccounts({ databaseUrl: database.url, dataDir: dataDir(), publicScimUrl });
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
  const demo = { databaseUrl: database.url, dataDir: dataDir() };
  const first = await ensureDemoAccounts({ ...demo, publicScimUrl });
  const second = await ensureDemoAccounts({ ...demo, publicScimUrl: 'https://scim.example' });
  expect(second).toEqual(
    first.map((account) => ({
      ...account,
      scimBaseUrl: account.scimBaseUrl.replace(publicScimUrl, 'https://scim.example'),
    })),
  );
});

test('where the tokens are lost, the accounts stay and get new ones that work', async () => {
  await using database = await testDatabase();
  const first = await ensureDemoAccounts({ databaseUrl: database.url, dataDir: dataDir(), publicScimUrl });
  const second = await ensureDemoAccounts({ databaseUrl: database.url, dataDir: dataDir(), publicScimUrl });
  expect(second.map(({ scimBaseUrl }) => scimBaseUrl)).toEqual(first.map(({ scimBaseUrl }) => scimBaseUrl));
  for (const account of [...first, ...second]) expect(await signIn(database.db, account)).toBeDefined();
});

test('a token that was revoked is replaced', async () => {
  await using database = await testDatabase();
  const { db } = database;
  const demo = { databaseUrl: database.url, dataDir: dataDir(), publicScimUrl };
  const [okta] = await ensureDemoAccounts(demo);
  if (okta === undefined) throw new Error('no demo account');
  const accountId = await idOf(db, okta);
  const [token] = await listScimTokens(db, accountId);
  const operator = { kind: 'operator', name: 'test' } as const;
  await inTransaction(db, (trx) => revokeScimToken(trx, operator, accountId, token?.id ?? '', new Date()));

  const [replaced] = await ensureDemoAccounts(demo);
  if (replaced === undefined) throw new Error('no demo account');
  expect(await signIn(db, okta)).toBeUndefined();
  expect(await signIn(db, replaced)).toBeDefined();
});

test('only the owner can read the file, which names each account once with its token', async () => {
  await using database = await testDatabase();
  const folder = dataDir();
  const accounts = await ensureDemoAccounts({ databaseUrl: database.url, dataDir: folder, publicScimUrl });
  const file = join(folder, 'demo-accounts.json');
  expect(statSync(file).mode & 0o777).toBe(0o600);
  expect(JSON.parse(readFileSync(file, 'utf8'))).toEqual({ accounts });
});

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
