import { readAccountSettings } from '../accounts/account-settings.ts';
import { assertRight, type Caller } from '../admins/caller.ts';
import { lockAccount } from '../database/locks.ts';
import type { Trx } from '../database/transaction.ts';
import { RefusedError } from '../errors.ts';
import { endInvitations } from '../invitations/invitations.repository.ts';
import { addSeatMoves, countMovedSeats, type SeatMoves } from '../licenses/apply-license-changes.ts';
import { assertAsPreviewed } from '../licenses/preview-token.ts';
import { recordUserChange } from '../users/record-user-change.ts';
import type { User } from '../users/user.ts';
import { updateUser } from '../users/users.repository.ts';
import { getDomain } from './manage-domains.ts';
import { licensesOf, planActivations, selectInvitedIn } from './plan-activations.ts';
import { groundOfActivation } from './preview-domain.ts';

export interface ActivationResult {
  activated: readonly User[];
  /** Who stays invited, since no seat of their license is free. */
  withoutSeat: number;
  /** How many more are invited in the domain: call again to go on. */
  remaining: number;
}

/**
 * Activates people who were invited before the domain of their address was verified, as if they had accepted: the oldest first, at
 * most MOST_ACTIVATED of them. Throws ForbiddenError, NotFoundError, RefusedError('domain_not_verified') and PlanChangedError.
 */
export async function activateInvitedIn(
  trx: Trx,
  caller: Caller,
  accountId: string,
  { domain: name, previewToken }: { domain: string; previewToken?: string | undefined },
  now: Date,
): Promise<ActivationResult> {
  assertRight(caller, 'settings:write');
  const [, settings] = await Promise.all([lockAccount(trx, accountId), readAccountSettings(trx, accountId)]);
  const { domain, state } = await getDomain(trx, accountId, name);
  if (state !== 'verified') {
    throw new RefusedError(
      'domain_not_verified',
      `${domain} is not verified yet: nobody vouches for the addresses of its people. Have it checked first.`,
      { facts: { domain } },
    );
  }
  const invited = await selectInvitedIn(trx, settings, domain);
  const activations = planActivations(settings, invited.people, now);
  const licenses = licensesOf(settings, activations);
  if (previewToken !== undefined) {
    await assertAsPreviewed(trx, accountId, previewToken, groundOfActivation(settings, domain, licenses));
  }
  const activated = activations.filter(({ change }) => !change.keptForWantOfSeat);
  const moves: SeatMoves = new Map();
  addSeatMoves(moves, licenses.changes);
  for (const { current, next, change } of activated) {
    updateUser(trx, accountId, current.id, next, now);
    endInvitations(trx, accountId, current.id, 'revoked', now);
    recordUserChange(trx, caller.actor, accountId, now, {
      kind: 'user.activated',
      userId: current.id,
      before: current,
      after: next,
      decision: change.decision,
      besides: { domain },
    });
  }
  await countMovedSeats(trx, accountId, moves);
  return {
    activated: activated.map(({ current, next }) => ({
      ...current,
      ...next,
      version: current.version + 1,
      updatedAt: now,
    })),
    withoutSeat: activations.length - activated.length,
    remaining: invited.count - activated.length,
  };
}
