import { type Kysely, sql } from 'kysely';
import { idSet } from '../database/id-set.ts';
import type { DB } from '../database/schema.generated.ts';
import type { SignInBinding } from './sign-in-binding.ts';

/** Who people are at the provider, as administrators see it; nothing for those who never signed in. */
export async function findBindings(
  db: Kysely<DB>,
  accountId: string,
  userIds: readonly string[],
): Promise<ReadonlyMap<string, SignInBinding>> {
  const { rows } = await sql<SignInBinding & { userId: string }>`
    select b.user_id as "userId", b.issuer, b.subject, b.bound_at as "boundAt" from sign_in_bindings b
    where b.account_id = ${accountId} and b.user_id = any(${idSet(userIds)})`.execute(db);
  return new Map(rows.map(({ userId, ...binding }) => [userId, binding]));
}
