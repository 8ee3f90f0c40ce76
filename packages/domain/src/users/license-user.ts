import type { AccountSettings } from '../accounts/account-settings.ts';
import { decideLicense, type LicenseDecision } from '../licenses/decide-license.ts';
import { assertAvailable } from '../licenses/seats.ts';
import type { StoredUser, UserState } from './user.ts';

/** The license of someone who is active, decided anew; everybody else keeps what they hold. */
export function licenseUser(
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
