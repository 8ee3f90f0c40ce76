import type { AccountSettings, ScimConfiguration } from '../accounts/account-settings.ts';
import type { Account } from '../accounts/account.ts';
import { RefusedError } from '../errors.ts';
import { isAvailable } from '../licenses/seats.ts';
import { scimObstacles } from './scim-preconditions.ts';

/** Settings that are left out, or undefined, stay as they are. */
export type ScimConfigurationChanges = {
  [Setting in ScimSetting]?: ScimConfiguration[Setting] | undefined;
};

export const SCIM_SETTINGS = [
  'enabled',
  'providerKind',
  'allowManualUpdates',
  'manageLicenses',
  'unlicensedMembers',
  'defaultLicenseType',
  'userNamePolicy',
  'dialects',
  'cursorPagination',
  'unprovisionedSignIn',
] as const satisfies readonly Exclude<keyof ScimConfiguration, 'version'>[];

export type ScimSetting = (typeof SCIM_SETTINGS)[number];

/** What a change makes of the settings. */
export interface PlannedConfiguration {
  before: AccountSettings;
  after: AccountSettings;
  /** Those that are not as they were already. */
  changed: readonly ScimSetting[];
  /** Why the change is refused; empty when it is not. */
  obstacles: readonly RefusedError[];
  /** Whether everybody's license is decided anew. */
  bearsOnLicenses: boolean;
}

export function planConfiguration(
  before: AccountSettings,
  account: Pick<Account, 'plan' | 'ssoConnected'>,
  changes: ScimConfigurationChanges,
): PlannedConfiguration {
  const given = Object.fromEntries(
    SCIM_SETTINGS.flatMap((setting) => (changes[setting] === undefined ? [] : [[setting, changes[setting]]])),
  );
  const scim: ScimConfiguration = { ...before.scim, ...given };
  const changed = SCIM_SETTINGS.filter((setting) => scim[setting] !== before.scim[setting]);
  const after = {
    ...before,
    scim: changed.length === 0 ? before.scim : { ...scim, version: scim.version + 1 },
  };
  return {
    before,
    after,
    changed,
    obstacles: [
      ...(changed.includes('enabled') && scim.enabled ? scimObstacles(account) : []),
      ...(changed.includes('defaultLicenseType') ? defaultObstacles(after) : []),
    ],
    bearsOnLicenses: bearsOnLicenses(before.scim, scim),
  };
}

function defaultObstacles(after: AccountSettings): readonly RefusedError[] {
  const { defaultLicenseType: licenseType } = after.scim;
  if (isAvailable(after, licenseType)) return [];
  return [
    new RefusedError(
      'license_unavailable',
      `${licenseType} cannot be the default license: this account has no seats for it. Give it seats first, or choose another default.`,
      { facts: { licenseType } },
    ),
  ];
}

/**
 * Asserted types and the SCIM switch over mappings come and go with these settings. A new default moves nobody who has a
 * license, and switching SCIM off leaves licenses to the next sign-in.
 */
function bearsOnLicenses(before: ScimConfiguration, after: ScimConfiguration): boolean {
  return after.enabled && (!before.enabled || before.manageLicenses !== after.manageLicenses);
}
