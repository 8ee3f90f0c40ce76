import { createAccount } from '@rollcall/domain/accounts/create-account';
import { findAccount } from '@rollcall/domain/accounts/find-accounts';
import type { Actor } from '@rollcall/domain/actor';
import { openDatabase, type Database } from '@rollcall/domain/database/connection';
import { inTransaction, type Trx } from '@rollcall/domain/database/transaction';
import { createScimToken, listScimTokens } from '@rollcall/domain/scim-access/scim-tokens';
import { createServiceToken, listServiceTokens } from '@rollcall/domain/scim-access/service-tokens';
import { tokenHint } from '@rollcall/domain/scim-access/token-value';
import { createUnmanagedUser } from '@rollcall/domain/users/create-unmanaged-user';
import { scimBaseUrl } from '@rollcall/service-kit/scim-base-url';
import { connectProvider, type DemoProvider } from './connect-provider.ts';
import {
  readDemoAccounts,
  writeDemoAccounts,
  type DemoAccount,
  type KnownTokens,
} from './demo-accounts-file.ts';
import { DEMO_DIRECTORIES, type DemoDirectory } from './demo-directories.ts';

const ACTOR: Actor = { kind: 'operator', name: 'npm start' };

type Demo = {
  readonly databaseUrl: string;
  readonly dataDir: string;
  readonly publicScimUrl: string;
  readonly provider: DemoProvider;
};

/**
 * Makes the demo accounts that are missing, connects them with the stack's OpenID provider, and makes new tokens where this
 * data directory does not know them (any more): the database keeps digests only.
 */
export async function ensureDemoAccounts({
  databaseUrl,
  dataDir,
  publicScimUrl,
  provider,
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
    const { sso, account } = directory;
    const accountId = await ensureAccount(db, directory);
    const tokens = await ensureTokens(db, accountId, known.get(account.slug));
    await connectProvider(db, provider, accountId, directory);
    accounts.push({
      slug: account.slug,
      sso,
      scimBaseUrl: scimBaseUrl(publicScimUrl, accountId),
      verifiedDomains: account.verifiedDomains ?? [],
      issuer: `${provider.url}/${account.slug}`,
      directoryUrl: `${provider.url}/${account.slug}/directory`,
      directoryToken: provider.secrets.directoryToken,
      ...tokens,
    });
  }
  writeDemoAccounts(dataDir, accounts);
  return accounts;
}

async function ensureAccount(db: Database, { account, owner, people }: DemoDirectory): Promise<string> {
  const found = await findAccount(db, account.slug);
  if (found !== undefined) return found.id;
  const now = new Date();
  return inTransaction(db, async (trx) => {
    const { userName, givenName, familyName } = owner;
    const input = { ...account, owner: { email: userName, givenName, familyName } };
    const { id } = await createAccount(trx, ACTOR, input, now);
    for (const person of people) await createUnmanagedUser(trx, ACTOR, id, person, now);
    return id;
  });
}

async function ensureTokens(
  db: Database,
  accountId: string,
  known: KnownTokens | undefined,
): Promise<KnownTokens> {
  const now = new Date();
  const [scim, service] = await Promise.all([
    listScimTokens(db, accountId),
    listServiceTokens(db, accountId),
  ]);
  return {
    scimToken:
      inForce(scim, known?.scimToken, now) ??
      (await inTransaction(db, (trx) => newScimToken(trx, accountId, now))),
    serviceToken:
      inForce(service, known?.serviceToken, now) ??
      (await inTransaction(db, (trx) => newServiceToken(trx, accountId, now))),
  };
}

type Token = { readonly hint: string; readonly revokedAt: Date | null; readonly expiresAt: Date | null };

/** The value, while the account still has a token of it. */
function inForce(tokens: readonly Token[], value: string | undefined, now: Date): string | undefined {
  if (value === undefined) return undefined;
  const isInForce = tokens.some(
    ({ hint, revokedAt, expiresAt }) =>
      hint === tokenHint(value) && revokedAt === null && (expiresAt === null || expiresAt > now),
  );
  return isInForce ? value : undefined;
}

async function newScimToken(trx: Trx, accountId: string, now: Date): Promise<string> {
  return (await createScimToken(trx, ACTOR, accountId, { name: 'npm start' }, now)).value;
}

async function newServiceToken(trx: Trx, accountId: string, now: Date): Promise<string> {
  const request = { name: 'npm start', permissionSets: ['account_admin'] as const };
  return (await createServiceToken(trx, ACTOR, accountId, request, now)).value;
}
