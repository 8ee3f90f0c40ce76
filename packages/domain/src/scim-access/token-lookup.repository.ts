import { type Kysely, sql } from 'kysely';
import { type AccountSettings, readAccountSettings } from '../accounts/account-settings.ts';
import { rememberSettings } from '../accounts/settings-in-force.ts';
import type { Database } from '../database/connection.ts';
import type { DB } from '../database/schema.generated.ts';
import { ipRulesInForce } from '../ip-rules/find-ip-rules.ts';
import type { IpRule } from '../ip-rules/ip-rule.ts';

/** A token that was not revoked when it was looked up. It may have expired. */
export interface TokenInForce {
  accountId: string;
  expiresAt: Date | null;
  lastUsedAt: Date | null;
  ipRules: readonly IpRule[];
  authenticated: { accountId: string; tokenId: string; tokenName: string; settings: AccountSettings };
}

export async function findTokenInForce(
  db: Database,
  accountId: string,
  digest: Buffer,
): Promise<TokenInForce | undefined> {
  const { rows } = await sql<{
    id: string;
    name: string;
    expires_at: Date | null;
    last_used_at: Date | null;
  }>`
    select t.id, t.name, t.expires_at, t.last_used_at from scim_tokens t
    where t.account_id = ${accountId} and t.digest = ${digest} and t.revoked_at is null`.execute(db);
  const [row] = rows;
  if (row === undefined) return undefined;
  const settings = await readAccountSettings(db, accountId);
  const ipRules = await ipRulesInForce(db, accountId, settings.ipRulesVersion);
  rememberSettings(db, settings);
  return {
    accountId,
    expiresAt: row.expires_at,
    lastUsedAt: row.last_used_at,
    ipRules,
    authenticated: { accountId, tokenId: row.id, tokenName: row.name, settings },
  };
}

/** Writes the use unless another process wrote one within the interval. */
export async function recordTokenUse(
  db: Kysely<DB>,
  accountId: string,
  tokenId: string,
  address: string,
  at: Date,
  intervalMs: number,
): Promise<void> {
  const before = new Date(at.getTime() - intervalMs);
  await sql`
    update scim_tokens t set last_used_at = ${at}, last_used_address = ${address}
    where t.account_id = ${accountId} and t.id = ${tokenId}
      and (t.last_used_at is null or t.last_used_at <= ${before})`.execute(db);
}
