import { attribute, type SchemaDefinition } from './attribute.ts';

/** The URN of the system whose place Rollcall takes, so that its Okta applications work unchanged. */
export const LICENSE_USER_URN = 'urn:ietf:params:scim:schemas:extension:dbtLabs:2.0:User';

export const LICENSE_TYPES = ['developer', 'analyst', 'it', 'read_only'] as const;

/** The types are those that can be asserted; which ones an account has is the caller's to know. */
export function licenseUserSchema(licenseTypes: readonly string[]): SchemaDefinition {
  return {
    id: LICENSE_USER_URN,
    name: 'LicenseUser',
    description: 'The license that the identity provider asserts for a person.',
    attributes: [
      attribute('licenseType', 'string', 'The license type, spelled exactly.', {
        caseExact: true,
        canonicalValues: licenseTypes,
      }),
    ],
  };
}
