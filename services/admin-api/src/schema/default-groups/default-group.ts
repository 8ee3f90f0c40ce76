import { deleteDefaultGroup } from '@rollcall/domain/groups/delete-default-group';
import { explainUndeletable, listDefaultGroups } from '@rollcall/domain/groups/list-default-groups';
import DataLoader from 'dataloader';
import { builder } from '../../graphql/builder.ts';
import type { AdminContext } from '../../graphql/context.ts';
import { rowId } from '../../graphql/global-ids.ts';
import { LastAccountAdmin, NotFound, Refused } from '../../graphql/user-errors.ts';
import { AccountRef } from '../account/account.ts';
import { GroupRef } from '../groups/group.ts';

builder.objectField(AccountRef, 'defaultGroups', (t) =>
  t.field({
    type: [GroupRef],
    nullable: true,
    description: 'Owner, Member and Everyone, without those that were deleted.',
    authScopes: { right: 'people:read' },
    resolve: async (_account, _args, context) => [
      ...(await context.read((db) => listDefaultGroups(db, context.accountId))),
    ],
  }),
);

builder.objectField(GroupRef, 'undeletableBecause', (t) =>
  t.string({
    nullable: true,
    description:
      'Of a default group: why `defaultGroupDelete` would refuse, in words; null when it can be deleted.',
    resolve: ({ id, defaultGroup }, _args, context) =>
      defaultGroup === null ? null : context.loader(undeletableLoader).load(id),
  }),
);

function undeletableLoader(context: AdminContext): DataLoader<string, string | null> {
  return new DataLoader(async (ids) => {
    const reasons = await context.read((db) => explainUndeletable(db, context.accountId, ids));
    return ids.map((id) => reasons.get(id) ?? null);
  });
}

builder.relayMutationField(
  'defaultGroupDelete',
  {
    description: 'A default group to delete.',
    inputFields: (t) => ({ id: t.id({ required: true, description: 'The group.' }) }),
  },
  {
    description:
      'Deletes a default group that nobody is in. Owner can be deleted only while another group with ACCOUNT_ADMIN has an active member. Undoing the cleanup that emptied it makes it again.',
    authScopes: { right: 'people:write' },
    errors: { types: [NotFound, Refused, LastAccountAdmin] },
    resolve: (_root, { input }, { write, caller, accountId, now }) =>
      write(async (trx) => {
        await deleteDefaultGroup(trx, caller, accountId, rowId(input.id, 'Group'), now);
        return { deletedId: input.id };
      }),
  },
  {
    description: 'The group is gone, and its name is free.',
    outputFields: (t) => ({
      deletedId: t.exposeID('deletedId', { description: 'The id that it had.' }),
    }),
  },
);
