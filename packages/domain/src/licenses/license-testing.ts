import fc from 'fast-check';
import type { StoredUser } from '../users/user.ts';
import type { LicenseSource, LicenseType } from './license-type.ts';

/** What of an account's settings bears on licenses. */
export interface Rules {
  enabled: boolean;
  manageLicenses: boolean;
  defaultLicenseType: LicenseType;
  mappings: Partial<Record<LicenseType, readonly string[]>>;
}

export type Held = { licenseType: LicenseType; source: LicenseSource } | undefined;

/** The rules told once more, as slowly as the product tells them. */
export function expectedLicense(rules: Rules, user: StoredUser, held: Held): Held {
  const { assertedLicenseType: asserted, manualLicenseType: manual, signInGroups } = user;
  const fallback = held ?? { licenseType: rules.defaultLicenseType, source: 'default' };
  const byScim = asserted === null ? undefined : ({ licenseType: asserted, source: 'scim' } as const);
  const byHand = manual === null ? undefined : ({ licenseType: manual, source: 'manual' } as const);
  const bySso = expectedMapping(rules, signInGroups);
  if (!rules.enabled) return bySso ?? byHand ?? fallback;
  if (user.scimManaged) {
    return rules.manageLicenses ? (byScim ?? fallback) : (byScim ?? bySso ?? byHand ?? fallback);
  }
  return (rules.manageLicenses ? undefined : bySso) ?? byHand ?? fallback;
}

function expectedMapping({ mappings, defaultLicenseType }: Rules, groups: readonly string[] | null): Held {
  const mapped = Object.values(mappings).some((names) => names.length > 0);
  if (!mapped || groups === null) return undefined;
  for (const licenseType of ['developer', 'analyst', 'it', 'read_only'] as const) {
    const names = mappings[licenseType] ?? [];
    if (names.some((name) => groups.includes(name))) return { licenseType, source: 'sso_mapping' };
  }
  return { licenseType: defaultLicenseType, source: 'sso_mapping' };
}

export function heldBy({ licenseType, licenseSource: source }: StoredUser): Held {
  return licenseType === null || source === null ? undefined : { licenseType, source };
}

export const licenseTypes = fc.constantFrom('developer', 'analyst', 'it', 'read_only');
export const groups = fc.subarray(['a', 'b', 'c']);
