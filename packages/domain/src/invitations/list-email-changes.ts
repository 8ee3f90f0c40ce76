import { type Kysely, sql } from 'kysely';
import type { DB } from '../database/schema.generated.ts';
import { isId } from '../ids.ts';

/** A changed address that waits to be confirmed. */
export interface EmailChange {
  userId: string;
  address: string;
  createdAt: Date;
}

/** The changes of these people that wait. */
export async function findLivingEmailChanges(
  db: Kysely<DB>,
  accountId: string,
  userIds: readonly string[],
): Promise<readonly EmailChange[]> {
  const { rows } = await sql<EmailChange>`
    select c.user_id as "userId", c.address, c.created_at as "createdAt" from email_confirmations c
    where c.account_id = ${accountId} and c.user_id = any(${userIds.filter(isId)}::uuid[]) and c.ended_at is null`.execute(
    db,
  );
  return rows;
}
