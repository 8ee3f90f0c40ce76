/** Every address of the client. Pages link by these alone; a test lists them. */
export const paths = {
  overview: '/',
  people: '/people',
  person: (id: string) => `/people/${encodeURIComponent(id)}`,
  groups: '/groups',
  group: (id: string) => `/groups/${encodeURIComponent(id)}`,
  defaultGroups: '/default-groups',
  cleanup: (id: string) => `/default-groups/cleanups/${encodeURIComponent(id)}`,
  licenses: '/licenses',
  access: '/sso-and-scim',
  scimSetting: (name: string) => `/sso-and-scim/settings/${encodeURIComponent(name)}`,
  guides: '/sso-and-scim/set-up',
  guide: (client: string) => `/sso-and-scim/set-up/${encodeURIComponent(client)}`,
  signOn: '/sso-and-scim/sign-on',
  domains: '/sso-and-scim/domains',
  customSchemas: '/sso-and-scim/custom-attributes',
  newCustomSchema: '/sso-and-scim/custom-attributes/new',
  customSchema: (id: string) => `/sso-and-scim/custom-attributes/${encodeURIComponent(id)}`,
  provisioningLog: '/provisioning-log',
  provisioningEvent: (id: string) => `/provisioning-log/${encodeURIComponent(id)}`,
  rejectedRequests: '/provisioning-log/rejected',
  auditLog: '/audit-log',
  auditEvent: (id: string) => `/audit-log/${encodeURIComponent(id)}`,
  invitations: '/invitations',
  ipRules: '/ip-restrictions',
  serviceTokens: '/service-tokens',
  jobs: '/jobs',
} as const;

/** The sign-in pages of the admin API, which lead back. */
export function signInPath(returnTo: string): string {
  return `/sign-in?${new URLSearchParams({ returnTo }).toString()}`;
}
