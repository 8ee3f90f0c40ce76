import { previewSignInGroups } from '@rollcall/domain/groups/preview-sign-in-groups';
import { updateScimConfiguration } from '@rollcall/domain/scim-access/configure-scim';
import {
  previewScimConfiguration,
  type ScimConfigurationPreview,
} from '@rollcall/domain/scim-access/preview-scim-configuration';
import { builder } from '../../graphql/builder.ts';
import { rowId } from '../../graphql/global-ids.ts';
import { PlanChanged, Refused, VersionMismatch } from '../../graphql/user-errors.ts';
import { SignInGroupsPageRef } from '../groups/sign-in-groups.ts';
import { describeObstacles, LicensePreviewRef, ObstacleRef } from '../licenses/license-preview.ts';
import { reassignmentFields } from '../licenses/reassignment.ts';
import { ScimConfigurationRef } from './scim-configuration.ts';
import { ScimSettingEnum, SettingEffectRef } from './setting-effect.ts';
import { settingFields, settingsIn } from './setting-fields.ts';

const PEOPLE_OF_PAGE = 200;

const PreviewRef = builder.objectRef<ScimConfigurationPreview>('ScimConfigurationPreview').implement({
  description: 'What a change of the SCIM configuration would bring about.',
  fields: (t) => ({
    before: t.expose('before', { type: ScimConfigurationRef, description: 'As it is.' }),
    after: t.expose('after', { type: ScimConfigurationRef, description: 'As it would be.' }),
    changed: t.expose('changed', {
      type: [ScimSettingEnum],
      description: 'The settings that would be others.',
    }),
    obstacles: t.field({
      type: [ObstacleRef],
      description: 'Why the change would be refused; empty when it would not.',
      resolve: ({ obstacles }) => describeObstacles(obstacles),
    }),
    effects: t.expose('effects', {
      type: [SettingEffectRef],
      description: 'What it brings about beside the licenses, warnings first.',
    }),
    licenses: t.expose('licenses', {
      type: LicensePreviewRef,
      description: 'Whose license it changes at once.',
    }),
    licensesAtSignIn: t.expose('licensesAtSignIn', {
      type: LicensePreviewRef,
      nullable: true,
      description:
        'Whose license their next sign-in would change, from the groups of the last one; null where the change leaves that as it is.',
    }),
    groupsAtSignIn: t.field({
      type: SignInGroupsPageRef,
      nullable: true,
      description: `What the next sign-ins would do to people’s groups, ${PEOPLE_OF_PAGE} people a page; null unless SCIM would be switched off.`,
      args: { after: t.arg.id({ description: 'From `next` of the page before.' }) },
      complexity: PEOPLE_OF_PAGE,
      resolve: ({ before, after }, args, { read, accountId }) => {
        if (!before.enabled || after.enabled) return null;
        const from = args.after === null || args.after === undefined ? undefined : rowId(args.after, 'User');
        const page = { after: from === '' ? undefined : from, count: PEOPLE_OF_PAGE };
        return read((db) => previewSignInGroups(db, accountId, { scimEnabled: false }, page));
      },
    }),
    previewToken: t.exposeString('token', {
      description: 'For `scimConfigurationUpdate`: does exactly this, or says what is different by then.',
    }),
  }),
});

const PreviewInput = builder.inputType('ScimConfigurationPreviewInput', {
  description: 'Settings, to be supposed. Those that are left out stay.',
  fields: settingFields,
});

builder.queryField('scimConfigurationPreview', (t) =>
  t.field({
    type: PreviewRef,
    description: 'What a change of the SCIM configuration would bring about. Changes nothing.',
    authScopes: { right: 'settings:read' },
    args: { input: t.arg({ type: PreviewInput, required: true, description: 'The settings to suppose.' }) },
    errors: {},
    complexity: 100,
    resolve: (_root, { input }, { read, caller, accountId, now }) =>
      read((db) => previewScimConfiguration(db, caller, accountId, settingsIn(input), now)),
  }),
);

builder.relayMutationField(
  'scimConfigurationUpdate',
  {
    description: 'Settings of the SCIM configuration.',
    inputFields: (t) => ({
      ...settingFields(t),
      previewToken: t.string({
        description: 'Of the preview that was looked at: refuses the change when it would do something else.',
      }),
      expectedVersion: t.int({
        description: 'The `version` that you saw: refused when somebody changed the settings since.',
      }),
    }),
  },
  {
    description:
      'Changes how the identity provider may write to the account. Settings that are left out stay. Where the change bears on licenses, everybody is decided anew.',
    authScopes: { right: 'settings:write' },
    errors: { types: [PlanChanged, VersionMismatch, Refused] },
    resolve: (_root, { input }, { write, caller, accountId, now }) => {
      const change = {
        ...settingsIn(input),
        previewToken: input.previewToken ?? undefined,
        expectedVersion: input.expectedVersion ?? undefined,
      };
      return write((trx) => updateScimConfiguration(trx, caller, accountId, change, now));
    },
  },
  {
    description: 'The settings are as they were asked for.',
    outputFields: (t) => ({
      scim: t.expose('configuration', { type: ScimConfigurationRef, description: 'The configuration now.' }),
      ...reassignmentFields(t),
    }),
  },
);
