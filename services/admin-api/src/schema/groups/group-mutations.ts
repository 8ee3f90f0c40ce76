import { createGroupByHand } from '@rollcall/domain/groups/create-group-by-hand';
import { deleteGroupByHand } from '@rollcall/domain/groups/delete-group-by-hand';
import { updateGroupByHand } from '@rollcall/domain/groups/update-group-by-hand';
import { builder } from '../../graphql/builder.ts';
import { expecting } from '../../graphql/expecting.ts';
import { encodeGlobalId, rowId } from '../../graphql/global-ids.ts';
import {
  Conflict,
  LastAccountAdmin,
  ManualUpdatesLocked,
  NotFound,
  Refused,
  VersionMismatch,
} from '../../graphql/user-errors.ts';
import { GroupRef } from './group.ts';

builder.relayMutationField(
  'groupCreate',
  {
    description: 'A new group.',
    inputFields: (t) => ({
      displayName: t.string({ required: true, description: 'Its name, of up to 256 characters: `Sales`.' }),
      userIds: t.idList({ description: 'Its first members, up to 1,000; not the caller.' }),
      idempotencyKey: t.string({ description: 'Makes the request safe to repeat: a random UUID.' }),
    }),
  },
  {
    description:
      'Makes a group that no identity provider manages. It carries no permission set yet. When the identity provider pushes a group of that name, it manages this one from then on.',
    authScopes: { right: 'people:write' },
    errors: { types: [NotFound, Conflict] },
    resolve: (_root, { input }, { write, caller, accountId, now }) => {
      const request = {
        displayName: input.displayName,
        userIds: input.userIds?.map((id) => rowId(id, 'User')),
        idempotencyKey: input.idempotencyKey ?? undefined,
      };
      return write(async (trx) => ({
        group: await createGroupByHand(trx, caller, accountId, request, now),
      }));
    },
  },
  {
    description: 'A group was made.',
    outputFields: (t) => ({ group: t.expose('group', { type: GroupRef, description: 'The new group.' }) }),
  },
);

builder.relayMutationField(
  'groupUpdate',
  {
    description: 'What to change of a group. What is left out, or null, stays as it is.',
    inputFields: (t) => ({
      id: t.id({ required: true, description: 'The group.' }),
      displayName: t.string({ description: 'Its new name. Default groups keep theirs.' }),
      assignByDefault: t.boolean({
        description: 'Whether people whom SSO group mappings apply to join it when they sign in.',
      }),
      expectedVersion: t.int({
        description: 'Refuses the change when the group has another version by now.',
      }),
    }),
  },
  {
    description:
      'Renames a group, or says who joins it by default. Either decides who gets what the group carries, so the caller needs each right that its permission sets give.',
    authScopes: { right: 'people:write' },
    errors: { types: [NotFound, Conflict, VersionMismatch, ManualUpdatesLocked, Refused] },
    resolve: (_root, { input }, { write, caller, accountId, now }) => {
      const id = rowId(input.id, 'Group');
      const update = {
        displayName: input.displayName ?? undefined,
        assignByDefault: input.assignByDefault ?? undefined,
      };
      const condition = expecting(input.expectedVersion);
      return write(async (trx) => ({
        group: await updateGroupByHand(trx, caller, accountId, id, update, now, condition),
      }));
    },
  },
  {
    description: 'The group is as was asked for.',
    outputFields: (t) => ({ group: t.expose('group', { type: GroupRef, description: 'The group.' }) }),
  },
);

builder.relayMutationField(
  'groupDelete',
  {
    description: 'A group to delete.',
    inputFields: (t) => ({
      id: t.id({ required: true, description: 'The group.' }),
      expectedVersion: t.int({
        description: 'Refuses the deletion when the group has another version by now.',
      }),
    }),
  },
  {
    description:
      'Deletes a group, with its memberships, permission sets and SSO group mapping. The caller needs each right that it gives. Default groups are deleted by their cleanup.',
    authScopes: { right: 'people:write' },
    errors: { types: [NotFound, VersionMismatch, ManualUpdatesLocked, LastAccountAdmin, Refused] },
    resolve: (_root, { input }, { write, caller, accountId, now }) => {
      const groupId = rowId(input.id, 'Group');
      const condition = expecting(input.expectedVersion);
      return write(async (trx) => {
        await deleteGroupByHand(trx, caller, accountId, groupId, now, condition);
        return { groupId };
      });
    },
  },
  {
    description: 'The group is deleted.',
    outputFields: (t) => ({
      deletedGroupId: t.id({
        description: 'The id that it had.',
        resolve: ({ groupId }) => encodeGlobalId('Group', groupId),
      }),
    }),
  },
);
