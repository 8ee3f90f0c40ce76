import { eventChanges } from '@rollcall/domain/events/event-changes';
import { findProvisioningEventsById } from '@rollcall/domain/provisioning-log/list-provisioning-events';
import { builder } from '../../graphql/builder.ts';
import { rowId } from '../../graphql/global-ids.ts';
import { NotFound, NotReplayable, ReplayUnavailable } from '../../graphql/user-errors.ts';
import { askForReplay } from '../../replays/ask-for-replay.ts';
import type { ReplayedEvent } from '../../replays/replay-outcome.ts';
import { AuditTargetRef, EventChangeRef } from './audit-event.ts';
import { LeniencyRef, ProvisioningEventRef } from './provisioning-event.ts';

const ReplayedEventRef = builder.objectRef<ReplayedEvent>('ReplayedEvent').implement({
  description: 'An audit event that a request would leave, if it came now.',
  fields: (t) => ({
    kind: t.exposeString('kind', { description: 'What would happen: `user.changed`.' }),
    alert: t.exposeBoolean('alert', { description: 'Whether administrators would be told to look at it.' }),
    target: t.expose('target', { type: AuditTargetRef, description: 'To what.' }),
    changes: t.field({
      type: [EventChangeRef],
      description: 'What would change, before and after; empty where `detail` tells it in another way.',
      resolve: ({ detail }) => [...eventChanges(detail)],
    }),
    detail: t.expose('detail', {
      type: 'JSON',
      nullable: true,
      description: 'All that would be kept of it: who would join a group, the decision about a license.',
    }),
  }),
});

interface ReplayedResource {
  readonly target: ReplayedEvent['target'];
  readonly events: readonly ReplayedEvent[];
}

const ReplayedResourceRef = builder.objectRef<ReplayedResource>('ReplayedResource').implement({
  description: 'What would become of one person, group or other thing.',
  fields: (t) => ({
    target: t.expose('target', {
      type: AuditTargetRef,
      description: 'Which. What the request would make is not there to be looked up.',
    }),
    events: t.field({
      type: [ReplayedEventRef],
      description: 'What would happen to it, in the order of the changes.',
      resolve: ({ events }) => [...events],
    }),
  }),
});

builder.relayMutationField(
  'provisioningEventReplay',
  {
    description: 'A recorded request.',
    inputFields: (t) => ({ id: t.id({ required: true, description: 'The provisioning event.' }) }),
  },
  {
    description:
      'Shows what a recorded SCIM request would come to if it came now, by the settings, people and groups of now. It is handled as identity providers’ requests are and then undone: nothing changes, no mail is sent, and neither log has it. While it is handled, for 10 seconds at most, writes to the same people and groups wait.',
    authScopes: { right: 'logs:read' },
    errors: { types: [NotFound, NotReplayable, ReplayUnavailable] },
    complexity: 200,
    resolve: async (_root, { input }, { read, settings, accountId, logger, requestId }) => {
      const id = rowId(input.id, 'ProvisioningEvent');
      const found = await read((db) => findProvisioningEventsById(db, accountId, [id]));
      const event = found.get(id);
      if (event === undefined) throw new NotFound('There is no such provisioning event.');
      const outcome = await askForReplay(settings.internal, accountId, id).catch((error: unknown) => {
        if (error instanceof ReplayUnavailable) logger.warn({ err: error, requestId }, 'replay unavailable');
        throw error;
      });
      return { event, outcome };
    },
  },
  {
    description: 'What the request would come to now.',
    outputFields: (t) => ({
      provisioningEvent: t.field({
        type: ProvisioningEventRef,
        description: 'The request as it was recorded, and what came of it then.',
        resolve: ({ event }) => event,
      }),
      status: t.int({
        description: 'The HTTP status that it would be answered with.',
        resolve: ({ outcome }) => outcome.status,
      }),
      scimType: t.string({
        nullable: true,
        description: 'What kind of refusal it would be: `uniqueness`; null for none.',
        resolve: ({ outcome }) => outcome.scimType,
      }),
      errorDetail: t.string({
        nullable: true,
        description: 'Why it would be refused; of a bulk request, why its first operation would.',
        resolve: ({ outcome }) => outcome.errorDetail,
      }),
      version: t.string({
        nullable: true,
        description: 'The ETag of the answer.',
        resolve: ({ outcome }) => outcome.version,
      }),
      location: t.string({
        nullable: true,
        description: 'The Location of the answer.',
        resolve: ({ outcome }) => outcome.location,
      }),
      body: t.field({
        type: 'JSON',
        nullable: true,
        description: 'The body of the answer; null for none, and where it is too long to be shown.',
        resolve: ({ outcome }) => outcome.body,
      }),
      bodyCut: t.boolean({
        description: 'Whether there would be a body that is too long to be shown.',
        resolve: ({ outcome }) => outcome.isBodyCut,
      }),
      reading: t.field({
        type: [LeniencyRef],
        description: 'What would be read although the RFCs do not allow it.',
        resolve: ({ outcome }) => [...outcome.leniencies],
      }),
      resources: t.field({
        type: [ReplayedResourceRef],
        description: 'What would change, by resource; the first 200 changes.',
        resolve: ({ outcome }) => byTarget(outcome.changes),
      }),
      hasMoreChanges: t.boolean({
        description: 'Whether there would be more changes than these.',
        resolve: ({ outcome }) => outcome.hasMoreChanges,
      }),
      alerts: t.field({
        type: [ReplayedEventRef],
        description: 'What administrators would be alerted to although it would be refused.',
        resolve: ({ outcome }) => [...outcome.alerts],
      }),
      tokenInForce: t.boolean({
        description:
          'Whether the token that sent it would still be let in. The replay goes on without asking it.',
        resolve: ({ outcome }) => outcome.isTokenInForce,
      }),
    }),
  },
);

function byTarget(events: readonly ReplayedEvent[]): ReplayedResource[] {
  const together = Map.groupBy(events, ({ target }) => `${target.kind} ${target.id}`);
  return [...together.values()].flatMap(([first, ...rest]) =>
    first === undefined ? [] : [{ target: first.target, events: [first, ...rest] }],
  );
}
