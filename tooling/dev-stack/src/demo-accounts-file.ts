import { join } from 'node:path';
import { z } from 'zod';
import { readKept, writeKept } from './kept-file.ts';

export type KnownTokens = { readonly scimToken: string; readonly serviceToken: string };

export type DemoAccount = KnownTokens & {
  readonly slug: string;
  readonly sso: 'okta' | 'entra';
  readonly scimBaseUrl: string;
  readonly verifiedDomains: readonly string[];
  /** Where its people sign in. */
  readonly issuer: string;
  /** Where the simulators say who its people are, and with what. */
  readonly directoryUrl: string;
  readonly directoryToken: string;
};

const KNOWN = z.object({
  accounts: z.array(
    z.object({ slug: z.string(), scimToken: z.string(), serviceToken: z.string().default('') }),
  ),
});

/** The tokens of the last start, by the account's slug. */
export function readDemoAccounts(dataDir: string): ReadonlyMap<string, KnownTokens> {
  const accounts = readKept(fileIn(dataDir), KNOWN)?.accounts ?? [];
  return new Map(accounts.map((account) => [account.slug, account]));
}

/** The simulators take the tokens from it, and the next start shows them again. */
export function writeDemoAccounts(dataDir: string, accounts: readonly DemoAccount[]): void {
  writeKept(fileIn(dataDir), { accounts });
}

function fileIn(dataDir: string): string {
  return join(dataDir, 'demo-accounts.json');
}
