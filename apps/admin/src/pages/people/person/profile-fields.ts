/** What is asked for first in the form. */
export const FIRST_FIELDS = ['displayName', 'givenName', 'familyName', 'title', 'department'] as const;

export const MORE_FIELDS = [
  'middleName',
  'formattedName',
  'honorificPrefix',
  'honorificSuffix',
  'nickName',
  'userType',
  'employeeNumber',
  'organization',
  'division',
  'costCenter',
  'preferredLanguage',
  'locale',
  'timezone',
  'profileUrl',
] as const;

/** The attributes of a profile that have a field of their own in the API. */
export const PROFILE_FIELDS = [...FIRST_FIELDS, ...MORE_FIELDS];

export type ProfileField = (typeof PROFILE_FIELDS)[number];
