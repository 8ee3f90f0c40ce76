import type { SignInGroupsChange } from '@rollcall/domain/groups/preview-sign-in-groups';
import { builder } from '../../graphql/builder.ts';
import type { AdminContext } from '../../graphql/context.ts';
import { encodeGlobalId } from '../../graphql/global-ids.ts';
import { userLoader } from '../users/user-loader.ts';
import { UserRef } from '../users/user.ts';
import { GroupRef } from './group.ts';
import { groupLoader } from './group-loaders.ts';

const SignInGroupsChangeRef = builder.objectRef<SignInGroupsChange>('SignInGroupsChange').implement({
  description: 'What the next sign-in of one person does to their groups.',
  fields: (t) => ({
    user: t.field({
      type: UserRef,
      nullable: true,
      description: 'The person; null when they were erased meanwhile.',
      resolve: ({ userId }, _args, { loader }) => loader(userLoader).load(userId),
    }),
    joins: t.field({
      type: [GroupRef],
      description: 'The groups that it brings them into.',
      resolve: ({ joins }, _args, context) => named(joins, context),
    }),
    leaves: t.field({
      type: [GroupRef],
      description: 'The groups that it takes them out of.',
      resolve: ({ leaves }, _args, context) => named(leaves, context),
    }),
    keptIn: t.field({
      type: GroupRef,
      nullable: true,
      description: 'The group that they would leave, were they not the last active account administrator.',
      resolve: ({ keptIn }, _args, { loader }) =>
        keptIn === null ? null : loader(groupLoader).load(keptIn.groupId),
    }),
  }),
});

/** The people whom a page looked at, and whom of them something would change for. */
export interface SignInGroupsPage {
  changes: readonly SignInGroupsChange[];
  next: string | undefined;
}

export const SignInGroupsPageRef = builder.objectRef<SignInGroupsPage>('SignInGroupsPage').implement({
  description: 'What the next sign-ins do to the groups of some people.',
  fields: (t) => ({
    changes: t.expose('changes', {
      type: [SignInGroupsChangeRef],
      description: 'Those for whom something changes.',
    }),
    next: t.id({
      nullable: true,
      description: 'For `after` of the next page; null when everybody was looked at.',
      resolve: ({ next }) => (next === undefined ? null : encodeGlobalId('User', next)),
    }),
  }),
});

async function named(groups: readonly { groupId: string }[], { loader }: AdminContext) {
  const found = await Promise.all(groups.map(({ groupId }) => loader(groupLoader).load(groupId)));
  return found.filter((group) => group !== null);
}
