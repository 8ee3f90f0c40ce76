import { searchLog } from '@rollcall/domain/events/search-log';
import {
  followProvisioningLog,
  type LogNews,
  type LogPosition,
} from '@rollcall/domain/provisioning-log/follow-provisioning-log';
import { builder } from '../../graphql/builder.ts';
import { LIMITS } from '../../graphql/limits.ts';
import { InvalidInput } from '../../graphql/user-errors.ts';
import { AccountRef } from '../account/account.ts';
import { ProvisioningEventFilterInput, provisioningEventFilterOf } from './provisioning-event-list.ts';
import { ProvisioningEventRef } from './provisioning-event.ts';

/** Until whoever follows the log should ask again, if nothing more is waiting. */
const POLL_AFTER_MS = 2_000;
const DEFAULT_AMOUNT = 100;

const ProvisioningLogNewsRef = builder.objectRef<LogNews>('ProvisioningLogNews').implement({
  description: 'What was written to the provisioning log since a cursor.',
  fields: (t) => ({
    events: t.field({
      type: [ProvisioningEventRef],
      description:
        'In the order of writing, which is that of the ends of requests. Each comes once; in rare cases, after a slow moment of the database, one comes again: it has the same id.',
      complexity: { field: 1, multiplier: 1 },
      resolve: ({ events }) => [...events],
    }),
    cursor: t.string({
      description: 'For `after` of the next request, whatever this one brought.',
      resolve: ({ position }) => encodePosition(position),
    }),
    hasMore: t.exposeBoolean('hasMore', { description: 'Whether more is waiting already.' }),
    pollAfterMs: t.int({
      description: 'How many milliseconds to wait before the next request: 0 when more is waiting.',
      resolve: ({ hasMore }) => (hasMore ? 0 : POLL_AFTER_MS),
    }),
  }),
});

builder.objectField(AccountRef, 'provisioningLogNews', (t) =>
  t.field({
    type: ProvisioningLogNewsRef,
    nullable: true,
    description:
      'Follows the provisioning log: without `after` a cursor that stands at now, and no events; then what was written since. None is missed, however late its request was written. An event is shown a second after it was written.',
    authScopes: { right: 'logs:read' },
    args: {
      after: t.arg.string({ description: 'The `cursor` of the request before; none at the beginning.' }),
      filter: t.arg({ type: ProvisioningEventFilterInput, description: 'Which events; all without it.' }),
      first: t.arg.int({
        required: true,
        defaultValue: DEFAULT_AMOUNT,
        description: 'How many events at most, up to 200.',
      }),
    },
    complexity: ({ first }) => ({ field: 1, multiplier: Math.max(1, first) }),
    resolve: (_account, { after, filter, first }, { read, accountId }) => {
      if (first < 1 || first > LIMITS.page) {
        throw invalid('first', `Ask for 1 to ${LIMITS.page} events.`);
      }
      const position = after === null || after === undefined ? undefined : decodePosition(after);
      const wanted = provisioningEventFilterOf(filter ?? {});
      return read((db) =>
        searchLog(db, (queries) => followProvisioningLog(queries, accountId, wanted, position, first)),
      );
    },
  }),
);

function encodePosition({ recordedAt, id }: LogPosition): string {
  return Buffer.from(`${recordedAt} ${id}`).toString('base64url');
}

function decodePosition(cursor: string): LogPosition {
  const [, recordedAt, id] = /^(\d{1,16}) (\S+)$/u.exec(Buffer.from(cursor, 'base64url').toString()) ?? [];
  if (recordedAt === undefined || id === undefined) {
    throw invalid('after', 'This is no cursor of the provisioning log. Take the one of the request before.');
  }
  return { recordedAt: Number(recordedAt), id };
}

function invalid(path: string, message: string): InvalidInput {
  return new InvalidInput(message, [{ path, message }]);
}
