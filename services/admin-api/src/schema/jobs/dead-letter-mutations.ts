import { discardDeadLetter, retryDeadLetter } from '@rollcall/domain/jobs/dead-letters';
import { builder } from '../../graphql/builder.ts';
import { encodeGlobalId, rowId } from '../../graphql/global-ids.ts';
import { NotFound } from '../../graphql/user-errors.ts';

builder.relayMutationField(
  'deadLetterRetry',
  {
    description: 'Work to try once more.',
    inputFields: (t) => ({ id: t.id({ required: true, description: 'The dead letter.' }) }),
  },
  {
    description:
      'Hands the work to a worker once more, with as many attempts as before; a job that it was doing goes on. The dead letter is gone then.',
    authScopes: { right: 'settings:write' },
    errors: { types: [NotFound] },
    resolve: (_root, { input }, { write, caller, accountId, now }) =>
      write((trx) => retryDeadLetter(trx, caller, accountId, rowId(input.id, 'DeadLetter'), now)),
  },
  {
    description: 'The work is queued again.',
    outputFields: (t) => ({
      deadLetterId: t.id({
        description: 'The dead letter that is gone.',
        resolve: ({ id }) => encodeGlobalId('DeadLetter', id),
      }),
    }),
  },
);

builder.relayMutationField(
  'deadLetterDiscard',
  {
    description: 'Work to give up.',
    inputFields: (t) => ({ id: t.id({ required: true, description: 'The dead letter.' }) }),
  },
  {
    description: 'Throws away work that failed for the last time.',
    authScopes: { right: 'settings:write' },
    errors: { types: [NotFound] },
    resolve: (_root, { input }, { write, caller, accountId, now }) =>
      write((trx) => discardDeadLetter(trx, caller, accountId, rowId(input.id, 'DeadLetter'), now)),
  },
  {
    description: 'The work was given up.',
    outputFields: (t) => ({
      deadLetterId: t.id({
        description: 'The dead letter that is gone.',
        resolve: ({ id }) => encodeGlobalId('DeadLetter', id),
      }),
    }),
  },
);
