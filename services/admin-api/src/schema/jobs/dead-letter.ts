import {
  countDeadLetters,
  type DeadLetter,
  findDeadLetters,
  listDeadLetters,
} from '@rollcall/domain/jobs/dead-letters';
import { builder } from '../../graphql/builder.ts';
import { pageComplexity, resolveConnection } from '../../graphql/connections.ts';
import { AccountRef } from '../account/account.ts';

export const DeadLetterRef = builder.objectRef<DeadLetter>('DeadLetter');

builder.node(DeadLetterRef, {
  description:
    'Background work that failed for the last time: a mail that the server refuses, a job that was given up. Retry it when the cause is gone, or discard it.',
  authScopes: { right: 'settings:read' },
  id: { resolve: ({ id }) => id },
  loadMany: async (ids, context) => {
    if (!context.caller.rights.has('settings:read')) return ids.map(() => null);
    const found = await context.read((db) => findDeadLetters(db, context.accountId, ids));
    return ids.map((id) => found.find((letter) => letter.id === id) ?? null);
  },
  fields: (t) => ({
    task: t.exposeString('task', { description: 'What was to be done: `send-mail`.' }),
    payload: t.expose('payload', {
      type: 'JSON',
      description: 'What it was about: ids of rows, as the worker knows them.',
    }),
    error: t.exposeString('error', { description: 'Why it failed, in words.' }),
    attempts: t.exposeInt('attempts', { description: 'How often it was tried.' }),
    enqueuedAt: t.expose('enqueuedAt', { type: 'DateTime', description: 'When it was to be done first.' }),
    failedAt: t.expose('failedAt', { type: 'DateTime', description: 'When it was given up.' }),
  }),
});

builder.objectField(AccountRef, 'deadLetters', (t) =>
  t.connection({
    type: DeadLetterRef,
    nullable: true,
    description: 'Background work that failed for the last time, the newest first. Kept for 90 days.',
    authScopes: { right: 'settings:read' },
    complexity: pageComplexity,
    resolve: (_account, args, { read, accountId }) =>
      resolveConnection(
        args,
        (slice) => read((db) => listDeadLetters(db, accountId, slice)),
        () => read((db) => countDeadLetters(db, accountId)),
      ),
  }),
);
