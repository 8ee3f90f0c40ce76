import type { LicenseMappingChanges } from '@rollcall/domain/licenses/license-mappings';
import {
  type LicenseMappingsPreview,
  previewLicenseMappings,
} from '@rollcall/domain/licenses/preview-license-mappings';
import { setLicenseMappings } from '@rollcall/domain/licenses/set-license-mappings';
import { readAccountSettings } from '@rollcall/domain/accounts/account-settings';
import { builder } from '../../graphql/builder.ts';
import { PlanChanged, Refused, VersionMismatch } from '../../graphql/user-errors.ts';
import { reassignmentFields } from './reassignment.ts';
import { AccountLicensesRef } from './account-licenses.ts';
import { describeObstacles, LicensePreviewRef, ObstacleRef } from './license-preview.ts';

const GROUPS =
  'names or ids of the identity provider’s groups, up to 1,000 of up to 500 characters, compared exactly with those in the tokens of sign-ins. Empty ends the mapping; left out, it stays.';

const MappingsInput = builder.inputType('LicenseMappingsInput', {
  description:
    'The groups of each license type that is named, instead of those before. Of several types that match, the first of developer, analyst, it, readOnly is given.',
  fields: (t) => ({
    developer: t.stringList({ description: `For \`DEVELOPER\`: ${GROUPS}` }),
    analyst: t.stringList({ description: `For \`ANALYST\`: ${GROUPS}` }),
    it: t.stringList({ description: `For \`IT\`: ${GROUPS}` }),
    readOnly: t.stringList({ description: `For \`READ_ONLY\`: ${GROUPS}` }),
  }),
});

const PreviewRef = builder.objectRef<LicenseMappingsPreview>('LicenseMappingPreview').implement({
  description: 'What setting license mappings would do. Everybody is decided anew at once.',
  fields: (t) => ({
    obstacles: t.field({
      type: [ObstacleRef],
      description: 'Why it would be refused; empty when it would not.',
      resolve: ({ obstacles }) => describeObstacles(obstacles),
    }),
    licenses: t.expose('licenses', {
      type: LicensePreviewRef,
      description: 'Whose license would change, from what to what, and why.',
    }),
    previewToken: t.exposeString('token', {
      description: 'For `licenseMappingSet`: does exactly this, or says what is different by then.',
    }),
  }),
});

const PreviewInput = builder.inputType('LicenseMappingPreviewInput', {
  description: 'License mappings, to be supposed.',
  fields: (t) => ({
    mappings: t.field({ type: MappingsInput, required: true, description: 'The mappings.' }),
  }),
});

builder.queryField('licenseMappingPreview', (t) =>
  t.field({
    type: PreviewRef,
    description: 'Whose license would change if SSO license mappings were set. Changes nothing.',
    authScopes: { right: 'licenses:read' },
    args: { input: t.arg({ type: PreviewInput, required: true, description: 'The mappings to suppose.' }) },
    errors: {},
    complexity: 100,
    resolve: (_root, { input }, { read, caller, accountId, now }) =>
      read((db) => previewLicenseMappings(db, caller, accountId, mappingsIn(input.mappings), now)),
  }),
);

builder.relayMutationField(
  'licenseMappingSet',
  {
    description: 'SSO license mappings.',
    inputFields: (t) => ({
      mappings: t.field({ type: MappingsInput, required: true, description: 'The mappings.' }),
      previewToken: t.string({
        description: 'Of the preview that was looked at: refuses the change when it would do something else.',
      }),
      expectedVersion: t.int({
        description: 'Refuses the change when `account.licenses.version` is another by now.',
      }),
    }),
  },
  {
    description:
      'Says which groups of the identity provider give which license, and decides everybody anew, from the groups of their last sign-in. All or none of the mappings are set.',
    authScopes: { right: 'licenses:write' },
    errors: { types: [PlanChanged, VersionMismatch, Refused] },
    resolve: (_root, { input }, { write, caller, accountId, now }) => {
      const change = {
        mappings: mappingsIn(input.mappings),
        previewToken: input.previewToken ?? undefined,
        expectedVersion: input.expectedVersion ?? undefined,
      };
      return write(async (trx) => {
        const reassignment = await setLicenseMappings(trx, caller, accountId, change, now);
        return { ...reassignment, accountId };
      });
    },
  },
  {
    description: 'The mappings are set.',
    outputFields: (t) => ({
      licenses: t.field({
        type: AccountLicensesRef,
        description: 'The licenses of the account, with their mappings.',
        resolve: ({ accountId }, _args, { read }) => read((db) => readAccountSettings(db, accountId)),
      }),
      ...reassignmentFields(t),
    }),
  },
);

function mappingsIn({ readOnly, ...others }: typeof MappingsInput.$inferInput): LicenseMappingChanges {
  const given = Object.entries({ ...others, read_only: readOnly }).flatMap(([licenseType, idpGroups]) =>
    idpGroups === null || idpGroups === undefined ? [] : [[licenseType, idpGroups] as const],
  );
  return Object.fromEntries(given);
}
