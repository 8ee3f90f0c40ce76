import { createAccount } from '@rollcall/domain/accounts/create-account';
import { findAccount } from '@rollcall/domain/accounts/find-accounts';
import type { Actor } from '@rollcall/domain/actor';
import { openDatabase, type Database } from '@rollcall/domain/database/connection';
import { inTransaction, type Trx } from '@rollcall/domain/database/transaction';
import { createScimToken, listScimTokens } from '@rollcall/domain/scim-access/scim-tokens';
import { tokenHint } from '@rollcall/domain/scim-access/token-value';
import { createUnmanagedUser } from '@rollcall/domain/users/create-unmanaged-user';
import { scimBaseUrl } from '@rollcall/service-kit/scim-base-url';
import { readDemoAccounts, writeDemoAccounts, type DemoAccount } from './demo-accounts-file.ts';
import { DEMO_DIRECTORIES, type DemoDirectory } from './demo-directories.ts';

const ACTOR: Actor = { kind: 'operator', name: 'npm start' };

type Demo = { readonly databaseUrl: string; readonly dataDir: string; readonly publicScimUrl: string };

/**
 * Makes the demo accounts that are missing, and a new token for one whose token this data directory does not know (any more):
 * the database keeps digests only.
 */
export async function ensureDemoAccounts({
  databaseUrl,
  dataDir,
  publicScimUrl,
}: Demo): Promise<readonly DemoAccount[]> {
  const known = readDemoAccounts(dataDir);
  await using db = await openDatabase({
    url: databaseUrl,
    poolSize: 2,
    applicationName: 'rollcall npm start',
    // A broken connection shows in the statement that wants it next.
    onIdleConnectionError: () => undefined,
  });
  const accounts: DemoAccount[] = [];
  for (const directory of DEMO_DIRECTORIES) {
    const token = known.find(({ slug }) => slug === directory.account.slug)?.scimToken;
    const { accountId, scimToken } = await ensureAccount(db, directory, token);
    accounts.push({
      slug: directory.account.slug,
      sso: directory.sso,
      scimBaseUrl: scimBaseUrl(publicScimUrl, accountId),
      scimToken,
      verifiedDomains: directory.account.verifiedDomains ?? [],
    });
  }
  writeDemoAccounts(dataDir, accounts);
  return accounts;
}

async function ensureAccount(
  db: Database,
  directory: DemoDirectory,
  knownToken: string | undefined,
): Promise<{ accountId: string; scimToken: string }> {
  const now = new Date();
  const account = await findAccount(db, directory.account.slug);
  if (account === undefined) return inTransaction(db, (trx) => foundAccount(trx, directory, now));
  if (knownToken !== undefined && (await isInForce(db, account.id, knownToken, now))) {
    return { accountId: account.id, scimToken: knownToken };
  }
  return inTransaction(db, async (trx) => ({
    accountId: account.id,
    scimToken: await newToken(trx, account.id, now),
  }));
}

async function foundAccount(
  trx: Trx,
  { account, people }: DemoDirectory,
  now: Date,
): Promise<{ accountId: string; scimToken: string }> {
  const { id } = await createAccount(trx, ACTOR, account, now);
  for (const person of people) await createUnmanagedUser(trx, ACTOR, id, person, now);
  return { accountId: id, scimToken: await newToken(trx, id, now) };
}

async function newToken(trx: Trx, accountId: string, now: Date): Promise<string> {
  return (await createScimToken(trx, ACTOR, accountId, { name: 'npm start' }, now)).value;
}

async function isInForce(db: Database, accountId: string, value: string, now: Date): Promise<boolean> {
  const tokens = await listScimTokens(db, accountId);
  return tokens.some(
    ({ hint, revokedAt, expiresAt }) =>
      hint === tokenHint(value) && revokedAt === null && (expiresAt === null || expiresAt > now),
  );
}
