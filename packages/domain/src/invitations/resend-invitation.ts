import { readAccountSettings } from '../accounts/account-settings.ts';
import type { Actor } from '../actor.ts';
import { lockAccountShared } from '../database/locks.ts';
import type { Trx } from '../database/transaction.ts';
import { appendAuditEvent } from '../events/append-audit-event.ts';
import { isInvitedAt, lockPeopleAt, nothingWaits } from './answer-at-address.ts';
import { endInvitations, invite } from './invitations.repository.ts';

/**
 * Gives an invited person a new invitation of full length; the earlier link dies. Allowed whatever the account's locks.
 * Throws RefusedError('no_invitation').
 */
export async function resendInvitation(
  trx: Trx,
  actor: Actor,
  accountId: string,
  address: string,
  now: Date,
): Promise<void> {
  const [, settings, people] = await Promise.all([
    lockAccountShared(trx, accountId),
    readAccountSettings(trx, accountId),
    lockPeopleAt(trx, accountId, address),
  ]);
  const user = people.find((person) => isInvitedAt(settings, person, address));
  if (user === undefined) throw nothingWaits(address);
  endInvitations(trx, accountId, user.id, 'replaced', now);
  invite(trx, accountId, user.id, address, now);
  appendAuditEvent(trx, actor, accountId, now, {
    kind: 'invitation.resent',
    target: { kind: 'user', id: user.id },
    detail: { address },
  });
}
