/** What the members of a group may do by each permission set. */
export const permissionSetMeanings = {
  ACCOUNT_ADMIN:
    'Everything: settings, single sign-on, domains, SCIM, people, groups, licenses, IP restrictions, logs. Only this makes SCIM tokens and other account admins.',
  SECURITY_ADMIN:
    'People, groups, invitations, permission sets, service tokens and IP restrictions; revokes SCIM tokens; reads the rest and takes the logs out.',
  BILLING_ADMIN: 'Licenses and SSO license mappings; reads settings, people and groups.',
  ACCOUNT_VIEWER: 'Reads everything and changes nothing.',
  MEMBER: 'Their own profile and license.',
} as const;
