import type { Example, SettingEffect } from '@rollcall/domain/scim-access/setting-effect';
import { builder } from '../../graphql/builder.ts';
import { encodeGlobalId } from '../../graphql/global-ids.ts';

const SettingEffectKindEnum = builder.enumType('SettingEffectKind', {
  description: 'What an effect of a setting is about.',
  values: {
    ADMINISTRATORS_ONLY_BY_DEFAULT_GROUP: {
      value: 'administrators_only_by_default_group',
      description: 'Administrators whom nothing but a default group makes one: they could be locked out.',
    },
    PEOPLE_TO_MATCH: {
      value: 'people_to_match',
      description:
        'People whom SCIM does not manage, and an identity provider could match. `note` names the keys.',
    },
    GROUPS_TO_MATCH: {
      value: 'groups_to_match',
      description: 'Groups that a SCIM client could link by their name.',
    },
    ADMINISTRATOR_GROUPS_TO_MATCH: {
      value: 'administrator_groups_to_match',
      description: 'Those of them that carry `ACCOUNT_ADMIN`.',
    },
    GROUP_MAPPINGS_STOP: {
      value: 'group_mappings_stop',
      description: 'SSO group mappings that no longer apply to SCIM-managed people.',
    },
    GROUP_MAPPINGS_APPLY: {
      value: 'group_mappings_apply',
      description: 'SSO group mappings that apply to everybody again.',
    },
    DEFAULT_GROUPS_STOP_FILLING: {
      value: 'default_groups_stop_filling',
      description: 'Groups that newcomers no longer join by default.',
    },
    PROVIDER_KINDS_DIFFER: {
      value: 'provider_kinds_differ',
      description: 'SCIM and sign-in come from different kinds of provider.',
    },
    NO_SCIM_TOKEN: { value: 'no_scim_token', description: 'There is no SCIM token yet.' },
    SCIM_REQUESTS_REFUSED: { value: 'scim_requests_refused', description: 'SCIM requests are refused.' },
    NOTHING_IS_LOST: { value: 'nothing_is_lost', description: 'What stays as it is.' },
    SETTING_RESTS: { value: 'setting_rests', description: 'The setting does nothing while SCIM is off.' },
    MANUAL_UPDATES_LOCKED: {
      value: 'manual_updates_locked',
      description: 'What administrators can no longer edit.',
    },
    MANUAL_UPDATES_OPEN: {
      value: 'manual_updates_open',
      description: 'What administrators may edit, and the identity provider may overwrite.',
    },
    LICENSE_MAPPINGS_STOP: {
      value: 'license_mappings_stop',
      description: 'SSO license mappings are ignored.',
    },
    LICENSE_MAPPINGS_APPLY: {
      value: 'license_mappings_apply',
      description: 'SSO license mappings apply again.',
    },
    MANUAL_LICENSES_LOCKED: {
      value: 'manual_licenses_locked',
      description: 'People whose license somebody chose, which nobody can any longer.',
    },
    PEOPLE_WITHOUT_ASSERTED_LICENSE: {
      value: 'people_without_asserted_license',
      description: 'People for whom the identity provider asserts no license.',
    },
    GROUP_WRITES_REFUSED: {
      value: 'group_writes_refused',
      description: 'Invited people in groups: a group write that adds one is refused.',
    },
    MEMBERS_HELD: {
      value: 'members_held',
      description: 'Invited people in groups, whose memberships wait for them.',
    },
    NEWCOMERS_GET_DEFAULT: { value: 'newcomers_get_default', description: 'Which license new people get.' },
    DEFAULT_SEATS_ARE_SCARCE: {
      value: 'default_seats_are_scarce',
      description: 'How many seats of the default license are free.',
    },
    USER_NAMES_WITHOUT_ADDRESS: {
      value: 'user_names_without_address',
      description: 'People whose user name is no address.',
    },
    USER_NAMES_BESIDE_WORK_EMAIL: {
      value: 'user_names_beside_work_email',
      description: 'People whose e-mails do not name their user name.',
    },
    USER_NAMES_ARE_FREE: { value: 'user_names_are_free', description: 'User names need not be addresses.' },
    REQUESTS_READ_LENIENTLY: {
      value: 'requests_read_leniently',
      description: 'Latest requests that would have been refused.',
    },
    DIALECTS_READ: { value: 'dialects_read', description: 'Latest requests that were read leniently.' },
    CURSORS_ANNOUNCED: { value: 'cursors_announced', description: 'Whether cursors are announced.' },
    UNPROVISIONED_SIGN_IN_ADVICE: {
      value: 'unprovisioned_sign_in_advice',
      description: 'Strangers become users by signing in.',
    },
    UNPROVISIONED_SIGN_IN_REFUSED: {
      value: 'unprovisioned_sign_in_refused',
      description: 'Strangers can no longer sign in.',
    },
  } as const,
});

const EffectWeightEnum = builder.enumType('EffectWeight', {
  description: 'How much an effect matters.',
  values: {
    NOTE: { value: 'note', description: 'Good to know.' },
    WARNING: { value: 'warning', description: 'To be looked at before the change is applied.' },
  } as const,
});

export const ScimSettingEnum = builder.enumType('ScimSetting', {
  description: 'A setting of the SCIM configuration.',
  values: {
    ENABLED: { value: 'enabled', description: '`enabled`.' },
    PROVIDER_KIND: { value: 'providerKind', description: '`providerKind`.' },
    ALLOW_MANUAL_UPDATES: { value: 'allowManualUpdates', description: '`allowManualUpdates`.' },
    MANAGE_LICENSES: { value: 'manageLicenses', description: '`manageLicenses`.' },
    UNLICENSED_MEMBERS: { value: 'unlicensedMembers', description: '`unlicensedMembers`.' },
    DEFAULT_LICENSE_TYPE: { value: 'defaultLicenseType', description: '`defaultLicenseType`.' },
    USER_NAME_POLICY: { value: 'userNamePolicy', description: '`userNamePolicy`.' },
    DIALECTS: { value: 'dialects', description: '`dialects`.' },
    CURSOR_PAGINATION: { value: 'cursorPagination', description: '`cursorPagination`.' },
    UNPROVISIONED_SIGN_IN: { value: 'unprovisionedSignIn', description: '`unprovisionedSignIn`.' },
  } as const,
});

export const ExampleRef = builder.objectRef<Example>('Example').implement({
  description: 'A person or a group whom an effect is about.',
  fields: (t) => ({
    id: t.id({
      description: 'The id of the person or the group, for `node`.',
      resolve: ({ kind, id }) => encodeGlobalId(kind === 'user' ? 'User' : 'Group', id),
    }),
    name: t.exposeString('name', { description: 'The user name, or the name of the group.' }),
    note: t.exposeString('note', {
      nullable: true,
      description: 'What is particular to this one: `userName, emails`.',
    }),
  }),
});

export const SettingEffectRef = builder.objectRef<SettingEffect>('SettingEffect').implement({
  description: 'What a change of a setting brings about, beside the licenses.',
  fields: (t) => ({
    setting: t.expose('setting', { type: ScimSettingEnum, description: 'Which setting does.' }),
    kind: t.expose('kind', { type: SettingEffectKindEnum, description: 'What it is about.' }),
    weight: t.expose('weight', { type: EffectWeightEnum, description: 'How much it matters.' }),
    text: t.exposeString('text', { description: 'In words, with the number.' }),
    count: t.exposeInt('count', {
      nullable: true,
      description: 'How many people, groups or requests it is about, exactly; null where nothing is counted.',
    }),
    examples: t.expose('examples', {
      type: [ExampleRef],
      description: 'The first of them, at most 20, the oldest first.',
    }),
  }),
});
