import { isDeepStrictEqual } from 'node:util';
import type { AccountSettings } from '../accounts/account-settings.ts';
import { assertReadUnder } from '../custom-schemas/read-under.ts';
import { InvalidInputError } from '../errors.ts';
import type { LicenseDecision } from '../licenses/decide-license.ts';
import { isLicenseType, LICENSE_TYPES, type LicenseType } from '../licenses/license-type.ts';
import { assertAvailable } from '../licenses/seats.ts';
import { sameIgnoringCase } from './email-addresses.ts';
import { licenseUser, newLife } from './license-user.ts';
import {
  type Address,
  addressOf,
  keepsAddress,
  planAddress,
  signInEmailAfter,
  stateOfNewcomer,
} from './plan-address.ts';
import { STORED_FIELDS } from './record-user-change.ts';
import {
  isShownActive,
  isTombstone,
  type StoredUser,
  type User,
  type UserInput,
  type UserState,
  type UserWrite,
} from './user.ts';

export interface UserPlan {
  next: StoredUser;
  happened:
    | 'created'
    | 'linked'
    | 'revived'
    | 'deactivated'
    | 'reactivated'
    | 'deleted'
    | 'licensed'
    | 'changed'
    | 'nothing';
  /** Made whenever the person ends up active. */
  decision: LicenseDecision | undefined;
  seat: { from: LicenseType | null; to: LicenseType | null };
  /** A user name or pending user name that the person did not hold before. */
  claimed: string | undefined;
  /** What becomes of invitations: earlier links die on `invite` and `end`. */
  invitation: 'invite' | 'end' | 'keep';
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
 * Decides what a write makes of a person, SCIM's or an administrator's: address, state, license, invitation. Pure: the
 * caller has locked and read `current` and the settings, and writes the plan. Throws InvalidInputError, RefusedError and
 * SettingsChangedError; nothing is then written.
 */
export function planUserChange(
  current: User | undefined,
  input: UserInput,
  settings: AccountSettings,
  write: UserWrite,
  now: Date,
): UserPlan {
  assertReadUnder(input.readUnder, settings);
  const before: StoredUser = current ?? NEW_USER;
  const address = planAddress(current, input, settings, write);
  const state = nextState(current, input, settings, address, write);
  const revived = isRevival(before, state);
  const asserted = nextAssertion(before, input, settings, state, write);
  const next: StoredUser = {
    ...before,
    ...address,
    state,
    deletedBy: state === 'deleted' ? before.deletedBy : null,
    scimManaged: write === 'edit' ? current?.scimManaged === true : true,
    externalId: input.externalId ?? (write === 'link' ? before.externalId : null),
    signInEmail: signInEmailAfter(settings, before, address),
    assertedLicenseType: asserted,
    manualLicenseType: input.manualLicenseType ?? before.manualLicenseType,
    activatedAt: before.activatedAt ?? (state === 'active' ? now : null),
    ...(revived ? newLife(state, now) : {}),
  };
  const licensed = licenseUser(next, settings, current);
  return {
    next: licensed.user,
    decision: licensed.decision,
    happened: whatHappened(current, licensed.user, write),
    seat: { from: seatOf(before), to: seatOf(licensed.user) },
    claimed: claimedName(current, licensed.user),
    invitation: nextInvitation(current, licensed.user, settings),
  };
}

function nextState(
  current: User | undefined,
  input: UserInput,
  settings: AccountSettings,
  address: Address,
  write: UserWrite,
): UserState {
  // A POST says that the person is there, whatever else it says; a tombstone that it takes up is one no longer.
  const revives = current !== undefined && isTombstone(current) && (write === 'create' || write === 'link');
  const active = input.active ?? (current === undefined || isShownActive(current) || revives);
  // Kept without reviving: an administrator deleted this person, and nothing here says that they are back.
  if (!active) return current !== undefined && isTombstone(current) && !revives ? 'deleted' : 'deactivated';
  if (current?.state === 'active') return 'active';
  if (current?.state === 'deactivated' && current.activatedAt !== null) return 'active';
  // A domain that was verified meanwhile activates nobody by itself; a new address in it does.
  if (current?.state === 'invited' && keepsAddress(settings, current, address)) return 'invited';
  return stateOfNewcomer(settings, addressOf(settings, address));
}

function nextAssertion(
  before: StoredUser,
  input: UserInput,
  settings: AccountSettings,
  state: UserState,
  write: UserWrite,
): LicenseType | null {
  // A person who is created anew has nothing of what was asserted before they were deleted.
  if (input.licenseType === undefined) return write === 'create' ? null : before.assertedLicenseType;
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

/** The seat that the person holds. */
export function seatOf(user: StoredUser): LicenseType | null {
  return user.state === 'active' ? user.licenseType : null;
}

function whatHappened(current: User | undefined, next: StoredUser, write: UserWrite): UserPlan['happened'] {
  if (current === undefined) return 'created';
  if (isRevival(current, next.state)) return 'revived';
  if (!current.scimManaged && write !== 'edit') return 'linked';
  if (isShownActive(current) && !isShownActive(next)) return 'deactivated';
  if (!isShownActive(current) && isShownActive(next)) return 'reactivated';
  return sameStored(current, next) ? 'nothing' : 'changed';
}

/** Whether a change would change anything. */
export function sameStored(current: User, next: StoredUser): boolean {
  return STORED_FIELDS.every((field) => isDeepStrictEqual(current[field], next[field]));
}

function claimedName(current: User | undefined, next: StoredUser): string | undefined {
  const held =
    current === undefined || current.deletedBy === 'scim' ? [] : [current.userName, current.pendingUserName];
  return (
    [next.pendingUserName, next.userName].find(
      (name) => name !== null && !held.some((old) => old !== null && sameIgnoringCase(old, name)),
    ) ?? undefined
  );
}

function nextInvitation(
  current: User | undefined,
  next: StoredUser,
  settings: AccountSettings,
): UserPlan['invitation'] {
  if (next.state !== 'invited') return current?.state === 'invited' ? 'end' : 'keep';
  return current?.state === 'invited' && keepsAddress(settings, current, next) ? 'keep' : 'invite';
}
