import type { ScimConfiguration } from '@rollcall/domain/accounts/account-settings';
import { scimBaseUrl } from '@rollcall/service-kit/scim-base-url';
import { builder } from '../../graphql/builder.ts';
import { AccountRef } from '../account/account.ts';
import { LicenseTypeEnum, ProviderKindEnum } from '../enums.ts';

export const UnlicensedMembersEnum = builder.enumType('UnlicensedMembers', {
  description: 'What becomes of a SCIM write that adds an invited user to a group.',
  values: {
    HOLD: { value: 'hold', description: 'It succeeds; the membership takes effect on activation.' },
    REJECT: { value: 'reject', description: 'It is refused whole.' },
  } as const,
});

export const UserNamePolicyEnum = builder.enumType('UserNamePolicy', {
  description: 'What a user name has to be.',
  values: {
    EMAIL: { value: 'email', description: 'An e-mail address that equals the work e-mail.' },
    ANY: { value: 'any', description: 'Any text.' },
  } as const,
});

export const DialectsEnum = builder.enumType('Dialects', {
  description: 'How requests are read that are not by the letter of the RFCs.',
  values: {
    LENIENT: {
      value: 'lenient',
      description: 'As they are meant; each leniency is named in the provisioning log.',
    },
    STRICT: { value: 'strict', description: 'Not at all: each is refused with 400.' },
  } as const,
});

/** Areas add previews and mutations. */
export const ScimConfigurationRef = builder.objectRef<ScimConfiguration>('ScimConfiguration').implement({
  description:
    'How the identity provider may write to the account. The settings rest while `enabled` is off.',
  authScopes: { right: 'settings:read' },
  fields: (t) => ({
    enabled: t.exposeBoolean('enabled', { description: 'Whether SCIM requests are served.' }),
    baseUrl: t.string({
      description: 'What an administrator pastes into the identity provider.',
      resolve: (_scim, _args, { settings, accountId }) => scimBaseUrl(settings.publicScimUrl, accountId),
    }),
    providerKind: t.expose('providerKind', {
      type: ProviderKindEnum,
      nullable: true,
      description: 'Which SCIM client it is.',
    }),
    allowManualUpdates: t.exposeBoolean('allowManualUpdates', {
      description:
        'Whether administrators may change by hand what the identity provider manages. Its next write may overwrite them.',
    }),
    manageLicenses: t.exposeBoolean('manageLicenses', {
      description: 'Whether the SCIM attribute alone decides the licenses of managed users.',
    }),
    unlicensedMembers: t.expose('unlicensedMembers', {
      type: UnlicensedMembersEnum,
      description: 'What becomes of a SCIM write that adds an invited user to a group.',
    }),
    defaultLicenseType: t.expose('defaultLicenseType', {
      type: LicenseTypeEnum,
      description: 'For a new user for whom nothing else decides.',
    }),
    userNamePolicy: t.expose('userNamePolicy', {
      type: UserNamePolicyEnum,
      description: 'What a user name has to be.',
    }),
    dialects: t.expose('dialects', {
      type: DialectsEnum,
      description: 'How requests are read that are not by the letter of the RFCs.',
    }),
    cursorPagination: t.exposeBoolean('cursorPagination', {
      description: 'Whether ServiceProviderConfig announces cursors (RFC 9865). They work either way.',
    }),
    unprovisionedSignIn: t.exposeBoolean('unprovisionedSignIn', {
      description:
        'Whether somebody whom nobody provisioned becomes a user by signing in. While SCIM is off, everybody does.',
    }),
    version: t.exposeInt('version', { description: 'For `expectedVersion` of a change.' }),
  }),
});

builder.objectField(AccountRef, 'scim', (t) =>
  t.field({
    type: ScimConfigurationRef,
    nullable: true,
    description: 'How the identity provider may write to the account.',
    authScopes: { right: 'settings:read' },
    resolve: async (_account, _args, context) => (await context.accountSettings()).scim,
  }),
);
