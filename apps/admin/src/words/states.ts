/** What the values of the API are called for people. */
export const licenseTypes = {
  DEVELOPER: 'Developer',
  ANALYST: 'Analyst',
  IT: 'IT',
  READ_ONLY: 'Read-only',
} as const;

export const licenseSources = {
  SCIM: 'the identity provider',
  SSO_MAPPING: 'an SSO license mapping',
  MANUAL: 'an administrator',
  DEFAULT: 'the default license',
} as const;

export const permissionSets = {
  ACCOUNT_ADMIN: 'Account admin',
  SECURITY_ADMIN: 'Security admin',
  BILLING_ADMIN: 'Billing admin',
  ACCOUNT_VIEWER: 'Account viewer',
  MEMBER: 'Member',
} as const;

export const providerKinds = {
  OKTA: 'Okta',
  ENTRA: 'Microsoft Entra ID',
  CUSTOM: 'Another provider',
} as const;

export const userStates = {
  ACTIVE: 'Active',
  INVITED: 'Invited',
  DEACTIVATED: 'Deactivated',
  DELETED: 'Deleted',
} as const;

export const membershipOrigins = {
  SCIM: 'The identity provider',
  SSO_MAPPING: 'An SSO group mapping',
  MANUAL: 'An administrator',
  DEFAULT: 'Given to newcomers',
} as const;
