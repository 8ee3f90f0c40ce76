import { sql } from 'kysely';
import type { Trx } from '../database/transaction.ts';
import { mapUser, USER_COLUMNS, type UserRow } from '../users/users.repository.ts';
import type { Candidate } from './recognise-person.ts';
import type { SignInIdentity } from './sign-in-identity.ts';

interface CandidateRow extends UserRow {
  is_bound: boolean;
  has_binding: boolean;
  has_user_name: boolean;
  has_confirmed_address: boolean;
  has_pending_address: boolean;
}

/**
 * Everybody whom a sign-in may be about, without locking them; the erased are nobody. Each branch has an index of its own. A
 * confirmed address that equals the user name is found by it.
 */
export async function selectCandidates(
  trx: Trx,
  accountId: string,
  { issuer, subject }: Pick<SignInIdentity, 'issuer' | 'subject'>,
  address: string | null,
): Promise<readonly Candidate[]> {
  const { rows } = await sql<CandidateRow>`
    select ${USER_COLUMNS},
      coalesce(b.issuer = ${issuer} and b.subject = ${subject}, false) as is_bound,
      b.user_id is not null as has_binding,
      coalesce(u.user_name_lower = lower(${address}), false) as has_user_name,
      coalesce(lower(u.sign_in_email) = lower(${address}), false) as has_confirmed_address,
      coalesce(u.pending_user_name_lower = lower(${address}), false) as has_pending_address
    from users u
    left join sign_in_bindings b on b.account_id = ${accountId} and b.user_id = u.id
    where u.account_id = ${accountId} and not u.erased and u.id = any(array(
      select s.user_id from sign_in_bindings s
      where s.account_id = ${accountId} and s.issuer = ${issuer} and s.subject = ${subject}
      union all
      select n.id from users n
      where n.account_id = ${accountId} and n.user_name_lower = lower(${address}) and n.holds_user_name
      union all
      select t.id from users t
      where t.account_id = ${accountId} and t.user_name_lower = lower(${address}) and not t.holds_user_name
      union all
      select p.id from users p
      where p.account_id = ${accountId} and p.pending_user_name_lower = lower(${address})
      union all
      select e.id from users e
      where e.account_id = ${accountId} and lower(e.sign_in_email) = lower(${address})
        and lower(e.sign_in_email) <> lower(e.user_name)))
    order by u.id desc`.execute(trx);
  return rows.map((row) => ({
    user: mapUser(row),
    isBound: row.is_bound,
    hasBinding: row.has_binding,
    hasUserName: row.has_user_name,
    hasConfirmedAddress: row.has_confirmed_address,
    hasPendingAddress: row.has_pending_address,
  }));
}
