import { lockedActions, mayBeOverwritten } from '@rollcall/domain/admins/manual-locks';
import type { Group } from '@rollcall/domain/groups/group';
import { findGroupsById } from '@rollcall/domain/groups/search-groups';
import { builder } from '../../graphql/builder.ts';
import { PermissionSetEnum } from '../enums.ts';
import { LockedActionRef } from '../locked-action.ts';
import { grantsLoader, mappingLoader, memberCountLoader } from './group-loaders.ts';

export const DefaultGroupEnum = builder.enumType('DefaultGroup', {
  description: 'The groups that each account begins with. SCIM does not see them.',
  values: {
    OWNER: { value: 'owner', description: 'Carries ACCOUNT_ADMIN.' },
    MEMBER: { value: 'member', description: 'Carries MEMBER.' },
    EVERYONE: { value: 'everyone', description: 'Carries nothing.' },
  } as const,
});

const MemberCountRef = builder.objectRef<{ atLeast: number; isExact: boolean }>('MemberCount').implement({
  description: 'How many members a group has, counted up to 10,000. `members.totalCount` counts all.',
  fields: (t) => ({
    atLeast: t.exposeInt('atLeast', { description: 'The number, at most 10,000.' }),
    isExact: t.exposeBoolean('isExact', { description: 'False when there are more.' }),
  }),
});

export const GroupRef = builder.objectRef<Group>('Group');

builder.node(GroupRef, {
  description: 'People with a name in common, and perhaps with permission sets.',
  authScopes: { right: 'people:read' },
  id: { resolve: ({ id }) => id },
  loadMany: async (ids, context) => {
    if (!context.caller.rights.has('people:read')) return ids.map(() => null);
    const groups = await context.read((db) => findGroupsById(db, context.accountId, ids));
    return ids.map((id) => groups.get(id) ?? null);
  },
  fields: (t) => ({
    displayName: t.exposeString('displayName', { description: 'Its name, unique in the account.' }),
    externalId: t.exposeString('externalId', {
      nullable: true,
      description: 'The id that the identity provider knows it by.',
    }),
    scimManaged: t.exposeBoolean('scimManaged', {
      description: 'Whether the identity provider made it or wrote to it.',
    }),
    defaultGroup: t.expose('defaultGroup', {
      type: DefaultGroupEnum,
      nullable: true,
      description: 'Which of the default groups it is; null for any other group.',
    }),
    assignByDefault: t.exposeBoolean('assignByDefault', {
      description: 'Whether people whom SSO group mappings apply to join it when they sign in.',
    }),
    permissionSets: t.field({
      type: [PermissionSetEnum],
      nullable: true,
      description: 'What its members may do. Null for callers who may not read it.',
      authScopes: { right: 'permission_sets:read' },
      resolve: async ({ id }, _args, context) => [...(await context.loader(grantsLoader).load(id))],
    }),
    ssoMapping: t.stringList({
      description:
        'Names or ids of the identity provider’s groups: whoever signs in with one of them joins, and whoever signs in without leaves. Empty: sign-ins leave its members as they are, but for `assignByDefault`.',
      resolve: async ({ id }, _args, context) => [...(await context.loader(mappingLoader).load(id))],
    }),
    memberCount: t.field({
      type: MemberCountRef,
      description: 'How many members it has, held ones included.',
      resolve: ({ id }, _args, context) => context.loader(memberCountLoader).load(id),
    }),
    lockedActions: t.field({
      type: [LockedActionRef],
      description: 'What cannot be done to it by hand at the moment, and why.',
      resolve: async ({ scimManaged }, _args, context) => {
        const { scim } = await context.accountSettings();
        return [...lockedActions(scim, { kind: 'group', scimManaged })];
      },
    }),
    mayBeOverwritten: t.boolean({
      description:
        'Whether the identity provider’s next write may undo a change of its name or members by hand.',
      resolve: async (group, _args, context) =>
        mayBeOverwritten((await context.accountSettings()).scim, group),
    }),
    version: t.exposeInt('version', { description: 'For `expectedVersion` of a change.' }),
    createdAt: t.expose('createdAt', { type: 'DateTime', description: 'When it was made.' }),
    updatedAt: t.expose('updatedAt', {
      type: 'DateTime',
      description: 'When it, its members or what it carries last changed.',
    }),
  }),
});
