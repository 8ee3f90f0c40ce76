import type { Kysely } from 'kysely';
import { getAccount } from '../accounts/find-accounts.ts';
import type { DB } from '../database/schema.generated.ts';
import { type EmailConfirmationOutcome, selectConfirmation } from './email-confirmations.repository.ts';
import { selectInvitation } from './invitations.repository.ts';
import { type InvitationState, stateOf } from './list-invitations.ts';
import { type LinkPurpose, type LinkTarget, openLink } from './link.ts';

/** What somebody who follows a link is told. Whoever has the link was sent it: they may know whose it is. */
export interface FoundLink extends LinkTarget {
  accountName: string;
  accountSlug: string;
  address: string;
  /** `open`: the button still does something. */
  state: InvitationState | EmailConfirmationOutcome;
}

/** Looks at a link without spending it: scanners of mails follow every one. Undefined for one that was never given out. */
export async function findLink(
  db: Kysely<DB>,
  purpose: LinkPurpose,
  token: string,
  now: Date,
): Promise<FoundLink | undefined> {
  const target = await openLink(db, purpose, token);
  if (target === undefined) return undefined;
  const { accountId, id } = target;
  const found = await (purpose === 'invitation'
    ? invitationState(db, accountId, id, now)
    : confirmationState(db, accountId, id));
  if (found === undefined) return undefined;
  const account = await getAccount(db, accountId);
  return { accountId, id, accountName: account.name, accountSlug: account.slug, ...found };
}

type Found = Pick<FoundLink, 'address' | 'state'> | undefined;

async function invitationState(db: Kysely<DB>, accountId: string, id: string, now: Date): Promise<Found> {
  const invitation = await selectInvitation(db, accountId, id);
  if (invitation === undefined) return undefined;
  return { address: invitation.address, state: stateOf(invitation, now) };
}

async function confirmationState(db: Kysely<DB>, accountId: string, id: string): Promise<Found> {
  const confirmation = await selectConfirmation(db, accountId, id);
  return confirmation && { address: confirmation.address, state: confirmation.outcome ?? 'open' };
}
