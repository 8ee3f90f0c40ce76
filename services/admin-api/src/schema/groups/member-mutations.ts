import { addMembersByHand, removeMembersByHand } from '@rollcall/domain/groups/members-by-hand';
import { builder } from '../../graphql/builder.ts';
import { rowId } from '../../graphql/global-ids.ts';
import { LastAccountAdmin, ManualUpdatesLocked, NotFound } from '../../graphql/user-errors.ts';
import { GroupRef } from './group.ts';

builder.relayMutationField(
  'groupMembersAdd',
  {
    description: 'People who join a group.',
    inputFields: (t) => ({
      groupId: t.id({ required: true, description: 'The group.' }),
      userIds: t.idList({ required: true, description: 'Up to 1,000 users; not the caller.' }),
    }),
  },
  {
    description:
      'Adds people to a group. Whoever is in it already stays as they are. The caller needs each right that the group’s permission sets give. A membership of somebody who is not active is held until they are.',
    authScopes: { right: 'people:write' },
    errors: { types: [NotFound, ManualUpdatesLocked] },
    resolve: (_root, { input }, { write, caller, accountId, now }) => {
      const groupId = rowId(input.groupId, 'Group');
      const userIds = input.userIds.map((id) => rowId(id, 'User'));
      return write(async (trx) => ({
        group: await addMembersByHand(trx, caller, accountId, groupId, userIds, now),
      }));
    },
  },
  {
    description: 'They are in the group.',
    outputFields: (t) => ({ group: t.expose('group', { type: GroupRef, description: 'The group.' }) }),
  },
);

builder.relayMutationField(
  'groupMembersRemove',
  {
    description: 'People who leave a group.',
    inputFields: (t) => ({
      groupId: t.id({ required: true, description: 'The group.' }),
      userIds: t.idList({ required: true, description: 'Up to 1,000 users; not the caller.' }),
    }),
  },
  {
    description:
      'Removes people from a group, whatever brought them in. Whoever is not in it stays as they are. The caller needs each right that the group’s permission sets give.',
    authScopes: { right: 'people:write' },
    errors: { types: [NotFound, ManualUpdatesLocked, LastAccountAdmin] },
    resolve: (_root, { input }, { write, caller, accountId, now }) => {
      const groupId = rowId(input.groupId, 'Group');
      const userIds = input.userIds.map((id) => rowId(id, 'User'));
      return write(async (trx) => ({
        group: await removeMembersByHand(trx, caller, accountId, groupId, userIds, now),
      }));
    },
  },
  {
    description: 'They are not in the group.',
    outputFields: (t) => ({ group: t.expose('group', { type: GroupRef, description: 'The group.' }) }),
  },
);
