import {
  listSsoGroupMappingChanges,
  previewSsoGroupMapping,
  type SsoGroupMappingChange,
  type SsoGroupMappingPreview,
} from '@rollcall/domain/groups/preview-sso-group-mapping';
import { setSsoGroupMapping } from '@rollcall/domain/groups/sso-group-mappings';
import { builder } from '../../graphql/builder.ts';
import { pageComplexity, resolveConnection } from '../../graphql/connections.ts';
import { rowId } from '../../graphql/global-ids.ts';
import { NotFound, PlanChanged, VersionMismatch } from '../../graphql/user-errors.ts';
import { userLoader } from '../users/user-loader.ts';
import { UserRef } from '../users/user.ts';
import { GroupRef } from './group.ts';

const IDP_GROUPS =
  'Names or ids of the identity provider’s groups, up to 1,000 of up to 500 characters, compared exactly with those in the tokens of sign-ins. Empty ends the mapping.';

const ChangeEnum = builder.enumType('SsoGroupMappingChangeKind', {
  description: 'What the next sign-in of somebody does.',
  values: {
    JOINS: { value: 'joins', description: 'Brings them into the group.' },
    LEAVES: { value: 'leaves', description: 'Takes them out of it.' },
  } as const,
});

const ChangeRef = builder.objectRef<SsoGroupMappingChange>('SsoGroupMappingChange').implement({
  description:
    'Somebody whose next sign-in changes their membership, if the token says what the last one said.',
  fields: (t) => ({
    user: t.field({
      type: UserRef,
      nullable: true,
      description: 'The person; null when they were erased meanwhile.',
      resolve: ({ userId }, _args, { loader }) => loader(userLoader).load(userId),
    }),
    change: t.expose('change', { type: ChangeEnum, description: 'What it does.' }),
  }),
});

interface Preview extends SsoGroupMappingPreview {
  mapping: { groupId: string; idpGroups: readonly string[] };
}

const PreviewRef = builder.objectRef<Preview>('GroupSsoMappingPreview').implement({
  description:
    'What the next sign-ins would do to a group if it had another SSO group mapping, from the groups of everybody’s last sign-in. Who never signed in is not in it.',
  fields: (t) => ({
    joining: t.exposeInt('joining', { description: 'How many would join.' }),
    leaving: t.exposeInt('leaving', { description: 'How many would leave.' }),
    keepsLastAccountAdmin: t.boolean({
      description: 'Whether somebody would leave, and is kept as the last active account administrator.',
      resolve: ({ keptUserId }) => keptUserId !== null,
    }),
    changes: t.connection({
      type: ChangeRef,
      description: 'Who would join and leave.',
      complexity: pageComplexity,
      resolve: ({ mapping, joining, leaving }, args, { read, caller, accountId }) =>
        resolveConnection(
          args,
          async ({ behind, backward, limit }) => {
            const cut = { behind: behind?.id, backward, limit };
            const changes = await read((db) =>
              listSsoGroupMappingChanges(db, caller, accountId, mapping, cut),
            );
            return changes.map((item) => ({ item, position: { key: null, id: item.userId } }));
          },
          async () => joining + leaving,
        ),
    }),
    previewToken: t.exposeString('previewToken', {
      description: 'For `groupSsoMappingSet`: refuses it when sign-ins would do something else by then.',
    }),
  }),
});

const PreviewInput = builder.inputType('GroupSsoMappingPreviewInput', {
  description: 'An SSO group mapping of a group, to be supposed.',
  fields: (t) => ({
    groupId: t.id({ required: true, description: 'The group.' }),
    idpGroups: t.stringList({ required: true, description: IDP_GROUPS }),
  }),
});

builder.queryField('groupSsoMappingPreview', (t) =>
  t.field({
    type: PreviewRef,
    description: 'What the next sign-ins would do to a group if it had another SSO group mapping.',
    authScopes: { right: 'people:read' },
    args: {
      input: t.arg({ type: PreviewInput, required: true, description: 'The mapping to suppose.' }),
    },
    errors: { types: [NotFound] },
    resolve: async (_root, { input }, { read, caller, accountId }) => {
      const mapping = { groupId: rowId(input.groupId, 'Group'), idpGroups: input.idpGroups };
      const preview = await read((db) => previewSsoGroupMapping(db, caller, accountId, mapping));
      return { ...preview, mapping };
    },
  }),
);

builder.relayMutationField(
  'groupSsoMappingSet',
  {
    description: 'The SSO group mapping of a group.',
    inputFields: (t) => ({
      groupId: t.id({ required: true, description: 'The group.' }),
      idpGroups: t.stringList({ required: true, description: IDP_GROUPS }),
      previewToken: t.string({
        description: 'Of the preview that was looked at: refuses the change when that no longer holds.',
      }),
      expectedVersion: t.int({
        description: 'Refuses the change when the group has another version by now.',
      }),
    }),
  },
  {
    description:
      'Says whose next sign-in brings them into a group; whoever signs in with none of these groups leaves it. Nobody is changed before they sign in. The caller needs each right that the group’s permission sets give.',
    authScopes: { right: 'people:write' },
    errors: { types: [NotFound, VersionMismatch, PlanChanged] },
    resolve: (_root, { input }, { write, caller, accountId, now }) => {
      const groupId = rowId(input.groupId, 'Group');
      const mapping = {
        idpGroups: input.idpGroups,
        previewToken: input.previewToken ?? undefined,
        expectedVersion: input.expectedVersion ?? undefined,
      };
      return write(async (trx) => ({
        group: await setSsoGroupMapping(trx, caller, accountId, groupId, mapping, now),
      }));
    },
  },
  {
    description: 'The group has the mapping.',
    outputFields: (t) => ({ group: t.expose('group', { type: GroupRef, description: 'The group.' }) }),
  },
);
