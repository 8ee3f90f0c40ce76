/** Texts that the provisioning log and the audit log share. */
export const words = {
  since: 'From',
  until: 'Until',
  text: 'Text',
  about: 'About',
  anyLonger: 'Somebody or something that is gone',
  showAll: (name: string) => `No longer only about ${name}`,
  exportLabel: 'Export what these filters show',
  csv: 'Export as CSV',
  jsonLines: 'Export as JSON lines',
  changes: {
    caption: (what: string) => `Differences: ${what}`,
    field: 'Field',
    before: 'Before',
    after: 'After',
    nothing: '–',
  },
  detail: 'Everything that is kept of it',
  alert: 'Alert',
  times: (amount: number) => `${amount.toLocaleString('en')} times`,
  gone: 'gone since',
} as const;

export const actorKinds = {
  SCIM_TOKEN: 'Identity provider',
  ADMINISTRATOR: 'Administrator',
  SERVICE_TOKEN: 'Script',
  OPERATOR: 'Operator',
  SYSTEM: 'Rollcall itself',
} as const;

export const targetKinds = {
  ACCOUNT: 'Account',
  USER: 'Person',
  GROUP: 'Group',
  DEFAULT_GROUP_CLEANUP: 'Default-group cleanup',
  SCIM_TOKEN: 'SCIM token',
  SERVICE_TOKEN: 'Service token',
  LICENSE_MAPPING: 'SSO license mapping',
  SCIM_CONFIGURATION: 'SCIM configuration',
  CUSTOM_SCHEMA: 'SCIM extension',
  IP_RULES: 'IP restrictions',
  SSO_PROVIDER: 'SSO provider',
  SESSION: 'Session',
  DEAD_LETTER: 'Failed background work',
} as const;
