import {
  readRetention,
  type RetentionSettings,
  setRetention,
} from '@rollcall/domain/retention/set-retention';
import { builder } from '../../graphql/builder.ts';
import { AccountRef } from './account.ts';

const RetentionRef = builder.objectRef<RetentionSettings>('Retention').implement({
  description: 'For how long logs are kept.',
  fields: (t) => ({
    auditEventsKeptDays: t.exposeInt('auditEventsKeptDays', {
      description: 'Days until an audit event is deleted; 400 unless set otherwise.',
    }),
    provisioningEventsKeptDays: t.exposeInt('provisioningEventsKeptDays', {
      description: 'Days until a provisioning event is deleted; 90 unless set otherwise.',
    }),
  }),
});

builder.objectField(AccountRef, 'retention', (t) =>
  t.field({
    type: RetentionRef,
    nullable: true,
    description: 'For how long logs are kept.',
    authScopes: { right: 'settings:read' },
    resolve: (_account, _args, { read, accountId }) => read((db) => readRetention(db, accountId)),
  }),
);

builder.relayMutationField(
  'retentionUpdate',
  {
    description: 'For how long to keep logs. What is left out stays.',
    inputFields: (t) => ({
      auditEventsKeptDays: t.int({ description: 'Days, 1 to 3650.' }),
      provisioningEventsKeptDays: t.int({ description: 'Days, 1 to 3650.' }),
    }),
  },
  {
    description:
      'Sets for how long logs are kept. What is older than a new, shorter time is deleted within the hour, for good.',
    authScopes: { right: 'settings:write' },
    errors: { types: [] },
    resolve: (_root, { input }, { write, caller, accountId, now }) => {
      const changes = {
        auditEventsKeptDays: input.auditEventsKeptDays ?? undefined,
        provisioningEventsKeptDays: input.provisioningEventsKeptDays ?? undefined,
      };
      return write(async (trx) => ({ retention: await setRetention(trx, caller, accountId, changes, now) }));
    },
  },
  {
    description: 'Logs are kept as it says now.',
    outputFields: (t) => ({
      retention: t.field({
        type: RetentionRef,
        description: 'For how long logs are kept.',
        resolve: ({ retention }) => retention,
      }),
    }),
  },
);
