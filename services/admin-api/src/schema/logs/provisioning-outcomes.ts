import { searchLog } from '@rollcall/domain/events/search-log';
import {
  countOutcomes,
  type HourlyOutcomes,
  MOST_HOURS,
} from '@rollcall/domain/provisioning-log/count-outcomes';
import { builder } from '../../graphql/builder.ts';
import { AccountRef } from '../account/account.ts';

const ProvisioningHourRef = builder.objectRef<HourlyOutcomes>('ProvisioningHour').implement({
  description: 'What became of the SCIM requests that arrived within one hour.',
  fields: (t) => ({
    hour: t.expose('hour', { type: 'DateTime', description: 'When the hour began.' }),
    accepted: t.exposeInt('accepted', { description: 'Answered with a status below 400.' }),
    refused: t.exposeInt('refused', { description: 'Answered with 400 to 499.' }),
    failed: t.exposeInt('failed', { description: 'Answered with 500 or more.' }),
  }),
});

builder.objectField(AccountRef, 'provisioningOutcomes', (t) =>
  t.field({
    type: [ProvisioningHourRef],
    nullable: true,
    description:
      'How the requests of the last hours ended, hour by hour (UTC), the present one last, those without any request included. Counted when it is asked for.',
    authScopes: { right: 'logs:read' },
    args: {
      hours: t.arg.int({
        required: true,
        defaultValue: 24,
        description: `How many hours, up to ${MOST_HOURS}.`,
      }),
    },
    complexity: 50,
    resolve: async (_account, { hours }, { read, accountId, now }) => [
      ...(await read((db) => searchLog(db, (queries) => countOutcomes(queries, accountId, hours, now)))),
    ],
  }),
);
