/** In the order of precedence of SSO license mappings: the first that a person's groups are mapped to wins. */
export const LICENSE_TYPES = ['developer', 'analyst', 'it', 'read_only'] as const;

export type LicenseType = (typeof LICENSE_TYPES)[number];

/** What decided a license. */
export type LicenseSource = 'scim' | 'sso_mapping' | 'manual' | 'default';

export function isLicenseType(value: unknown): value is LicenseType {
  return LICENSE_TYPES.some((type) => type === value);
}
