import { isDeepStrictEqual } from 'node:util';
import { type AccountSettings, readAccountSettings } from '../accounts/account-settings.ts';
import type { Actor } from '../actor.ts';
import { lockAccountShared, lockUserNames } from '../database/locks.ts';
import type { Trx } from '../database/transaction.ts';
import { BusyError } from '../errors.ts';
import { applySignInGroups } from '../groups/apply-sign-in-groups.ts';
import { decideAddress } from '../ip-rules/decide-address.ts';
import { selectIpRules } from '../ip-rules/ip-rules.repository.ts';
import { createUnmanagedUser } from '../users/create-unmanaged-user.ts';
import { isAddress } from '../users/email-addresses.ts';
import { nameFromAddress } from '../users/name-from-address.ts';
import { addressOf } from '../users/plan-address.ts';
import { recordUserChange } from '../users/record-user-change.ts';
import { takeLicense } from '../users/take-license.ts';
import type { StoredUser, User } from '../users/user.ts';
import { lockUser, updateUser } from '../users/users.repository.ts';
import { bind, bindByAddress, findBinding } from './bindings.repository.ts';
import { selectCandidates } from './candidates.repository.ts';
import { consumeAssertion } from './consume-assertion.ts';
import { recognisePerson } from './recognise-person.ts';
import type { SignInOrigin } from './session.ts';
import { openSession } from './sessions.repository.ts';
import { isSharedIssuer } from './shared-issuers.ts';
import { groupsToApply, hasUsableSubject, type SignInIdentity } from './sign-in-identity.ts';
import { refused, type SignedInOutcome, type SignInOutcome } from './sign-in-outcome.ts';
import { selectProvider } from './sso-providers.repository.ts';

/** Who changes people and groups as a consequence of a sign-in. */
export const SIGN_IN_ACTOR: Actor = { kind: 'system', name: 'sign-in' };

/** Whether the licenses that a sign-in leads to are given. `kept`: nothing but the session and the binding is written. */
export type SignInLicenses = 'decided' | 'kept';

/**
 * What a sign-in comes to: a session, the way to an invitation, or a refusal in words for the person. Binds the person at the
 * first one; where the token names groups, it stores them, decides the license anew and applies the SSO group mappings. Edges
 * call `signIn`, which also records the attempt. Throws RefusedError('no_free_seat' | 'license_unavailable'), upon which
 * it is to run again with licenses `kept`, and BusyError where the person was changed meanwhile.
 */
export async function completeSignIn(
  trx: Trx,
  accountId: string,
  identity: SignInIdentity,
  origin: SignInOrigin,
  licenses: SignInLicenses,
  now: Date,
): Promise<SignInOutcome> {
  if (!hasUsableSubject(identity)) return refused('no_subject');
  if (isSharedIssuer(identity.issuer)) return refused('shared_issuer', { alert: true });
  const address = identity.address !== null && isAddress(identity.address) ? identity.address : null;
  const [, , settings, ipRules, stored, isFresh, candidates] = await Promise.all([
    lockAccountShared(trx, accountId),
    // Of two first sign-ins with one address, the second sees what the first did.
    address === null ? undefined : lockUserNames(trx, accountId, [address]),
    readAccountSettings(trx, accountId),
    selectIpRules(trx, accountId),
    selectProvider(trx, accountId),
    consumeAssertion(trx, accountId, identity, now),
    selectCandidates(trx, accountId, identity, address),
  ]);
  if (stored?.provider.issuer !== identity.issuer) return refused('provider_changed');
  if (!isFresh) return refused('replayed', { alert: true });
  if (!decideAddress(ipRules.rules, origin.address).allowed) return refused('address_refused');
  const recognition = recognisePerson(identity, candidates, settings.scim);
  const signIn = { trx, settings, identity, origin, licenses, now };
  switch (recognition.kind) {
    case 'refused':
      return recognition;
    case 'unknown':
      return welcome(signIn, recognition.address);
    case 'user':
      return admit(signIn, recognition.user, recognition.binds);
  }
}

interface SignIn {
  trx: Trx;
  settings: AccountSettings;
  identity: SignInIdentity;
  origin: SignInOrigin;
  licenses: SignInLicenses;
  now: Date;
}

async function admit(signIn: SignIn, user: User, binds: boolean): Promise<SignInOutcome> {
  const { trx, settings, identity, licenses, now } = signIn;
  const { accountId } = settings;
  if (user.state === 'deactivated') return refused('deactivated', { userId: user.id });
  if (user.state === 'invited') return ledToAcceptance(settings, user);
  if (binds) await bindTo(signIn, user);
  const groups = licenses === 'decided' ? groupsToApply(identity) : null;
  // Groups before people, in the order of locks.
  if (groups !== null) await applySignInGroups(trx, SIGN_IN_ACTOR, settings, user, groups, now);
  const [current, binding] = await Promise.all([
    lockUser(trx, accountId, user.id, 'everyone'),
    findBinding(trx, accountId, user.id),
  ]);
  const isForgotten = binding?.issuer !== identity.issuer || binding.subject !== identity.subject;
  if (current?.version !== user.version || isForgotten) throw new BusyError({}, 'a change of the user');
  if (groups !== null) await saveSignInGroups(signIn, current, groups);
  return signedIn(signIn, current, false);
}

async function bindTo({ trx, identity, now }: SignIn, { accountId, id }: User): Promise<void> {
  if (identity.subjectIsAddress) await bindByAddress(trx, accountId, id, identity, now);
  else if (!(await bind(trx, accountId, id, identity, now))) throw new BusyError({}, 'another sign-in');
}

/** The groups of the last sign-in, and the license that they lead to. */
async function saveSignInGroups(
  { trx, settings, now }: SignIn,
  current: User,
  groups: readonly string[],
): Promise<void> {
  const { accountId } = settings;
  const claimed = { ...current, signInGroups: groups };
  const { user: next, decision } = await takeLicense(trx, settings, current, claimed, 'sign_in.refused');
  if (isSame(current, next)) return;
  updateUser(trx, accountId, current.id, next, now);
  recordUserChange(trx, SIGN_IN_ACTOR, accountId, now, {
    kind: current.licenseType === next.licenseType ? 'user.changed' : 'user.license_changed',
    userId: current.id,
    before: current,
    after: next,
    decision,
  });
}

function isSame(current: StoredUser, next: StoredUser): boolean {
  return (
    current.licenseType === next.licenseType &&
    current.licenseSource === next.licenseSource &&
    isDeepStrictEqual(current.signInGroups, next.signInGroups)
  );
}

/** Somebody whom nobody provisioned becomes an unmanaged user. */
async function welcome(signIn: SignIn, address: string): Promise<SignInOutcome> {
  const { trx, settings, identity, licenses, now } = signIn;
  const { accountId } = settings;
  if (licenses === 'kept') return refused('no_free_license', { alert: true });
  const groups = groupsToApply(identity);
  const person = { userName: address, ...nameOf(identity, address), signInGroups: groups };
  const user = await createUnmanagedUser(trx, SIGN_IN_ACTOR, accountId, person, now);
  await bindTo(signIn, user);
  if (groups !== null) await applySignInGroups(trx, SIGN_IN_ACTOR, settings, user, groups, now);
  return signedIn(signIn, user, true);
}

function signedIn({ trx, origin, now }: SignIn, user: User, isNew: boolean): SignedInOutcome {
  const session = openSession(trx, user.accountId, user.id, 'sso', origin, now);
  return {
    kind: 'signed_in',
    session,
    userId: user.id,
    userName: user.userName,
    isNew,
    noSeat: null,
    notice: null,
  };
}

function ledToAcceptance(settings: AccountSettings, user: User): SignInOutcome {
  const address = addressOf(settings, user) ?? user.userName;
  return {
    kind: 'invited',
    userId: user.id,
    userName: user.userName,
    address,
    message: `You are invited, and have to accept first: open the link in the message to ${address} and press its button, then sign in again. An administrator of the account can send it again.`,
  };
}

const LONGEST_NAME = 200;

/** As far as the provider tells it; the rest by the address. */
function nameOf(identity: SignInIdentity, address: string) {
  const known = nameFromAddress(address);
  return {
    givenName: readable(identity.givenName) ?? known.givenName,
    familyName: readable(identity.familyName) ?? known.familyName,
    displayName: readable(identity.displayName),
  };
}

function readable(name: string | null): string | null {
  const text =
    name
      ?.slice(0, LONGEST_NAME)
      .replaceAll(/\p{Cc}|\p{Cs}/gu, '')
      .trim() ?? '';
  return text === '' ? null : text;
}
