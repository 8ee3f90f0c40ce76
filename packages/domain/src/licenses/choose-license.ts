import type { AccountSettings } from '../accounts/account-settings.ts';
import type { Caller } from '../admins/caller.ts';
import { lockedActions, type LockedAction } from '../admins/manual-locks.ts';
import type { Trx } from '../database/transaction.ts';
import { RefusedError } from '../errors.ts';
import { decideFor, licenseUser } from '../users/license-user.ts';
import { assertLiving, editResult, type EditResult, lockForEdit } from '../users/lock-for-edit.ts';
import { sameStored, seatOf, type UserPlan } from '../users/plan-user-change.ts';
import { saveUser } from '../users/save-user.ts';
import { isTombstone, type StoredUser, type User } from '../users/user.ts';
import type { LicenseDecision, LicenseRule, LicenseStep } from './decide-license.ts';
import type { LicenseType } from './license-type.ts';
import { assertAvailable } from './seats.ts';

/**
 * An administrator's choice of a person's license; null takes the choice back, and the license is decided without it. Works
 * where neither an asserted type nor an SSO mapping decides. Throws ForbiddenError, NotFoundError, VersionMismatchError, and
 * RefusedError('manual_updates_locked' | 'license_decided_elsewhere' | 'is_a_tombstone' | 'no_free_seat' |
 * 'license_unavailable' | 'needs_no_license').
 */
export async function chooseLicense(
  trx: Trx,
  caller: Caller,
  accountId: string,
  userId: string,
  licenseType: LicenseType | null,
  now: Date,
  expectedVersion?: number,
): Promise<EditResult> {
  const right = 'licenses:write';
  const request = { userId, action: 'user_license_set', right, expectedVersion } as const;
  const { settings, current } = await lockForEdit(trx, caller, accountId, request);
  assertCanHoldLicense(current);
  const chosen = withChoice(current, licenseType, settings);
  return saveLicense(trx, caller, settings, current, chosen, now);
}

/**
 * Decides a person's license anew, by the rules and from the stored groups of the last sign-in. Throws like chooseLicense,
 * but for the locks: nothing is chosen here.
 */
export async function redecideLicense(
  trx: Trx,
  caller: Caller,
  accountId: string,
  userId: string,
  now: Date,
  expectedVersion?: number,
): Promise<EditResult> {
  const request = { userId, action: undefined, right: 'licenses:write', expectedVersion } as const;
  const { settings, current } = await lockForEdit(trx, caller, accountId, request);
  assertCanHoldLicense(current);
  return saveLicense(trx, caller, settings, current, current, now);
}

/**
 * What of a person cannot be changed by hand at the moment, and why: what SCIM locks, and the choice of a license where another
 * rule decides it.
 */
export function lockedUserActions(settings: AccountSettings, user: User): readonly LockedAction[] {
  const locked = lockedActions(settings.scim, { kind: 'user', scimManaged: user.scimManaged });
  if (isTombstone(user) || user.localAdministrator) return locked;
  if (locked.some(({ action }) => action === 'user_license_set')) return locked;
  const deciding = decideFor(user, settings).steps.at(-1);
  if (deciding === undefined || !isBeforeChoice(deciding)) return locked;
  return [...locked, { action: 'user_license_set', reason: reasonAgainst(deciding), setting: null }];
}

function assertCanHoldLicense(user: User): void {
  assertLiving(user);
  if (!user.localAdministrator) return;
  throw new RefusedError(
    'needs_no_license',
    `${user.userName} is a local administrator, who needs no license and holds none.`,
  );
}

/** The person with the choice, before their license is decided. Throws RefusedError where something else decides. */
export function withChoice(
  user: StoredUser,
  licenseType: LicenseType | null,
  settings: AccountSettings,
): StoredUser {
  // What somebody holds for a choice is no longer held when the choice is taken back; else nothing would come of it.
  const isTakenBack =
    licenseType === null && user.manualLicenseType !== null && user.licenseSource === 'manual';
  const chosen: StoredUser = {
    ...user,
    manualLicenseType: licenseType,
    ...(isTakenBack && { licenseType: null, licenseSource: null }),
  };
  assertDecidedByHand(decideFor(chosen, settings), licenseType);
  if (licenseType !== null && licenseType !== user.manualLicenseType) assertAvailable(settings, licenseType);
  return chosen;
}

function assertDecidedByHand({ licenseType, steps }: LicenseDecision, chosen: LicenseType | null): void {
  const deciding = steps.at(-1);
  const byHand =
    chosen === null ? !isBeforeChoice(deciding) : deciding === undefined || deciding.rule === 'manual';
  if (byHand || deciding === undefined) return;
  throw new RefusedError('license_decided_elsewhere', reasonAgainst(deciding), {
    facts: { rule: deciding.rule, licenseType },
  });
}

const BEFORE_CHOICE: ReadonlySet<LicenseRule> = new Set(['scim_attribute', 'sso_mapping']);

function isBeforeChoice(step: LicenseStep | undefined): boolean {
  return step !== undefined && BEFORE_CHOICE.has(step.rule);
}

function reasonAgainst({ reason }: LicenseStep): string {
  return `This license is not decided by hand: ${reason} Change it there.`;
}

async function saveLicense(
  trx: Trx,
  caller: Caller,
  settings: AccountSettings,
  current: User,
  wanted: StoredUser,
  now: Date,
): Promise<EditResult> {
  const { user: next, decision } = licenseUser(wanted, settings);
  const plan: UserPlan = {
    next,
    happened: sameStored(current, next) ? 'nothing' : 'licensed',
    decision,
    seat: { from: seatOf(current), to: seatOf(next) },
    claimed: undefined,
    invitation: 'keep',
  };
  const user = await saveUser(trx, caller.actor, settings, current, plan, now);
  return editResult(settings, user);
}
