import { hash } from 'node:crypto';
import { sql } from 'kysely';
import { atCommit, type Trx } from '../database/transaction.ts';
import type { SignInIdentity } from './sign-in-identity.ts';

/**
 * Notes that what the provider said was used; false when it was before. It is remembered for as long as it would be
 * accepted: the edge refuses what has run out. Forgets, with the commit, what ran out meanwhile.
 */
export async function consumeAssertion(
  trx: Trx,
  accountId: string,
  { issuer, assertion }: Pick<SignInIdentity, 'issuer' | 'assertion'>,
  now: Date,
): Promise<boolean> {
  const digest = hash('sha256', JSON.stringify([issuer, assertion.id]), 'buffer');
  const { rows } = await sql`
    insert into consumed_assertions as a (account_id, digest, expires_at)
    values (${accountId}, ${digest}, ${assertion.expiresAt})
    on conflict do nothing
    returning a.digest`.execute(trx);
  atCommit(
    trx,
    sql`delete from consumed_assertions a where a.account_id = ${accountId} and a.expires_at < ${now}`.compile(
      trx,
    ),
  );
  return rows.length > 0;
}
