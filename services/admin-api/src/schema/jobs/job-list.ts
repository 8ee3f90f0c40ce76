import { countJobs, listJobs } from '@rollcall/domain/jobs/jobs';
import { builder } from '../../graphql/builder.ts';
import { pageComplexity, resolveConnection } from '../../graphql/connections.ts';
import { AccountRef } from '../account/account.ts';
import { JobRef, JobStateEnum } from './job.ts';

const JobFilterInput = builder.inputType('JobFilter', {
  description: 'Which jobs. All that is given has to hold; what is left out does not matter.',
  fields: (t) => ({
    kinds: t.stringList({ description: 'Of one of these kinds: `default-group-cleanup`.' }),
    states: t.field({ type: [JobStateEnum], description: 'In one of these states.' }),
  }),
});

builder.objectField(AccountRef, 'jobs', (t) =>
  t.connection({
    type: JobRef,
    nullable: true,
    description: 'The long work of the account, the newest first. What has ended is kept for 90 days.',
    authScopes: { right: 'people:read' },
    args: { filter: t.arg({ type: JobFilterInput, description: 'Which ones; all without it.' }) },
    complexity: pageComplexity,
    resolve: (_account, { filter, ...args }, { read, accountId }) => {
      const wanted = { kinds: filter?.kinds ?? undefined, states: filter?.states ?? undefined };
      return resolveConnection(
        args,
        (slice) => read((db) => listJobs(db, accountId, wanted, slice)),
        () => read((db) => countJobs(db, accountId, wanted)),
      );
    },
  }),
);
