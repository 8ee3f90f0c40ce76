import { type Kysely, sql } from 'kysely';
import type { DB } from '../database/schema.generated.ts';
import { type AccountDomain, challengeOf, type CheckOutcome } from './account-domain.ts';

/** The account's domains in the order of their names, or one of them. */
export async function selectDomains(
  db: Kysely<DB>,
  accountId: string,
  domain: string | null = null,
): Promise<readonly AccountDomain[]> {
  const { rows } = await sql<DomainRow>`
    select d.domain, d.verified_at, d.created_at, d.challenge, d.checked_at, d.check_outcome
    from account_domains d
    where d.account_id = ${accountId} and (${domain}::text is null or d.domain = lower(${domain}::text))
    order by d.domain`.execute(db);
  return rows.map(toDomain);
}

interface DomainRow {
  domain: string;
  verified_at: Date | null;
  created_at: Date;
  challenge: string | null;
  checked_at: Date | null;
  check_outcome: CheckOutcome | null;
}

function toDomain(row: DomainRow): AccountDomain {
  const { checked_at: at, check_outcome: outcome } = row;
  return {
    domain: row.domain,
    state: row.verified_at === null ? 'pending' : 'verified',
    verifiedAt: row.verified_at,
    createdAt: row.created_at,
    challenge: row.challenge === null ? null : challengeOf(row.domain, row.challenge),
    lastCheck: at === null || outcome === null ? null : { at, outcome },
  };
}
