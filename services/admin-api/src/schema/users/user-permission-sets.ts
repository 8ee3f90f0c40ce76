import type { GivenPermissionSet } from '@rollcall/domain/admins/permissions-of-users';
import { builder } from '../../graphql/builder.ts';
import { PermissionSetEnum } from '../enums.ts';
import { givenSetsLoader, groupLoader } from '../groups/group-loaders.ts';
import { GroupRef } from '../groups/group.ts';
import { UserRef } from './user.ts';

const UserPermissionSetRef = builder.objectRef<GivenPermissionSet>('UserPermissionSet').implement({
  description: 'A permission set of a person, and what gives it to them.',
  fields: (t) => ({
    permissionSet: t.expose('permissionSet', {
      type: PermissionSetEnum,
      description: 'What they may do while they are active.',
    }),
    groups: t.field({
      type: [GroupRef],
      nullable: true,
      description:
        'The groups that give it. Empty for a local administrator, who has it without any; null for callers who may not read groups.',
      authScopes: { right: 'people:read' },
      resolve: async ({ groupIds }, _args, { loader }) => {
        const groups = await Promise.all(groupIds.map((id) => loader(groupLoader).load(id)));
        return groups.filter((group) => group !== null);
      },
    }),
  }),
});

builder.objectField(UserRef, 'permissionSets', (t) =>
  t.field({
    type: [UserPermissionSetRef],
    nullable: true,
    description:
      'What they may do while they are active, and through which groups. Null for callers who may read neither permission sets nor themselves here.',
    authScopes: ({ id }, _args, { caller }) =>
      id === caller.userId ? true : { right: 'permission_sets:read' },
    resolve: async ({ id }, _args, { loader }) => [...(await loader(givenSetsLoader).load(id))],
  }),
);
