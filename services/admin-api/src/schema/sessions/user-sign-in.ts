import { findBindings } from '@rollcall/domain/sso/find-bindings';
import { forgetSignIn } from '@rollcall/domain/sso/forget-sign-in';
import type { SignInBinding } from '@rollcall/domain/sso/sign-in-binding';
import { findUsersById } from '@rollcall/domain/users/search-users';
import type { User } from '@rollcall/domain/users/user';
import DataLoader from 'dataloader';
import { builder } from '../../graphql/builder.ts';
import type { AdminContext } from '../../graphql/context.ts';
import { rowId } from '../../graphql/global-ids.ts';
import { NotFound } from '../../graphql/user-errors.ts';
import { UserRef } from '../users/user.ts';
import { SessionRef, sessionsLoader } from './session.ts';

const SignInBindingRef = builder.objectRef<SignInBinding>('SignInBinding').implement({
  description: 'Who a person is at the sign-on provider. Nobody else there signs in as them.',
  fields: (t) => ({
    issuer: t.exposeString('issuer', { description: 'The provider.' }),
    subject: t.exposeString('subject', { description: 'What the provider knows them by.' }),
    boundAt: t.expose('boundAt', { type: 'DateTime', description: 'When they first signed in like that.' }),
  }),
});

/** The bindings of people, all with one statement. */
function bindingsLoader({ read, accountId }: AdminContext): DataLoader<string, SignInBinding | null> {
  return new DataLoader(async (userIds) => {
    const found = await read((db) => findBindings(db, accountId, userIds));
    return userIds.map((userId) => found.get(userId) ?? null);
  });
}

builder.objectFields(UserRef, (t) => ({
  sessions: t.field({
    type: [SessionRef],
    description: 'Where they are signed in, the newest first.',
    resolve: async ({ id }, _args, context) => [...(await context.loader(sessionsLoader).load(id))],
  }),
  signInBinding: t.field({
    type: SignInBindingRef,
    nullable: true,
    description: 'Who they are at the sign-on provider; null until they sign in by it.',
    resolve: ({ id }, _args, context) => context.loader(bindingsLoader).load(id),
  }),
}));

builder.relayMutationField(
  'userSignInForget',
  {
    description: 'A person who is somebody else at the sign-on provider by now.',
    inputFields: (t) => ({ id: t.id({ required: true, description: 'The person.' }) }),
  },
  {
    description:
      'Forgets who a person is at the sign-on provider, and ends their sessions: whoever signs in next with their address is them. Not for people whose rights exceed the caller’s. Doing it again changes nothing.',
    authScopes: { right: 'people:write' },
    errors: { types: [NotFound] },
    resolve: (_root, { input }, { write, caller, accountId, now }) => {
      const userId = rowId(input.id, 'User');
      return write(async (trx) => {
        await forgetSignIn(trx, caller, accountId, userId, now);
        return onlyUser(await findUsersById(trx, accountId, [userId]), userId);
      });
    },
  },
  {
    description: 'The binding is gone.',
    outputFields: (t) => ({
      user: t.field({ type: UserRef, description: 'The person.', resolve: ({ user }) => user }),
    }),
  },
);

function onlyUser(users: ReadonlyMap<string, User>, userId: string): { user: User } {
  const user = users.get(userId);
  if (user === undefined) throw new Error(`The user ${userId} was there and is not found.`);
  return { user };
}
