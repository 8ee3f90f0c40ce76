import { type Kysely, sql } from 'kysely';
import { readAccountSettings } from '../accounts/account-settings.ts';
import type { DB } from '../database/schema.generated.ts';
import { selectConfirmation } from '../invitations/email-confirmations.repository.ts';
import { selectInvitation } from '../invitations/invitations.repository.ts';
import { sealLink } from '../invitations/link.ts';
import type { MailReference } from '../jobs/tasks.ts';
import { sameIgnoringCase } from '../users/email-addresses.ts';
import { nameOf } from '../users/name-of.ts';
import { awaitedAddress, confirmedAddress } from '../users/plan-address.ts';
import { selectUser } from '../users/users.repository.ts';

export interface Recipient {
  name: string;
  address: string;
}

/** What a mail says, before anybody puts it into words. `id` is the same however often the mail is sent. */
export type MailContent = { id: string; to: Recipient; accountName: string } & MailMatter;

type MailMatter =
  | { mail: 'invitation'; token: string; expiresAt: Date }
  | { mail: 'email_confirmation'; token: string; currentAddress: string | null };

/**
 * Reads what a mail has to say at the moment when it is sent. Undefined when there is nothing to say any longer: the
 * invitation was revoked, the change cancelled, the person is gone.
 */
export async function readMail(
  db: Kysely<DB>,
  reference: MailReference,
  now: Date,
): Promise<MailContent | undefined> {
  switch (reference.mail) {
    case 'invitation':
      return readInvitation(db, reference.accountId, reference.invitationId, now);
    case 'email_confirmation':
      return readConfirmation(db, reference.accountId, reference.confirmationId);
  }
}

async function readInvitation(
  db: Kysely<DB>,
  accountId: string,
  id: string,
  now: Date,
): Promise<MailContent | undefined> {
  const invitation = await selectInvitation(db, accountId, id);
  if (invitation === undefined || invitation.endedAt !== null || invitation.expiresAt <= now)
    return undefined;
  const user = await selectUser(db, accountId, invitation.userId, 'everyone');
  if (user?.state !== 'invited') return undefined;
  return {
    mail: 'invitation',
    id,
    to: { name: nameOf(user), address: invitation.address },
    accountName: await accountNameOf(db, accountId),
    token: await sealLink(db, 'invitation', { accountId, id }),
    expiresAt: invitation.expiresAt,
  };
}

async function readConfirmation(
  db: Kysely<DB>,
  accountId: string,
  id: string,
): Promise<MailContent | undefined> {
  const confirmation = await selectConfirmation(db, accountId, id);
  if (confirmation === undefined || confirmation.endedAt !== null) return undefined;
  const [settings, user] = await Promise.all([
    readAccountSettings(db, accountId),
    selectUser(db, accountId, confirmation.userId, 'everyone'),
  ]);
  const awaited = user === undefined ? null : awaitedAddress(settings, user);
  if (user === undefined || awaited === null || !sameIgnoringCase(awaited, confirmation.address))
    return undefined;
  return {
    mail: 'email_confirmation',
    id,
    to: { name: nameOf(user), address: confirmation.address },
    accountName: await accountNameOf(db, accountId),
    token: await sealLink(db, 'email_confirmation', { accountId, id }),
    currentAddress: confirmedAddress(settings, user),
  };
}

async function accountNameOf(db: Kysely<DB>, accountId: string): Promise<string> {
  const { rows } = await sql<{ name: string }>`
    select a.name from accounts a where a.id = ${accountId}`.execute(db);
  return rows[0]?.name ?? '';
}
