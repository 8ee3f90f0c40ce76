import { sql } from 'kysely';
import type { RequestOrigin } from '../actor.ts';
import type { Database } from '../database/connection.ts';
import { admitAddress } from '../ip-rules/admit-address.ts';
import { isTokenValue, tokenDigest } from '../scim-access/token-value.ts';
import { type Caller, callerWith } from './caller.ts';
import type { PermissionSet } from './permission-sets.ts';

/** Somebody who is known, and the one account that they speak for. */
export interface Authenticated {
  accountId: string;
  caller: Caller;
}

const USE_INTERVAL_MS = 60_000;

/**
 * Who the bearer of a service token is; undefined for everything but a token in force, so that callers answer all the
 * others alike. Asked on each request, so a revoked token is refused at once. Remembers the use, at most once a minute. Throws
 * AddressRefusedError where the account's IP rules refuse the address.
 */
export async function authenticateServiceToken(
  db: Database,
  value: string,
  from: { address: string; request: RequestOrigin },
  now: Date,
): Promise<Authenticated | undefined> {
  if (!isTokenValue('service', value)) return undefined;
  const { rows } = await sql<TokenRow>`
    /* every account: a service token names its account by its digest */
    select t.account_id, t.id, t.name, t.permission_sets, t.last_used_at, c.ip_rules_version
    from service_tokens t join scim_configurations c on c.account_id = t.account_id
    where t.digest = ${tokenDigest(value)} and t.revoked_at is null
      and (t.expires_at is null or t.expires_at > ${now})`.execute(db);
  const [token] = rows;
  if (token === undefined) return undefined;
  const actor = { kind: 'service_token', id: token.id, name: token.name, request: from.request } as const;
  const { account_id: accountId, ip_rules_version: ipRulesVersion } = token;
  await admitAddress(db, actor, accountId, { address: from.address, ipRulesVersion });
  if (token.last_used_at === null || now.getTime() - token.last_used_at.getTime() >= USE_INTERVAL_MS) {
    await recordUse(db, token, from.address, now);
  }
  return { accountId, caller: callerWith(actor, null, token.permission_sets) };
}

interface TokenRow {
  account_id: string;
  id: string;
  name: string;
  permission_sets: readonly PermissionSet[];
  last_used_at: Date | null;
  ip_rules_version: number;
}

/** Writes the use unless another process wrote one within the interval. */
async function recordUse(db: Database, token: TokenRow, address: string, now: Date): Promise<void> {
  const before = new Date(now.getTime() - USE_INTERVAL_MS);
  await sql`
    update service_tokens t set last_used_at = ${now}, last_used_address = ${address}
    where t.account_id = ${token.account_id} and t.id = ${token.id}
      and (t.last_used_at is null or t.last_used_at <= ${before})`.execute(db);
}
