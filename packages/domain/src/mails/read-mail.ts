import { type Kysely, sql } from 'kysely';
import { readAccountSettings } from '../accounts/account-settings.ts';
import { getAccount } from '../accounts/find-accounts.ts';
import { findActiveAdministrator } from '../admins/active-administrators.ts';
import type { DB } from '../database/schema.generated.ts';
import { selectConfirmation } from '../invitations/email-confirmations.repository.ts';
import { selectInvitation } from '../invitations/invitations.repository.ts';
import { sealLink } from '../invitations/link.ts';
import type { MailReference } from '../jobs/tasks.ts';
import { sameIgnoringCase } from '../users/email-addresses.ts';
import { nameOf } from '../users/name-of.ts';
import { awaitedAddress, confirmedAddress } from '../users/plan-address.ts';
import { selectUser } from '../users/users.repository.ts';
import { type Alert, readAlerts } from './read-alerts.ts';

export interface Recipient {
  name: string;
  address: string;
}

/** What a mail says, before anybody puts it into words. `id` is the same however often the mail is sent. */
export type MailContent = { id: string; to: Recipient; accountName: string } & MailMatter;

export type MailMatter =
  | { mail: 'invitation'; token: string; expiresAt: Date }
  | { mail: 'email_confirmation'; token: string; currentAddress: string | null }
  | { mail: 'alerts'; alerts: readonly Alert[]; more: number }
  | { mail: 'token_expiry'; tokenKind: 'scim' | 'service'; token: EndingToken };

export interface EndingToken {
  name: string;
  hint: string;
  expiresAt: Date;
  lastUsedAt: Date | null;
}

const MOST_ALERTS = 50;

/**
 * Reads what a mail has to say at the moment when it is sent. Undefined when there is nothing to say any longer: the
 * invitation was revoked, the change cancelled, the token ended; or nobody to say it to.
 */
export async function readMail(
  db: Kysely<DB>,
  reference: MailReference,
  now: Date,
): Promise<MailContent | undefined> {
  const letter = await readLetter(db, reference, now);
  if (letter === undefined) return undefined;
  const { name: accountName } = await getAccount(db, reference.accountId);
  return { ...letter, accountName };
}

type Letter = { id: string; to: Recipient } & MailMatter;

async function readLetter(db: Kysely<DB>, reference: MailReference, now: Date): Promise<Letter | undefined> {
  switch (reference.mail) {
    case 'invitation':
      return readInvitation(db, reference.accountId, reference.invitationId, now);
    case 'email_confirmation':
      return readConfirmation(db, reference.accountId, reference.confirmationId);
    case 'alerts':
      return readAlertMail(db, reference.accountId, reference.userId, reference.mailId);
    case 'token_expiry':
      return readTokenExpiry(db, reference, now);
  }
}

async function readInvitation(
  db: Kysely<DB>,
  accountId: string,
  id: string,
  now: Date,
): Promise<Letter | undefined> {
  const invitation = await selectInvitation(db, accountId, id);
  if (invitation === undefined || invitation.endedAt !== null || invitation.expiresAt <= now)
    return undefined;
  const user = await selectUser(db, accountId, invitation.userId, 'everyone');
  if (user?.state !== 'invited') return undefined;
  return {
    mail: 'invitation',
    id,
    to: { name: nameOf(user), address: invitation.address },
    token: await sealLink(db, 'invitation', { accountId, id }),
    expiresAt: invitation.expiresAt,
  };
}

async function readConfirmation(db: Kysely<DB>, accountId: string, id: string): Promise<Letter | undefined> {
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
    token: await sealLink(db, 'email_confirmation', { accountId, id }),
    currentAddress: confirmedAddress(settings, user),
  };
}

async function readAlertMail(
  db: Kysely<DB>,
  accountId: string,
  userId: string,
  mailId: string,
): Promise<Letter | undefined> {
  const to = await administratorAt(db, accountId, userId);
  const { alerts, more } = await readAlerts(db, accountId, mailId, MOST_ALERTS);
  if (to === undefined || alerts.length === 0) return undefined;
  return { mail: 'alerts', id: `${mailId}.${userId}`, to, alerts, more };
}

async function readTokenExpiry(
  db: Kysely<DB>,
  reference: MailReference & { mail: 'token_expiry' },
  now: Date,
): Promise<Letter | undefined> {
  const { accountId, userId, tokenKind, tokenId, daysBefore } = reference;
  const to = await administratorAt(db, accountId, userId);
  const table = sql.table(tokenKind === 'scim' ? 'scim_tokens' : 'service_tokens');
  const { rows } = await sql<EndingToken>`
    select t.name, t.hint, t.expires_at as "expiresAt", t.last_used_at as "lastUsedAt" from ${table} t
    where t.account_id = ${accountId} and t.id = ${tokenId} and t.revoked_at is null and t.expires_at > ${now}`.execute(
    db,
  );
  const [token] = rows;
  if (to === undefined || token === undefined) return undefined;
  return { mail: 'token_expiry', id: `${tokenId}.${daysBefore}.${userId}`, to, tokenKind, token };
}

/** Only who still is an active administrator is told what administrators are told. */
async function administratorAt(
  db: Kysely<DB>,
  accountId: string,
  userId: string,
): Promise<Recipient | undefined> {
  const [settings, user] = await Promise.all([
    readAccountSettings(db, accountId),
    findActiveAdministrator(db, accountId, userId),
  ]);
  const address = user === undefined ? null : confirmedAddress(settings, user);
  return user === undefined || address === null ? undefined : { name: nameOf(user), address };
}
