import type { ScimConfiguration } from '../accounts/account-settings.ts';
import { isAddress } from '../users/email-addresses.ts';
import { isTombstone, type User } from '../users/user.ts';
import type { SignInIdentity } from './sign-in-identity.ts';
import { refused, type RefusedOutcome } from './sign-in-outcome.ts';

/** Somebody whom a sign-in may be about, and how it leads to them. */
export interface Candidate {
  user: User;
  /** Bound to this very issuer and subject. */
  isBound: boolean;
  /** Bound to whomever. */
  hasBinding: boolean;
  /** The user name is the sign-in's address. */
  hasUserName: boolean;
  /** The confirmed e-mail is the sign-in's address. */
  hasConfirmedAddress: boolean;
  /** A change to the address waits for its confirmation. */
  hasPendingAddress: boolean;
}

/** Who signs in: a user, bound already or to be bound now; somebody unknown; or nobody who may. */
export type Recognition =
  | { kind: 'user'; user: User; binds: boolean }
  | { kind: 'unknown'; address: string }
  | RefusedOutcome;

/**
 * Who a sign-in is, by the rules of the product: by issuer and subject; at the first one by the address, a living user before a
 * tombstone. Pure. Whether the person may come in is asked of their state.
 */
export function recognisePerson(
  identity: Pick<SignInIdentity, 'address' | 'addressVerified' | 'subjectIsAddress'>,
  candidates: readonly Candidate[],
  {
    enabled,
    userNamePolicy,
    unprovisionedSignIn,
  }: Pick<ScimConfiguration, 'enabled' | 'userNamePolicy' | 'unprovisionedSignIn'>,
): Recognition {
  const isMeant = userNamePolicy === 'email' ? hasUserName : hasConfirmedAddress;
  const bound = candidates.find(
    (candidate) => candidate.isBound && (!identity.subjectIsAddress || isMeant(candidate)),
  )?.user;
  if (bound !== undefined && !isTombstone(bound)) return { kind: 'user', user: bound, binds: false };
  const { address } = identity;
  if (address === null || !isAddress(address)) {
    return bound === undefined ? refused('no_address') : refused('deleted', { userId: bound.id });
  }
  const living = candidates.filter((candidate) => isMeant(candidate) && !isTombstone(candidate.user));
  if (living.length > 1) return refused('address_ambiguous', { alert: true });
  const [meant] = living;
  if (meant !== undefined) return firstSignIn(identity, meant);
  const tombstone = bound ?? candidates.find((candidate) => isMeant(candidate))?.user;
  if (tombstone !== undefined) return refused('deleted', { userId: tombstone.id });
  const awaited = candidates.find(({ hasPendingAddress }) => hasPendingAddress);
  if (awaited !== undefined) return refused('address_pending', { userId: awaited.user.id });
  const named = candidates.find((candidate) => hasUserName(candidate) && candidate.user.deletedBy !== 'scim');
  if (named !== undefined) return refused('address_not_confirmed', { userId: named.user.id, alert: true });
  if (identity.addressVerified === false) return refused('address_unverified');
  // While SCIM is off, nobody is provisioned: the setting rests, and people come by signing in.
  return unprovisionedSignIn || !enabled ? { kind: 'unknown', address } : refused('not_provisioned');
}

function firstSignIn(
  { addressVerified, subjectIsAddress }: Pick<SignInIdentity, 'addressVerified' | 'subjectIsAddress'>,
  { user, hasBinding }: Candidate,
): Recognition {
  if (user.localAdministrator) return refused('local_administrator', { userId: user.id, alert: true });
  if (hasBinding && !subjectIsAddress) return refused('bound_to_another', { userId: user.id, alert: true });
  if (addressVerified === false) return refused('address_unverified', { userId: user.id });
  return { kind: 'user', user, binds: true };
}

function hasUserName(candidate: Candidate): boolean {
  return candidate.hasUserName;
}

function hasConfirmedAddress(candidate: Candidate): boolean {
  return candidate.hasConfirmedAddress;
}
