import {
  countInvitations,
  findInvitations,
  findLivingInvitations,
  type InvitationFilter,
  listInvitations,
  stateOf,
} from '@rollcall/domain/invitations/list-invitations';
import type { Invitation } from '@rollcall/domain/invitations/invitation';
import { findUsersById } from '@rollcall/domain/users/search-users';
import type { User } from '@rollcall/domain/users/user';
import DataLoader from 'dataloader';
import { builder } from '../../graphql/builder.ts';
import { pageComplexity, resolveConnection } from '../../graphql/connections.ts';
import type { AdminContext } from '../../graphql/context.ts';
import { rowId } from '../../graphql/global-ids.ts';
import { AccountRef } from '../account/account.ts';
import { UserRef } from '../users/user.ts';

const InvitationStateEnum = builder.enumType('InvitationState', {
  description: 'What became of an invitation.',
  values: {
    OPEN: { value: 'open', description: 'It can be accepted.' },
    ACCEPTED: { value: 'accepted', description: 'The person pressed its button.' },
    REVOKED: { value: 'revoked', description: 'It was withdrawn, or the person is gone.' },
    REPLACED: { value: 'replaced', description: 'A newer one took its place.' },
    EXPIRED: { value: 'expired', description: 'Nobody accepted it within 14 days.' },
  } as const,
});

export const InvitationRef = builder.objectRef<Invitation>('Invitation');

builder.node(InvitationRef, {
  description: 'A mail with a link that works once, by which somebody joins the account.',
  authScopes: { right: 'people:read' },
  id: { resolve: ({ id }) => id },
  loadMany: async (ids, context) => {
    if (!context.caller.rights.has('people:read')) return ids.map(() => null);
    const found = await context.read((db) => findInvitations(db, context.accountId, ids));
    return ids.map((id) => found.find((invitation) => invitation.id === id) ?? null);
  },
  fields: (t) => ({
    address: t.exposeString('address', { description: 'Where the mail went.' }),
    state: t.field({
      type: InvitationStateEnum,
      description: 'Whether it can be accepted, and what became of it else.',
      resolve: (invitation, _args, { now }) => stateOf(invitation, now),
    }),
    createdAt: t.expose('createdAt', { type: 'DateTime', description: 'When it was made.' }),
    expiresAt: t.expose('expiresAt', { type: 'DateTime', description: 'Until when it can be accepted.' }),
    endedAt: t.expose('endedAt', {
      type: 'DateTime',
      nullable: true,
      description: 'When it was accepted, revoked, replaced or found expired; null before.',
    }),
    user: t.field({
      type: UserRef,
      nullable: true,
      description: 'Who was invited.',
      resolve: ({ userId }, _args, context) => context.loader(people).load(userId),
    }),
  }),
});

const InvitationFilterInput = builder.inputType('InvitationFilter', {
  description: 'Which invitations. All that is given has to hold; what is left out does not matter.',
  fields: (t) => ({
    states: t.field({ type: [InvitationStateEnum], description: 'In one of these states.' }),
    user: t.id({ description: 'The id of the user who was invited.' }),
    search: t.string({ description: 'A part of the address, in any letter case.' }),
  }),
});

builder.objectField(AccountRef, 'invitations', (t) =>
  t.connection({
    type: InvitationRef,
    nullable: true,
    description: 'Every invitation that the account keeps, the newest first.',
    authScopes: { right: 'people:read' },
    args: { filter: t.arg({ type: InvitationFilterInput, description: 'Which ones; all without it.' }) },
    complexity: pageComplexity,
    resolve: (_account, { filter, ...args }, { read, accountId, now }) => {
      const wanted: InvitationFilter = {
        states: filter?.states ?? undefined,
        userId: filter?.user === undefined || filter.user === null ? undefined : rowId(filter.user, 'User'),
        search: filter?.search ?? undefined,
      };
      return resolveConnection(
        args,
        (slice) => read((db) => listInvitations(db, accountId, wanted, slice, now)),
        () => read((db) => countInvitations(db, accountId, wanted, now)),
      );
    },
  }),
);

builder.objectField(UserRef, 'invitation', (t) =>
  t.field({
    type: InvitationRef,
    nullable: true,
    description: 'The invitation that they have not answered; null for none.',
    authScopes: { right: 'people:read' },
    resolve: ({ id }, _args, context) => context.loader(livingInvitations).load(id),
  }),
);

function livingInvitations(context: AdminContext): DataLoader<string, Invitation | null> {
  return new DataLoader(async (userIds) => {
    const found = await context.read((db) => findLivingInvitations(db, context.accountId, userIds));
    return userIds.map((userId) => found.find((invitation) => invitation.userId === userId) ?? null);
  });
}

function people(context: AdminContext): DataLoader<string, User | null> {
  return new DataLoader(async (ids) => {
    const found = await context.read((db) => findUsersById(db, context.accountId, ids));
    return ids.map((id) => found.get(id) ?? null);
  });
}
