import { type Kysely, sql } from 'kysely';
import type { AccountSettings } from '../accounts/account-settings.ts';
import type { DB } from '../database/schema.generated.ts';
import { atCommit, type Trx } from '../database/transaction.ts';
import { newId } from '../ids.ts';
import { sameIgnoringCase } from '../users/email-addresses.ts';
import { awaitedAddress } from '../users/plan-address.ts';
import type { StoredUser } from '../users/user.ts';

export type EmailConfirmationOutcome = 'confirmed' | 'replaced' | 'cancelled';

export interface EmailConfirmation {
  id: string;
  userId: string;
  address: string;
  createdAt: Date;
  endedAt: Date | null;
  outcome: EmailConfirmationOutcome | null;
}

/**
 * Asks the new address once a change of a person begins to wait for it, and lets the earlier link die, with the commit. A
 * repetition of what waits already asks nobody.
 */
export function askForConfirmation(
  trx: Trx,
  settings: AccountSettings,
  userId: string,
  before: StoredUser | undefined,
  after: StoredUser,
  now: Date,
): void {
  const from = before === undefined ? null : awaitedAddress(settings, before);
  const to = awaitedAddress(settings, after);
  if (waitsForSame(from, to)) return;
  const { accountId } = settings;
  if (from !== null) endConfirmations(trx, accountId, userId, to === null ? 'cancelled' : 'replaced', now);
  if (to !== null) insertConfirmation(trx, accountId, userId, to, now);
}

/** Whether a change leaves everybody who is asked for a confirmation as they are. */
export function keepsConfirmation(settings: AccountSettings, before: StoredUser, after: StoredUser): boolean {
  return waitsForSame(awaitedAddress(settings, before), awaitedAddress(settings, after));
}

/** Ends the person's living confirmation, if there is one, with the commit. */
export function endConfirmations(
  trx: Trx,
  accountId: string,
  userId: string,
  outcome: EmailConfirmationOutcome,
  now: Date,
): void {
  atCommit(
    trx,
    sql`
      update email_confirmations set ended_at = ${now}, outcome = ${outcome}
      where account_id = ${accountId} and user_id = ${userId} and ended_at is null`.compile(trx),
  );
}

/** Sent with the commit, and mailed soon after. */
export function insertConfirmation(
  trx: Trx,
  accountId: string,
  userId: string,
  address: string,
  now: Date,
): void {
  atCommit(
    trx,
    sql`
      insert into email_confirmations (account_id, id, user_id, address, created_at)
      values (${accountId}, ${newId()}, ${userId}, ${address}, ${now})`.compile(trx),
  );
}

export async function selectConfirmation(
  db: Kysely<DB>,
  accountId: string,
  id: string,
): Promise<EmailConfirmation | undefined> {
  const { rows } = await sql<EmailConfirmation>`
    select c.id, c.user_id as "userId", c.address, c.created_at as "createdAt", c.ended_at as "endedAt", c.outcome
    from email_confirmations c where c.account_id = ${accountId} and c.id = ${id}`.execute(db);
  return rows[0];
}

function waitsForSame(from: string | null, to: string | null): boolean {
  return from === null || to === null ? from === to : sameIgnoringCase(from, to);
}
