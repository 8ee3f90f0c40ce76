import { countGroupsAt, groupsAt, type PastGroup } from '@rollcall/domain/history/groups-at';
import { builder } from '../../graphql/builder.ts';
import { pageComplexity } from '../../graphql/connections.ts';
import { encodeGlobalId } from '../../graphql/global-ids.ts';
import { AccountRef } from '../account/account.ts';
import { groupLoader } from '../groups/group-loaders.ts';
import { GroupRef } from '../groups/group.ts';
import { HISTORY_COMPLEXITY, toldConnection } from './told.ts';

export const PastGroupNameRef = builder.objectRef<PastGroup>('PastGroupName').implement({
  description: 'A group that there was, by the name that it had.',
  fields: (t) => ({
    groupId: t.id({
      description: 'Its id, for `groupHistory`.',
      resolve: ({ groupId }) => encodeGlobalId('Group', groupId),
    }),
    displayName: t.exposeString('displayName', {
      nullable: true,
      description: 'What it was called then; null where that is told no longer.',
    }),
    group: t.field({
      type: GroupRef,
      nullable: true,
      description: 'The group as it is now; null for one that is gone.',
      resolve: ({ groupId }, _args, context) => context.loader(groupLoader).load(groupId),
    }),
  }),
});

builder.objectField(AccountRef, 'groupsAt', (t) =>
  t.connection({
    type: PastGroupNameRef,
    nullable: true,
    description:
      'The groups that there were at a moment, those included that were deleted since, in the order in which they were made. Null where that is told no longer.',
    authScopes: { right: 'logs:read' },
    args: { moment: t.arg({ type: 'DateTime', required: true, description: 'When.' }) },
    complexity: (args) => ({ ...pageComplexity(args), field: HISTORY_COMPLEXITY }),
    resolve: (_account, { moment, ...args }, context) =>
      toldConnection(
        context,
        args,
        (queries, page) => groupsAt(queries, context.accountId, moment, page),
        (queries) => countGroupsAt(queries, context.accountId, moment),
        ({ groupId }) => groupId,
      ),
  }),
);
