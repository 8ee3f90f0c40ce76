import { LICENSE_TYPES } from '@rollcall/domain/licenses/license-type';
import { PERMISSION_SETS } from '@rollcall/domain/admins/permission-sets';
import { builder } from '../graphql/builder.ts';

export const LicenseTypeEnum = builder.enumType('LicenseType', {
  description: 'The kinds of license. Each active user holds one.',
  values: {
    DEVELOPER: { value: LICENSE_TYPES[0], description: '`developer` in SCIM.' },
    ANALYST: {
      value: LICENSE_TYPES[1],
      description: '`analyst` in SCIM; only in accounts that were given seats for it.',
    },
    IT: { value: LICENSE_TYPES[2], description: '`it` in SCIM.' },
    READ_ONLY: { value: LICENSE_TYPES[3], description: '`read_only` in SCIM.' },
  },
});

export const PermissionSetEnum = builder.enumType('PermissionSet', {
  description: 'What the members of a group, or a service token, may do.',
  values: {
    ACCOUNT_ADMIN: { value: PERMISSION_SETS[0], description: 'Everything in the account.' },
    SECURITY_ADMIN: {
      value: PERMISSION_SETS[1],
      description: 'People, groups, permissions, service tokens and IP rules; reads the rest.',
    },
    BILLING_ADMIN: { value: PERMISSION_SETS[2], description: 'Licenses; reads settings and people.' },
    ACCOUNT_VIEWER: { value: PERMISSION_SETS[3], description: 'Reads everything, changes nothing.' },
    MEMBER: { value: PERMISSION_SETS[4], description: 'Their own profile and license.' },
  },
});

export const ProviderKindEnum = builder.enumType('ProviderKind', {
  description: 'Which identity provider it is.',
  values: {
    OKTA: { value: 'okta', description: 'Okta.' },
    ENTRA: { value: 'entra', description: 'Microsoft Entra ID.' },
    CUSTOM: { value: 'custom', description: 'Any other SCIM 2.0 client or sign-on provider.' },
  } as const,
});

export const OrderDirectionEnum = builder.enumType('OrderDirection', {
  description: 'Which way a list is ordered.',
  values: {
    ASC: { description: 'From the lowest to the highest.' },
    DESC: { description: 'From the highest to the lowest.' },
  },
});
