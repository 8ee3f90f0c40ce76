import { builder } from '../../graphql/builder.ts';
import { pageComplexity } from '../../graphql/connections.ts';
import { groupLoader } from '../groups/group-loaders.ts';
import { GroupMembershipRef, membershipPage } from '../groups/membership.ts';
import { userLoader } from './user-loader.ts';
import { UserRef } from './user.ts';

builder.objectField(UserRef, 'memberships', (t) =>
  t.connection({
    type: GroupMembershipRef,
    description:
      'The groups that they are in and why, in the order in which the groups were made, held memberships included.',
    complexity: pageComplexity,
    resolve: (user, args, context) => membershipPage('user', user.id, args, context),
  }),
);

builder.objectFields(GroupMembershipRef, (t) => ({
  user: t.field({
    type: UserRef,
    nullable: true,
    description: 'The person; null when they are gone meanwhile.',
    resolve: ({ userId }, _args, context) => context.loader(userLoader).load(userId),
  }),
  groupName: t.string({
    nullable: true,
    description: 'The name of the group, also for people who see themselves and no groups.',
    resolve: async ({ groupId }, _args, context) =>
      (await context.loader(groupLoader).load(groupId))?.displayName ?? null,
  }),
}));
