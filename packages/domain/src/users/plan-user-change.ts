import { isDeepStrictEqual } from 'node:util';
import type { AccountSettings } from '../accounts/account-settings.ts';
import { InvalidInputError } from '../errors.ts';
import { decideLicense, type LicenseDecision } from '../licenses/decide-license.ts';
import { isLicenseType, LICENSE_TYPES, type LicenseType } from '../licenses/license-type.ts';
import { assertAvailable } from '../licenses/seats.ts';
import { domainOf, sameIgnoringCase, withWorkEmail, workEmail } from './email-addresses.ts';
import { resolveAddress } from './resolve-address.ts';
import {
  isShownActive,
  isTombstone,
  type StoredUser,
  type User,
  type UserInput,
  type UserState,
} from './user.ts';

/**
 * How a write treats what it does not say. `create` and `replace` carry a whole resource; `modify` the resource after its
 * operations; `link` is a POST that meets someone who was there before SCIM, and adds to what is known of them.
 */
export type UserWrite = 'create' | 'link' | 'replace' | 'modify';

export interface UserPlan {
  next: StoredUser;
  happened: 'created' | 'linked' | 'revived' | 'deactivated' | 'reactivated' | 'changed' | 'nothing';
  /** Made whenever the person ends up active. */
  decision: LicenseDecision | undefined;
  seat: { from: LicenseType | null; to: LicenseType | null };
  /** A user name or pending user name that the person did not hold before. */
  claimed: string | undefined;
  /** What becomes of invitations: earlier links die on `invite` and `end`. */
  invitation: 'invite' | 'end' | 'keep';
  emailChange: 'requested' | 'cancelled' | 'none';
}

/** A person of whom nothing is known yet. */
export const NEW_USER: StoredUser = {
  state: 'deactivated',
  deletedBy: null,
  scimManaged: true,
  localAdministrator: false,
  userName: '',
  pendingUserName: null,
  oneSidedChange: null,
  externalId: null,
  attributes: {},
  signInEmail: null,
  signInGroups: null,
  assertedLicenseType: null,
  manualLicenseType: null,
  licenseType: null,
  licenseSource: null,
  activatedAt: null,
  erased: false,
};

/**
 * Decides what a SCIM write makes of a person: address, state, license, invitation. Pure: the caller has locked and read
 * `current` and the settings, and writes the plan. Throws InvalidInputError and RefusedError; nothing is then written.
 */
export function planUserChange(
  current: User | undefined,
  input: UserInput,
  settings: AccountSettings,
  write: UserWrite,
  now: Date,
): UserPlan {
  const before: StoredUser = current ?? NEW_USER;
  const address = planAddress(current, input, settings, write);
  const state = nextState(current, input, settings, address);
  const revived = isRevival(before, state);
  const asserted = nextAssertion(before, input, settings, state);
  const next: StoredUser = {
    ...before,
    ...address,
    state,
    deletedBy: state === 'deleted' ? before.deletedBy : null,
    scimManaged: true,
    externalId: input.externalId ?? (write === 'link' ? before.externalId : null),
    assertedLicenseType: asserted,
    activatedAt: before.activatedAt ?? (state === 'active' ? now : null),
    ...(revived ? newLife(state, now) : {}),
  };
  const licensed = license(next, settings);
  return {
    next: licensed.user,
    decision: licensed.decision,
    happened: whatHappened(current, licensed.user),
    seat: { from: seatOf(before), to: seatOf(licensed.user) },
    claimed: claimedName(current, licensed.user),
    invitation: nextInvitation(current, licensed.user),
    emailChange: emailChange(before, licensed.user),
  };
}

/** The license of someone who is active, decided anew; everybody else keeps what they hold. */
export function license(
  user: StoredUser,
  settings: AccountSettings,
): { user: StoredUser; decision: LicenseDecision | undefined } {
  if (user.state !== 'active') return { user, decision: undefined };
  const decision = decideLicense({
    scimEnabled: settings.scim.enabled,
    manageLicenses: settings.scim.manageLicenses,
    scimManaged: user.scimManaged,
    asserted: user.assertedLicenseType,
    mappings: settings.licenseMappings,
    signInGroups: user.signInGroups,
    manual: user.manualLicenseType,
    held:
      user.licenseType === null || user.licenseSource === null
        ? null
        : { licenseType: user.licenseType, source: user.licenseSource },
    defaultLicenseType: settings.scim.defaultLicenseType,
  });
  if (decision.licenseType !== user.licenseType) assertAvailable(settings, decision.licenseType);
  return { user: { ...user, licenseType: decision.licenseType, licenseSource: decision.source }, decision };
}

/** A verified domain vouches for the address; anyone else has to accept an invitation first. */
export function stateOfNewcomer(
  settings: AccountSettings,
  address: string | undefined,
): 'active' | 'invited' {
  if (address === undefined) return 'active';
  return settings.verifiedDomains.includes(domainOf(address)) ? 'active' : 'invited';
}

/** Where mail for the person goes, and whose domain decides: the user name where it is an address, else the work e-mail. */
export function addressOf(
  settings: AccountSettings,
  user: Pick<StoredUser, 'userName' | 'attributes'>,
): string | undefined {
  return settings.scim.userNamePolicy === 'email' ? user.userName : workEmail(user.attributes)?.value;
}

type Address = Pick<
  StoredUser,
  'userName' | 'pendingUserName' | 'oneSidedChange' | 'attributes' | 'signInEmail'
>;

function planAddress(
  current: User | undefined,
  input: UserInput,
  settings: AccountSettings,
  write: UserWrite,
): Address {
  const said =
    write === 'link' ? { ...input, attributes: { ...current?.attributes, ...input.attributes } } : input;
  if (settings.scim.userNamePolicy === 'any') return freeAddress(current, said, settings);
  const resolved = resolveAddress(current, said, write !== 'modify');
  const { userName, attributes, oneSidedChange } = resolved;
  const at = (pendingUserName: string | null): Address => ({
    ...resolved,
    pendingUserName,
    signInEmail: null,
  });
  if (current === undefined) return at(null);
  if (sameIgnoringCase(userName, current.userName)) {
    return at(keepsPending(current, said, write) ? current.pendingUserName : null);
  }
  const vouchedFor = settings.verifiedDomains.includes(domainOf(userName));
  // Nobody signs in yet with an address that was never confirmed: a new one can simply take its place.
  const neverConfirmed = current.activatedAt === null || isTombstone(current);
  if (vouchedFor || neverConfirmed) return at(null);
  const askedBefore = current.pendingUserName !== null && sameIgnoringCase(userName, current.pendingUserName);
  return {
    userName: current.userName,
    pendingUserName: askedBefore ? current.pendingUserName : userName,
    oneSidedChange: askedBefore ? current.oneSidedChange : oneSidedChange,
    attributes: withWorkEmail(attributes, workEmail(current.attributes)?.value ?? current.userName),
    signInEmail: null,
  };
}

// Okta sends back what it read when it only means to deactivate, reactivate or set a password: that must not cancel.
function keepsPending(current: User, input: UserInput, write: UserWrite): boolean {
  if (current.pendingUserName === null || !input.namesAddress) return true;
  return (
    write === 'replace' &&
    input.externalId === current.externalId &&
    (input.licenseType === undefined || input.licenseType === current.assertedLicenseType) &&
    isDeepStrictEqual(input.attributes, current.attributes)
  );
}

// User names are free text: changes of e-mail show at once, and serve sign-in and mail only when they are confirmed.
function freeAddress(current: User | undefined, input: UserInput, settings: AccountSettings): Address {
  if (input.userName.trim() === '') throw new InvalidInputError('userName must not be empty.', 'userName');
  const email = workEmail(input.attributes)?.value;
  const vouchedFor = email !== undefined && settings.verifiedDomains.includes(domainOf(email));
  return {
    userName: input.userName,
    pendingUserName: null,
    oneSidedChange: null,
    attributes: input.attributes,
    signInEmail: vouchedFor ? email : (current?.signInEmail ?? null),
  };
}

function nextState(
  current: User | undefined,
  input: UserInput,
  settings: AccountSettings,
  address: Address,
): UserState {
  const active = input.active ?? (current === undefined || isShownActive(current));
  // Kept without reviving: an administrator deleted this person, and nothing here says that they are back.
  if (!active) return current !== undefined && isTombstone(current) ? 'deleted' : 'deactivated';
  if (current?.state === 'active') return 'active';
  if (current?.state === 'deactivated' && current.activatedAt !== null) return 'active';
  // A domain that was verified meanwhile activates nobody by itself; a new address in it does.
  if (current?.state === 'invited' && sameIgnoringCase(current.userName, address.userName)) return 'invited';
  return stateOfNewcomer(settings, addressOf(settings, address));
}

function nextAssertion(
  before: StoredUser,
  input: UserInput,
  settings: AccountSettings,
  state: UserState,
): LicenseType | null {
  if (input.licenseType === undefined) return before.assertedLicenseType;
  if (input.licenseType === null || input.licenseType === '') return null;
  const leaves = state === 'deactivated' || state === 'deleted';
  if (!isLicenseType(input.licenseType)) {
    // Someone who leaves must leave, whatever else the request says.
    if (leaves) return before.assertedLicenseType;
    throw new InvalidInputError(
      `licenseType must be one of ${LICENSE_TYPES.join(', ')} (letter case matters), but is "${input.licenseType}".`,
      'licenseType',
    );
  }
  if (!leaves && input.licenseType !== before.assertedLicenseType)
    assertAvailable(settings, input.licenseType);
  return input.licenseType;
}

function isRevival(before: StoredUser, state: UserState): boolean {
  return before.state === 'deleted' && state !== 'deleted';
}

/** Who comes back from a tombstone comes without what they had: no sign-in groups, a newly decided license. */
export function newLife(state: UserState, now: Date): Partial<StoredUser> {
  return {
    activatedAt: state === 'active' ? now : null,
    signInGroups: null,
    manualLicenseType: null,
    licenseType: null,
    licenseSource: null,
  };
}

function seatOf(user: StoredUser): LicenseType | null {
  return user.state === 'active' ? user.licenseType : null;
}

function whatHappened(current: User | undefined, next: StoredUser): UserPlan['happened'] {
  if (current === undefined) return 'created';
  if (isRevival(current, next.state)) return 'revived';
  if (!current.scimManaged) return 'linked';
  if (isShownActive(current) && !isShownActive(next)) return 'deactivated';
  if (!isShownActive(current) && isShownActive(next)) return 'reactivated';
  return sameStored(current, next) ? 'nothing' : 'changed';
}

function sameStored(current: User, next: StoredUser): boolean {
  return STORED_FIELDS.every((field) => isDeepStrictEqual(current[field], next[field]));
}

/** The fields that a change can change, in the order in which events tell them. */
export const STORED_FIELDS = [
  'state',
  'deletedBy',
  'scimManaged',
  'localAdministrator',
  'userName',
  'pendingUserName',
  'externalId',
  'attributes',
  'signInEmail',
  'signInGroups',
  'assertedLicenseType',
  'manualLicenseType',
  'licenseType',
  'licenseSource',
  'activatedAt',
  'oneSidedChange',
  'erased',
] as const satisfies readonly (keyof StoredUser)[];

function claimedName(current: User | undefined, next: StoredUser): string | undefined {
  const held =
    current === undefined || current.deletedBy === 'scim' ? [] : [current.userName, current.pendingUserName];
  return (
    [next.pendingUserName, next.userName].find(
      (name) => name !== null && !held.some((old) => old !== null && sameIgnoringCase(old, name)),
    ) ?? undefined
  );
}

function nextInvitation(current: User | undefined, next: StoredUser): UserPlan['invitation'] {
  if (next.state !== 'invited') return current?.state === 'invited' ? 'end' : 'keep';
  const addressKept = current !== undefined && sameIgnoringCase(current.userName, next.userName);
  return current?.state === 'invited' && addressKept ? 'keep' : 'invite';
}

function emailChange(before: StoredUser, next: StoredUser): UserPlan['emailChange'] {
  if (before.pendingUserName === next.pendingUserName) return 'none';
  return next.pendingUserName === null ? 'cancelled' : 'requested';
}
