import {
  countRejectedRequests,
  listRejectedRequests,
  type RejectedRequests,
} from '@rollcall/domain/provisioning-log/list-rejected-requests';
import { builder } from '../../graphql/builder.ts';
import { pageComplexity, resolveConnection } from '../../graphql/connections.ts';
import { AccountRef } from '../account/account.ts';

const RejectedRequestsRef = builder.objectRef<RejectedRequests>('RejectedRequests').implement({
  description:
    'SCIM requests without a valid token, of one hour and from one address. Nothing else is kept of them.',
  fields: (t) => ({
    hour: t.expose('hour', { type: 'DateTime', description: 'When the hour began.' }),
    address: t.exposeString('address', { description: 'Where they came from.' }),
    amount: t.exposeInt('amount', { description: 'How many there were.' }),
  }),
});

const RejectedRequestsFilterInput = builder.inputType('RejectedRequestsFilter', {
  description: 'Which hours and addresses. All that is given has to hold.',
  fields: (t) => ({
    since: t.field({ type: 'DateTime', description: 'Hours that began then or later.' }),
    until: t.field({ type: 'DateTime', description: 'Hours that began before that time.' }),
    address: t.string({ description: 'From that address.' }),
  }),
});

builder.objectField(AccountRef, 'rejectedRequests', (t) =>
  t.connection({
    type: RejectedRequestsRef,
    nullable: true,
    description:
      'SCIM requests to the account’s base URL without a valid token, counted by hour and address, the latest hour first.',
    authScopes: { right: 'logs:read' },
    args: {
      filter: t.arg({ type: RejectedRequestsFilterInput, description: 'Which ones; all without it.' }),
    },
    complexity: pageComplexity,
    resolve: (_account, { filter, ...args }, { read, accountId }) => {
      const wanted = {
        since: filter?.since ?? undefined,
        until: filter?.until ?? undefined,
        address: filter?.address ?? undefined,
      };
      return resolveConnection(
        args,
        (slice) => read((db) => listRejectedRequests(db, accountId, wanted, slice)),
        () => read((db) => countRejectedRequests(db, accountId, wanted)),
      );
    },
  }),
);
