import { type Kysely, type RawBuilder, sql } from 'kysely';
import type { DB } from '../database/schema.generated.ts';
import { atCommit, type Trx } from '../database/transaction.ts';
import type { SignInBinding } from './sign-in-binding.ts';

export async function findBinding(
  db: Kysely<DB>,
  accountId: string,
  userId: string,
): Promise<SignInBinding | undefined> {
  const { rows } = await sql<SignInBinding>`
    select b.issuer, b.subject, b.bound_at as "boundAt" from sign_in_bindings b
    where b.account_id = ${accountId} and b.user_id = ${userId}`.execute(db);
  return rows[0];
}

/**
 * Binds a user to a person of the provider; false where another sign-in bound one of the two meanwhile. The person may be bound
 * to a tombstone, from which the binding then moves.
 */
export async function bind(
  trx: Trx,
  accountId: string,
  userId: string,
  { issuer, subject }: Pick<SignInBinding, 'issuer' | 'subject'>,
  now: Date,
): Promise<boolean> {
  const [, { rows }] = await Promise.all([
    sql`
      delete from sign_in_bindings b
      where b.account_id = ${accountId} and b.issuer = ${issuer} and b.subject = ${subject} and b.user_id <> ${userId}
        and exists (
          select from users u where u.account_id = ${accountId} and u.id = b.user_id and u.state = 'deleted'
        )`.execute(trx),
    sql`
      insert into sign_in_bindings as b (account_id, user_id, issuer, subject, bound_at)
      values (${accountId}, ${userId}, ${issuer}, ${subject}, ${now})
      on conflict do nothing
      returning b.user_id`.execute(trx),
  ]);
  return rows.length > 0;
}

/**
 * Binds a user to an address by which the provider knows people, in place of the address that they had before; whoever had this
 * one loses it.
 */
export async function bindByAddress(
  trx: Trx,
  accountId: string,
  userId: string,
  { issuer, subject }: Pick<SignInBinding, 'issuer' | 'subject'>,
  now: Date,
): Promise<void> {
  await Promise.all([
    sql`
      delete from sign_in_bindings b
      where b.account_id = ${accountId} and b.issuer = ${issuer} and b.subject = ${subject}
        and b.user_id <> ${userId}`.execute(trx),
    sql`
      insert into sign_in_bindings as b (account_id, user_id, issuer, subject, bound_at)
      values (${accountId}, ${userId}, ${issuer}, ${subject}, ${now})
      on conflict (account_id, user_id) do update
        set issuer = excluded.issuer, subject = excluded.subject, bound_at = excluded.bound_at`.execute(trx),
  ]);
}

/** With the commit. Whoever signs in next as that user is bound anew. */
export function dropBinding(trx: Trx, accountId: string, userId: string): void {
  atCommit(trx, bindingDrop(accountId, userId, sql``).compile(trx));
}

/** The deletion as part of a larger statement; `condition` says, after others, whether it is wanted. */
export function bindingDrop(
  accountId: string,
  userId: string,
  condition: RawBuilder<unknown>,
): RawBuilder<unknown> {
  return sql`
    delete from sign_in_bindings b where b.account_id = ${accountId} and b.user_id = ${userId} ${condition}`;
}

/** All of an account's; returns how many. */
export async function dropBindings(trx: Trx, accountId: string): Promise<number> {
  const { numAffectedRows } = await sql`
    delete from sign_in_bindings b where b.account_id = ${accountId}`.execute(trx);
  return Number(numAffectedRows ?? 0n);
}
