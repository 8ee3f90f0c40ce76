import { type Kysely, type RawBuilder, sql } from 'kysely';
import type { DB } from '../database/schema.generated.ts';
import { atCommit, type Trx } from '../database/transaction.ts';
import { newId } from '../ids.ts';
import type { Invitation, InvitationOutcome } from './invitation.ts';

const LIFETIME_DAYS = 14;

/** Makes a living invitation to the address, sent with the commit. End the earlier one first. */
export function invite(trx: Trx, accountId: string, userId: string, address: string, now: Date): void {
  atCommit(trx, invitationInsert(accountId, userId, address, now, sql``).compile(trx));
}

/** The insertion as part of a larger statement: `from` is its FROM clause, and gives one row if somebody is invited. */
export function invitationInsert(
  accountId: string,
  userId: string,
  address: string,
  now: Date,
  from: RawBuilder<unknown>,
): RawBuilder<unknown> {
  return sql`
    insert into invitations (account_id, id, user_id, address, created_at, expires_at)
    select ${accountId}, ${newId()}, ${userId}, ${address}, ${now}, ${expiryOf(now)} ${from}`;
}

/** The same for several people who have none, in one statement. */
export function inviteAll(
  trx: Trx,
  accountId: string,
  invitees: readonly { userId: string; address: string }[],
  now: Date,
): void {
  if (invitees.length === 0) return;
  const userIds = invitees.map(({ userId }) => userId);
  const addresses = invitees.map(({ address }) => address);
  const ids = invitees.map(() => newId());
  atCommit(
    trx,
    sql`
      insert into invitations (account_id, id, user_id, address, created_at, expires_at)
      select ${accountId}, i.id, i.user_id, i.address, ${now}, ${expiryOf(now)}
      from unnest(${ids}::uuid[], ${userIds}::uuid[], ${addresses}::text[]) as i (id, user_id, address)`.compile(
      trx,
    ),
  );
}

function expiryOf(now: Date): Date {
  return new Date(now.getTime() + LIFETIME_DAYS * 24 * 60 * 60 * 1000);
}

/** Ends the person's living invitation, if there is one, with the commit. */
export function endInvitations(
  trx: Trx,
  accountId: string,
  userId: string,
  outcome: InvitationOutcome,
  now: Date,
): void {
  atCommit(
    trx,
    trx
      .updateTable('invitations')
      .set({ ended_at: now, outcome })
      .where('account_id', '=', accountId)
      .where('user_id', '=', userId)
      .where('ended_at', 'is', null)
      .compile(),
  );
}

/** The person's living invitation. */
export async function lockInvitation(
  trx: Trx,
  accountId: string,
  userId: string,
): Promise<Invitation | undefined> {
  const { rows } = await sql<Invitation>`
    select ${INVITATION_COLUMNS} from invitations i
    where i.account_id = ${accountId} and i.user_id = ${userId} and i.ended_at is null
    for no key update`.execute(trx);
  return rows[0];
}

export async function selectInvitation(
  db: Kysely<DB>,
  accountId: string,
  id: string,
): Promise<Invitation | undefined> {
  const { rows } = await sql<Invitation>`
    select ${INVITATION_COLUMNS} from invitations i
    where i.account_id = ${accountId} and i.id = ${id}`.execute(db);
  return rows[0];
}

/** The columns of an Invitation, of the table under the alias i. */
export const INVITATION_COLUMNS = sql.raw(
  'i.id, i.user_id as "userId", i.address, i.created_at as "createdAt", i.expires_at as "expiresAt", i.ended_at as "endedAt", i.outcome',
);
