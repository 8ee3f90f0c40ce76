import { type Kysely, sql } from 'kysely';
import type { DB } from '../database/schema.generated.ts';
import { decideAddress } from './decide-address.ts';
import type { PlannedIpRules } from './plan-ip-rules.ts';

/** An address that a SCIM token in force was used from. */
export interface TokenAddress {
  tokenId: string;
  tokenName: string;
  /** Prefix and last characters. */
  tokenHint: string;
  address: string;
  lastUsedAt: Date;
}

const LATELY_MS = 30 * 86_400_000;
/** An identity provider that works has its addresses among these; more would take time with the traffic. */
const LATEST_REQUESTS = 10_000;

/** What the token use and the latest requests of the last 30 days tell, that a planned change would newly refuse; the latest first. */
export async function newlyRefusedTokens(
  db: Kysely<DB>,
  accountId: string,
  { before, after }: Pick<PlannedIpRules, 'before' | 'after'>,
  now: Date,
): Promise<readonly TokenAddress[]> {
  const uses = await selectUses(db, accountId, now);
  return uses.filter(
    ({ address }) =>
      decideAddress(before.rules, address).allowed && !decideAddress(after.rules, address).allowed,
  );
}

async function selectUses(db: Kysely<DB>, accountId: string, now: Date): Promise<readonly TokenAddress[]> {
  const since = new Date(now.getTime() - LATELY_MS);
  const { rows } = await sql<TokenAddress>`
    select t.id as "tokenId", t.name as "tokenName", t.hint as "tokenHint", u.address, max(u.at) as "lastUsedAt"
    from scim_tokens t
    join (
      select l.id as token_id, l.last_used_address as address, l.last_used_at as at
      from scim_tokens l where l.account_id = ${accountId} and l.last_used_address is not null
      union all
      select e.token_id, e.address, e.at from (
        select p.token_id, p.address, p.at from provisioning_events p
        where p.account_id = ${accountId} order by p.id desc limit ${LATEST_REQUESTS}) e
    ) u on u.token_id = t.id
    where t.account_id = ${accountId} and t.revoked_at is null and (t.expires_at is null or t.expires_at > ${now})
      and u.at >= ${since}
    group by t.id, t.name, t.hint, u.address
    order by "lastUsedAt" desc, t.id, u.address`.execute(db);
  return rows;
}
