import { type Kysely, type RawBuilder, sql } from 'kysely';
import type { DB } from '../database/schema.generated.ts';
import { isId } from '../ids.ts';
import { type NewestFirst, newestFirst, placedById } from '../pages/newest-first.ts';
import type { PlacedRow } from '../pages/turn-page.ts';
import type { Invitation, InvitationOutcome } from './invitation.ts';
import { INVITATION_COLUMNS } from './invitations.repository.ts';

/** `open`: it can be accepted. */
export type InvitationState = 'open' | InvitationOutcome;

export interface InvitationFilter {
  states?: readonly InvitationState[] | undefined;
  userId?: string | undefined;
  /** A part of the address, in any letter case. */
  search?: string | undefined;
}

/** The account's invitations, the newest first. */
export async function listInvitations(
  db: Kysely<DB>,
  accountId: string,
  filter: InvitationFilter,
  slice: NewestFirst,
  now: Date,
): Promise<readonly PlacedRow<Invitation>[]> {
  const { behind, order } = newestFirst(sql`i.id`, slice);
  const { rows } = await sql<Invitation>`
    select ${INVITATION_COLUMNS} from invitations i
    where i.account_id = ${accountId} and ${matching(filter, now)} and ${behind} ${order}`.execute(db);
  return placedById(rows);
}

export async function countInvitations(
  db: Kysely<DB>,
  accountId: string,
  filter: InvitationFilter,
  now: Date,
): Promise<number> {
  const { rows } = await sql<{ amount: number }>`
    select count(*)::int as amount from invitations i
    where i.account_id = ${accountId} and ${matching(filter, now)}`.execute(db);
  return rows[0]?.amount ?? 0;
}

export async function findInvitations(
  db: Kysely<DB>,
  accountId: string,
  ids: readonly string[],
): Promise<readonly Invitation[]> {
  const { rows } = await sql<Invitation>`
    select ${INVITATION_COLUMNS} from invitations i
    where i.account_id = ${accountId} and i.id = any(${ids.filter(isId)}::uuid[])`.execute(db);
  return rows;
}

/** The invitations that these people have not answered. */
export async function findLivingInvitations(
  db: Kysely<DB>,
  accountId: string,
  userIds: readonly string[],
): Promise<readonly Invitation[]> {
  const { rows } = await sql<Invitation>`
    select ${INVITATION_COLUMNS} from invitations i
    where i.account_id = ${accountId} and i.user_id = any(${userIds.filter(isId)}::uuid[]) and i.ended_at is null`.execute(
    db,
  );
  return rows;
}

/** What can be done with an invitation now: time ends it before anybody writes that down. */
export function stateOf({ outcome, expiresAt }: Invitation, now: Date): InvitationState {
  return outcome ?? (expiresAt > now ? 'open' : 'expired');
}

function matching({ states, userId, search }: InvitationFilter, now: Date): RawBuilder<unknown> {
  const conditions = [sql`true`];
  if (states !== undefined) {
    conditions.push(
      sql`coalesce(i.outcome, case when i.expires_at > ${now} then 'open' else 'expired' end) = any(${states}::text[])`,
    );
  }
  if (userId !== undefined) conditions.push(isId(userId) ? sql`i.user_id = ${userId}` : sql`false`);
  if (search !== undefined) conditions.push(sql`position(lower(${search}) in lower(i.address)) > 0`);
  return sql.join(conditions, sql` and `);
}
