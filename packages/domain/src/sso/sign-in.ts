import type { Database } from '../database/connection.ts';
import { inTransaction } from '../database/transaction.ts';
import { BusyError, RefusedError } from '../errors.ts';
import type { AuditEventInput } from '../events/audit-event.ts';
import { recordAttempt } from '../events/record-attempt.ts';
import { completeSignIn, SIGN_IN_ACTOR, type SignInLicenses } from './complete-sign-in.ts';
import type { SignInOrigin } from './session.ts';
import { groupsReading, type SignInIdentity } from './sign-in-identity.ts';
import type { SignInOutcome } from './sign-in-outcome.ts';

const MOST_ATTEMPTS = 4;

/**
 * Lets somebody in whom the account's provider vouched for, leads them to their invitation, or refuses them; and records it. A
 * license without a free seat keeps nobody out who was in: license and groups stay as they were, the person is told and
 * administrators are alerted. `identity` is what the edge has verified.
 */
export async function signIn(
  db: Database,
  accountId: string,
  identity: SignInIdentity,
  origin: SignInOrigin,
  now: Date,
): Promise<SignInOutcome> {
  const outcome = await decide(db, accountId, identity, origin, now);
  await recordAttempt(db, SIGN_IN_ACTOR, accountId, eventOf(identity, origin, outcome), now);
  return outcome;
}

async function decide(
  db: Database,
  accountId: string,
  identity: SignInIdentity,
  origin: SignInOrigin,
  now: Date,
): Promise<SignInOutcome> {
  const run = (licenses: SignInLicenses) =>
    unlessBusy(() =>
      inTransaction(db, (trx) => completeSignIn(trx, accountId, identity, origin, licenses, now)),
    );
  try {
    return await run('decided');
  } catch (error) {
    if (!isLicenseRefusal(error)) throw error;
    const outcome = await run('kept');
    return outcome.kind === 'signed_in'
      ? { ...outcome, noSeat: error.facts, notice: noticeOf(error) }
      : outcome;
  }
}

function noticeOf({ facts }: RefusedError): string {
  const { licenseType } = facts;
  const license = typeof licenseType === 'string' ? `the license ${licenseType}` : 'a license';
  return `Your groups lead to ${license}, of which no seat is free. Your license and groups stay as they were, and the administrators of the account were told.`;
}

function isLicenseRefusal(error: unknown): error is RefusedError {
  return (
    error instanceof RefusedError &&
    (error.reason === 'no_free_seat' || error.reason === 'license_unavailable')
  );
}

/** Somebody else changed the person, or bound them, between reading and writing. */
async function unlessBusy<T>(run: () => Promise<T>): Promise<T> {
  for (let attempts = 1; ; attempts += 1) {
    try {
      return await run();
    } catch (error) {
      if (attempts < MOST_ATTEMPTS && error instanceof BusyError) continue;
      throw error;
    }
  }
}

function eventOf(identity: SignInIdentity, origin: SignInOrigin, outcome: SignInOutcome): AuditEventInput {
  const { issuer, subject, address } = identity;
  const facts = { issuer, subject, address, groups: groupsReading(identity), from: origin.address };
  switch (outcome.kind) {
    case 'signed_in':
      return {
        kind: 'sign_in.succeeded',
        target: { kind: 'user', id: outcome.userId },
        detail: { ...facts, isNew: outcome.isNew, noSeat: outcome.noSeat },
        alert: outcome.noSeat !== null,
      };
    case 'invited':
      return {
        kind: 'sign_in.refused',
        target: { kind: 'user', id: outcome.userId },
        detail: { ...facts, reason: 'invited' },
      };
    case 'refused':
      return {
        kind: 'sign_in.refused',
        target: outcome.userId === null ? { kind: 'account' } : { kind: 'user', id: outcome.userId },
        detail: { ...facts, reason: outcome.reason },
        alert: outcome.alert,
      };
  }
}
