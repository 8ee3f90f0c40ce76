import { findSessionsById, listSessionsOf } from '@rollcall/domain/sso/list-sessions';
import { revokeSession } from '@rollcall/domain/sso/end-session';
import type { Session } from '@rollcall/domain/sso/session';
import DataLoader from 'dataloader';
import { builder } from '../../graphql/builder.ts';
import type { AdminContext } from '../../graphql/context.ts';
import { rowId } from '../../graphql/global-ids.ts';
import { NotFound } from '../../graphql/user-errors.ts';
import { ViewerRef } from '../account/viewer.ts';

const SessionKindEnum = builder.enumType('SessionKind', {
  description: 'How somebody came in.',
  values: {
    SSO: { value: 'sso', description: 'By the account’s sign-on provider.' },
    LINK: { value: 'link', description: 'By a sign-in link of the operator, for an hour.' },
  } as const,
});

export const SessionRef = builder.objectRef<Session>('Session');

builder.node(SessionRef, {
  description: 'One browser in which a person is signed in.',
  authScopes: ({ userId }, { caller }) => (userId === caller.userId ? true : { right: 'people:read' }),
  id: { resolve: ({ id }) => id },
  loadMany: async (ids, { read, accountId, caller, now }) => {
    const found = await read((db) => findSessionsById(db, accountId, ids, now));
    const mayRead = ({ userId }: Session) => userId === caller.userId || caller.rights.has('people:read');
    return ids.map((id) => {
      const session = found.get(id);
      return session !== undefined && mayRead(session) ? session : null;
    });
  },
  fields: (t) => ({
    kind: t.expose('kind', { type: SessionKindEnum, description: 'How they came in.' }),
    createdAt: t.expose('createdAt', { type: 'DateTime', description: 'When they came in.' }),
    expiresAt: t.expose('expiresAt', {
      type: 'DateTime',
      description: 'When it ends at the latest. One that is not used for 12 hours ends before.',
    }),
    lastSeenAt: t.expose('lastSeenAt', {
      type: 'DateTime',
      description: 'When it was last used, to the minute.',
    }),
    address: t.exposeString('address', { description: 'The address that they came in from.' }),
    userAgent: t.exposeString('userAgent', {
      nullable: true,
      description: 'What the browser says of itself.',
    }),
    isCurrent: t.boolean({
      description: 'Whether this very request belongs to it.',
      resolve: ({ id }, _args, { session }) => session?.sessionId === id,
    }),
  }),
});

/** The living sessions of people, all with one statement. */
export function sessionsLoader({
  read,
  accountId,
  now,
}: AdminContext): DataLoader<string, readonly Session[]> {
  return new DataLoader(async (userIds) => {
    const found = await read((db) => listSessionsOf(db, accountId, userIds, now));
    return userIds.map((userId) => found.get(userId) ?? []);
  });
}

builder.objectField(ViewerRef, 'sessions', (t) =>
  t.field({
    type: [SessionRef],
    description: 'Where the person is signed in, the newest first; nothing for tokens.',
    resolve: async ({ userId }, _args, context) =>
      userId === null ? [] : [...(await context.loader(sessionsLoader).load(userId))],
  }),
);

builder.relayMutationField(
  'sessionRevoke',
  {
    description: 'A session to end.',
    inputFields: (t) => ({ id: t.id({ required: true, description: 'The session.' }) }),
  },
  {
    description:
      'Ends a session: one’s own, or with `people:write` that of somebody whose rights do not exceed the caller’s. The browser is signed out with its next request. Doing it again changes nothing.',
    errors: { types: [NotFound] },
    resolve: (_root, { input }, { write, caller, accountId, now }) =>
      write(async (trx) => {
        await revokeSession(trx, caller, accountId, rowId(input.id, 'Session'), now);
        return { sessionId: input.id };
      }),
  },
  {
    description: 'The session has ended.',
    outputFields: (t) => ({
      sessionId: t.exposeID('sessionId', { description: 'The session that has ended.' }),
    }),
  },
);
