import { searchLog } from '@rollcall/domain/events/search-log';
import { placedById } from '@rollcall/domain/pages/newest-first';
import {
  countProvisioningEvents,
  listProvisioningEvents,
} from '@rollcall/domain/provisioning-log/list-provisioning-events';
import type { ProvisioningEventFilter } from '@rollcall/domain/provisioning-log/provisioning-event-filter';
import { isGiven } from '../../graphql/is-given.ts';
import { builder } from '../../graphql/builder.ts';
import { pageComplexity, resolveConnection } from '../../graphql/connections.ts';
import { rowId } from '../../graphql/global-ids.ts';
import { InvalidInput } from '../../graphql/user-errors.ts';
import { AccountRef } from '../account/account.ts';
import { logPage, LogOrderEnum } from './log-pages.ts';
import { ProvisioningEventRef } from './provisioning-event.ts';

export const StatusClassEnum = builder.enumType('StatusClass', {
  description: 'What became of a request, by the first digit of the status.',
  values: {
    SUCCESS: { value: 2, description: '200 to 299.' },
    REDIRECTION: { value: 3, description: '300 to 399: 304, it has not changed.' },
    CLIENT_ERROR: { value: 4, description: '400 to 499: it was refused.' },
    SERVER_ERROR: { value: 5, description: '500 to 599: it failed.' },
  } as const,
});

export const ScimMethodEnum = builder.enumType('ScimMethod', {
  description: 'The methods of SCIM requests.',
  values: {
    GET: { description: 'Reads.' },
    HEAD: { description: 'Reads without a body.' },
    POST: { description: 'Creates, searches, or sends operations in bulk.' },
    PUT: { description: 'Replaces.' },
    PATCH: { description: 'Changes.' },
    DELETE: { description: 'Deletes.' },
    OPTIONS: { description: 'Asks what is allowed.' },
  },
});

export const ProvisioningEventFilterInput = builder.inputType('ProvisioningEventFilter', {
  description: 'Which provisioning events. All that is given has to hold; what is left out does not matter.',
  fields: (t) => ({
    since: t.field({ type: 'DateTime', description: 'Arrived then or later.' }),
    until: t.field({ type: 'DateTime', description: 'Arrived before that time.' }),
    failedOnly: t.boolean({ description: 'Only answers with a status of 400 or more.' }),
    status: t.int({ description: 'Answered with exactly that status.' }),
    statusClass: t.field({ type: StatusClassEnum, description: 'Answered with a status of that class.' }),
    scimType: t.string({ description: 'Refused in that way, as SCIM names it: `uniqueness`.' }),
    methods: t.field({ type: [ScimMethodEnum], description: 'Of one of these methods.' }),
    resourceType: t.string({ description: 'About resources of that type: `User` or `Group`.' }),
    resourceId: t.string({ description: 'About the resource that SCIM knows by that id.' }),
    user: t.id({ description: 'About that person.' }),
    group: t.id({ description: 'About that group.' }),
    token: t.id({ description: 'Sent with that SCIM token.' }),
    readLeniently: t.boolean({
      description: 'Only requests of which something was read although the RFCs do not allow it.',
    }),
    text: t.string({
      description:
        'In path, refusal, client, body or answer, in any letter case. Looks at every entry: give a range of time in a long log.',
    }),
  }),
});

builder.objectField(AccountRef, 'provisioningEvents', (t) =>
  t.connection({
    type: ProvisioningEventRef,
    nullable: true,
    description:
      'The SCIM requests of identity providers, by the time of their arrival. Kept for `retention.provisioningEventsKeptDays`. A request is there once it has ended: to miss none, follow `provisioningLogNews`.',
    authScopes: { right: 'logs:read' },
    args: {
      filter: t.arg({ type: ProvisioningEventFilterInput, description: 'Which ones; all without it.' }),
      order: t.arg({
        type: LogOrderEnum,
        required: true,
        defaultValue: 'NEWEST_FIRST',
        description: 'From which end.',
      }),
    },
    complexity: pageComplexity,
    resolve: (_account, { filter, order, ...args }, { read, accountId }) => {
      const wanted = provisioningEventFilterOf(filter ?? {});
      return resolveConnection(
        args,
        async (slice) => {
          const page = logPage(order, slice);
          return placedById(
            await read((db) =>
              searchLog(db, (queries) => listProvisioningEvents(queries, accountId, wanted, page)),
            ),
          );
        },
        () => read((db) => searchLog(db, (queries) => countProvisioningEvents(queries, accountId, wanted))),
      );
    },
  }),
);

/** What the domain filters by. Throws InvalidInput. */
export function provisioningEventFilterOf(
  filter: typeof ProvisioningEventFilterInput.$inferInput,
): ProvisioningEventFilter {
  return {
    since: filter.since ?? undefined,
    until: filter.until ?? undefined,
    failedOnly: filter.failedOnly ?? undefined,
    status: filter.status ?? undefined,
    statusClass: filter.statusClass ?? undefined,
    scimType: filter.scimType ?? undefined,
    methods: filter.methods ?? undefined,
    resourceType: filter.resourceType ?? undefined,
    ...resourceOf(filter),
    tokenId: isGiven(filter.token) ? rowId(filter.token, 'ScimToken') : undefined,
    readLeniently: filter.readLeniently ?? undefined,
    text: filter.text ?? undefined,
  };
}

function resourceOf({
  resourceId,
  user,
  group,
}: typeof ProvisioningEventFilterInput.$inferInput): Pick<ProvisioningEventFilter, 'resourceId'> {
  const ids = [
    ...(isGiven(resourceId) ? [resourceId] : []),
    ...(isGiven(user) ? [rowId(user, 'User')] : []),
    ...(isGiven(group) ? [rowId(group, 'Group')] : []),
  ];
  if (ids.length <= 1) return { resourceId: ids[0] };
  const message = 'A request is about one resource: give one of user, group and resourceId.';
  throw new InvalidInput(message, [{ path: 'filter.resourceId', message }]);
}
