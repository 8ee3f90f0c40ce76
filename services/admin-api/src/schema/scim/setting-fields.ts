import type { ScimConfigurationChanges } from '@rollcall/domain/scim-access/plan-scim-configuration';
import type { InputFieldRef } from '@pothos/core';
import type { SchemaTypes } from '../../graphql/builder.ts';
import { LicenseTypeEnum, ProviderKindEnum } from '../enums.ts';
import { DialectsEnum, UnlicensedMembersEnum, UserNamePolicyEnum } from './scim-configuration.ts';

type Types = PothosSchemaTypes.ExtendDefaultTypes<SchemaTypes>;

/** What may stand in an input for each setting: null and nothing leave it as it is. */
type Given = {
  [Setting in keyof Required<ScimConfigurationChanges>]?: ScimConfigurationChanges[Setting] | null;
};

type SettingFields = {
  [Setting in keyof Required<Given>]: InputFieldRef<Types, Given[Setting]>;
};

/** The input fields of the settings. */
export function settingFields(t: PothosSchemaTypes.InputFieldBuilder<Types, 'InputObject'>): SettingFields {
  return {
    enabled: t.boolean({ description: 'Whether SCIM requests are served. Left out, any setting stays.' }),
    providerKind: t.field({ type: ProviderKindEnum, description: 'Which SCIM client it is.' }),
    allowManualUpdates: t.boolean({
      description: 'Whether administrators may change by hand what the identity provider manages.',
    }),
    manageLicenses: t.boolean({
      description: 'Whether the SCIM attribute alone decides the licenses of managed users.',
    }),
    unlicensedMembers: t.field({
      type: UnlicensedMembersEnum,
      description: 'What becomes of a SCIM write that adds an invited user to a group.',
    }),
    defaultLicenseType: t.field({
      type: LicenseTypeEnum,
      description: 'For a new user for whom nothing else decides.',
    }),
    userNamePolicy: t.field({ type: UserNamePolicyEnum, description: 'What a user name has to be.' }),
    dialects: t.field({
      type: DialectsEnum,
      description: 'How requests are read that are not by the letter of the RFCs.',
    }),
    cursorPagination: t.boolean({
      description: 'Whether ServiceProviderConfig announces cursors (RFC 9865).',
    }),
    unprovisionedSignIn: t.boolean({
      description:
        'Whether somebody whom nobody provisioned becomes a user by signing in. While SCIM is off, everybody does.',
    }),
  };
}

export function settingsIn(input: Given): ScimConfigurationChanges {
  return {
    enabled: input.enabled ?? undefined,
    providerKind: input.providerKind ?? undefined,
    allowManualUpdates: input.allowManualUpdates ?? undefined,
    manageLicenses: input.manageLicenses ?? undefined,
    unlicensedMembers: input.unlicensedMembers ?? undefined,
    defaultLicenseType: input.defaultLicenseType ?? undefined,
    userNamePolicy: input.userNamePolicy ?? undefined,
    dialects: input.dialects ?? undefined,
    cursorPagination: input.cursorPagination ?? undefined,
    unprovisionedSignIn: input.unprovisionedSignIn ?? undefined,
  };
}
