import { readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

export type DemoAccount = {
  readonly slug: string;
  readonly sso: 'okta' | 'entra';
  readonly scimBaseUrl: string;
  readonly scimToken: string;
  readonly verifiedDomains: readonly string[];
};

/** The credentials of the last start; what cannot be read is as if it were lost. */
export function readDemoAccounts(dataDir: string): readonly { slug: string; scimToken: string }[] {
  try {
    return parse(JSON.parse(readFileSync(fileIn(dataDir), 'utf8')));
  } catch {
    return [];
  }
}

/** Readable by its owner alone: the simulators take the tokens from it, and the next start shows them again. */
export function writeDemoAccounts(dataDir: string, accounts: readonly DemoAccount[]): void {
  const file = fileIn(dataDir);
  writeFileSync(`${file}.new`, `${JSON.stringify({ accounts }, undefined, 2)}\n`, { mode: 0o600 });
  renameSync(`${file}.new`, file);
}

function parse(content: unknown): { slug: string; scimToken: string }[] {
  if (typeof content !== 'object' || content === null || !('accounts' in content)) return [];
  if (!Array.isArray(content.accounts)) return [];
  return content.accounts.flatMap((account: unknown) => {
    if (typeof account !== 'object' || account === null) return [];
    if (!('slug' in account) || !('scimToken' in account)) return [];
    const { slug, scimToken } = account;
    return typeof slug === 'string' && typeof scimToken === 'string' ? [{ slug, scimToken }] : [];
  });
}

function fileIn(dataDir: string): string {
  return join(dataDir, 'demo-accounts.json');
}
