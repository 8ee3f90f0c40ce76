import { type Kysely, sql } from 'kysely';
import type { DB } from '../database/schema.generated.ts';
import { domainOf, isAddress } from '../users/email-addresses.ts';

/** An account as the page shows it on which people choose where to sign in. */
export interface SignInAccount {
  id: string;
  slug: string;
  name: string;
  /** What its provider speaks; null where none is connected. */
  protocol: 'oidc' | 'saml' | null;
}

const MOST_ACCOUNTS = 20;
const LONGEST_TEXT = 320;

/**
 * Which accounts somebody may mean who writes their e-mail address, for its domain, or the slug of the account. Says nothing of
 * whether the person is known there.
 */
export async function findSignInAccounts(db: Kysely<DB>, text: string): Promise<readonly SignInAccount[]> {
  const written = text.trim();
  if (written.length > LONGEST_TEXT || /\p{Cc}/u.test(written)) return [];
  if (!isAddress(written)) {
    const account = await findSignInAccount(db, written.toLowerCase());
    return account === undefined ? [] : [account];
  }
  const { rows } = await sql<SignInAccount>`
    /* every account: the domain of an address leads to those that verified it */
    select a.id, a.slug, a.name, p.protocol from account_domains d
    join accounts a on a.id = d.account_id
    left join sso_providers p on p.account_id = a.id
    where d.domain = ${domainOf(written)} and d.verified_at is not null
    order by a.slug limit ${MOST_ACCOUNTS}`.execute(db);
  return rows;
}

export async function findSignInAccount(db: Kysely<DB>, slug: string): Promise<SignInAccount | undefined> {
  // A NUL never reaches PostgreSQL, which refuses it in text.
  if (slug.includes('\0')) return undefined;
  const { rows } = await sql<SignInAccount>`
    /* every account: a slug names an account by itself */
    select a.id, a.slug, a.name, p.protocol from accounts a
    left join sso_providers p on p.account_id = a.id
    where a.slug = ${slug}`.execute(db);
  return rows[0];
}
