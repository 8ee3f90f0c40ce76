import type { Membership, MembershipSide } from '@rollcall/domain/groups/memberships';
import { builder } from '../../graphql/builder.ts';
import {
  type ConnectionArguments,
  type ConnectionPage,
  pageComplexity,
  resolveConnection,
} from '../../graphql/connections.ts';
import type { AdminContext } from '../../graphql/context.ts';
import { groupLoader, membershipCountLoader, membershipLoader } from './group-loaders.ts';
import { GroupRef } from './group.ts';

const MembershipOriginEnum = builder.enumType('MembershipOrigin', {
  description: 'What made somebody a member.',
  values: {
    SCIM: { value: 'scim', description: 'The identity provider, over SCIM.' },
    SSO_MAPPING: { value: 'sso_mapping', description: 'A sign-in, by the SSO group mapping of the group.' },
    MANUAL: { value: 'manual', description: 'An administrator.' },
    DEFAULT: { value: 'default', description: 'The group’s `assignByDefault`.' },
  } as const,
});

export const GroupMembershipRef = builder.objectRef<Membership>('GroupMembership').implement({
  description: 'One person in one group, and why.',
  fields: (t) => ({
    group: t.field({
      type: GroupRef,
      nullable: true,
      description: 'The group; null when it was deleted meanwhile.',
      authScopes: { right: 'people:read' },
      resolve: ({ groupId }, _args, context) => context.loader(groupLoader).load(groupId),
    }),
    origin: t.expose('origin', {
      type: MembershipOriginEnum,
      description: 'What made the person a member. Later reasons do not change it.',
    }),
    addedAt: t.expose('addedAt', { type: 'DateTime', description: 'Since when.' }),
    held: t.exposeBoolean('held', {
      description: 'Whether it waits: the person is not active, and it takes effect once they are.',
    }),
  }),
});

builder.objectField(GroupRef, 'members', (t) =>
  t.connection({
    type: GroupMembershipRef,
    description: 'Who is in it, in the order in which the people were made, held memberships included.',
    complexity: pageComplexity,
    resolve: (group, args, context) => membershipPage('group', group.id, args, context),
  }),
);

/** A page of the members of a group, or of the groups of a person. */
export function membershipPage(
  side: MembershipSide,
  id: string,
  args: ConnectionArguments,
  context: AdminContext,
): Promise<ConnectionPage<Membership>> {
  return resolveConnection(
    args,
    async ({ behind, backward, limit }) => {
      const cut = { behind: behind?.id, backward, limit };
      const memberships = await context.loader(membershipLoader).load({ side, id, cut });
      return memberships.map((item) => ({
        item,
        position: { key: null, id: side === 'group' ? item.userId : item.groupId },
      }));
    },
    () => context.loader(membershipCountLoader).load({ side, id }),
  );
}
