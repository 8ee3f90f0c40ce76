import { attribute, type SchemaDefinition } from './attribute.ts';

/** The URN of the system whose place Rollcall takes, so that its Okta applications work unchanged. */
export const LICENSE_USER_URN = 'urn:ietf:params:scim:schemas:extension:dbtLabs:2.0:User';

export const LICENSE_TYPES = ['developer', 'analyst', 'it', 'read_only'] as const;

export const LICENSE_USER_SCHEMA: SchemaDefinition = {
  id: LICENSE_USER_URN,
  name: 'LicenseUser',
  description: 'The license that the identity provider asserts for a person.',
  attributes: [
    attribute('licenseType', 'string', 'The license type, spelled exactly.', {
      caseExact: true,
      canonicalValues: LICENSE_TYPES,
    }),
  ],
};
