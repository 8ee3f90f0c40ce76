import type { AccountSettings } from '../accounts/account-settings.ts';
import { decideLicense, type LicenseDecision } from '../licenses/decide-license.ts';
import { assertAvailable, canTakeSeat } from '../licenses/seats.ts';
import type { StoredUser, UserState } from './user.ts';

/** The license of someone who is active, decided anew; everybody else keeps what they hold. Local administrators hold none. */
export function licenseUser(
  user: StoredUser,
  settings: AccountSettings,
  before?: StoredUser,
): { user: StoredUser; decision: LicenseDecision | undefined } {
  if (user.state !== 'active' || user.localAdministrator) return { user, decision: undefined };
  const decision = decideFor(user, settings);
  if (decision.licenseType !== user.licenseType) {
    if (wasDueBefore(before, decision, settings)) return { user, decision: undefined };
    assertAvailable(settings, decision.licenseType);
  }
  return { user: { ...user, licenseType: decision.licenseType, licenseSource: decision.source }, decision };
}

// A change of settings leaves people on what they hold where there is no seat for what they should have. A later write
// about something else is not what makes them take a seat, so it is not refused for one.
function wasDueBefore(
  before: StoredUser | undefined,
  decision: LicenseDecision,
  settings: AccountSettings,
): boolean {
  return (
    before?.state === 'active' &&
    !canTakeSeat(settings, decision.licenseType) &&
    decideFor(before, settings).licenseType === decision.licenseType
  );
}

/** Which license the account's rules give the person now, or would if they were active. */
export function decideFor(user: StoredUser, settings: AccountSettings): LicenseDecision {
  return decideLicense({
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
