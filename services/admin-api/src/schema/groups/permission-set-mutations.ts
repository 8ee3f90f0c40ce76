import { grantPermissionSet, revokePermissionSet } from '@rollcall/domain/groups/permission-set-grants';
import { builder } from '../../graphql/builder.ts';
import { expecting } from '../../graphql/expecting.ts';
import { rowId } from '../../graphql/global-ids.ts';
import { LastAccountAdmin, NotFound, VersionMismatch } from '../../graphql/user-errors.ts';
import { PermissionSetEnum } from '../enums.ts';
import { GroupRef } from './group.ts';

builder.relayMutationField(
  'groupPermissionSetGrant',
  {
    description: 'A permission set for a group.',
    inputFields: (t) => ({
      groupId: t.id({ required: true, description: 'The group.' }),
      permissionSet: t.field({
        type: PermissionSetEnum,
        required: true,
        description: 'What its members may do from then on; nothing that the caller may not do.',
      }),
      expectedVersion: t.int({
        description: 'Refuses the change when the group has another version by now.',
      }),
    }),
  },
  {
    description:
      'Grants a permission set to a group, SCIM-managed ones included: to its members, and to whoever joins later. Granting it again changes nothing. ACCOUNT_ADMIN raises an alert.',
    authScopes: { right: 'permission_sets:write' },
    errors: { types: [NotFound, VersionMismatch] },
    resolve: (_root, { input }, { write, caller, accountId, now }) => {
      const groupId = rowId(input.groupId, 'Group');
      const condition = expecting(input.expectedVersion);
      return write(async (trx) => ({
        group: await grantPermissionSet(trx, caller, accountId, groupId, input.permissionSet, now, condition),
      }));
    },
  },
  {
    description: 'The group has the permission set.',
    outputFields: (t) => ({ group: t.expose('group', { type: GroupRef, description: 'The group.' }) }),
  },
);

builder.relayMutationField(
  'groupPermissionSetRevoke',
  {
    description: 'A permission set to take from a group.',
    inputFields: (t) => ({
      groupId: t.id({ required: true, description: 'The group.' }),
      permissionSet: t.field({
        type: PermissionSetEnum,
        required: true,
        description: 'What its members may do no longer by this group.',
      }),
      expectedVersion: t.int({
        description: 'Refuses the change when the group has another version by now.',
      }),
    }),
  },
  {
    description:
      'Takes a permission set from a group. The caller needs each right that it gives. Taking one that the group does not have changes nothing.',
    authScopes: { right: 'permission_sets:write' },
    errors: { types: [NotFound, VersionMismatch, LastAccountAdmin] },
    resolve: (_root, { input }, { write, caller, accountId, now }) => {
      const groupId = rowId(input.groupId, 'Group');
      const condition = expecting(input.expectedVersion);
      return write(async (trx) => ({
        group: await revokePermissionSet(
          trx,
          caller,
          accountId,
          groupId,
          input.permissionSet,
          now,
          condition,
        ),
      }));
    },
  },
  {
    description: 'The group does not have the permission set.',
    outputFields: (t) => ({ group: t.expose('group', { type: GroupRef, description: 'The group.' }) }),
  },
);
