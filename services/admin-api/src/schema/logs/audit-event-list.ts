import type { AuditEventFilter } from '@rollcall/domain/events/audit-event-filter';
import { AUDIT_EVENT_KINDS, type AuditEventKind } from '@rollcall/domain/events/audit-event';
import { countAuditEvents, listAuditEvents } from '@rollcall/domain/events/list-audit-events';
import { searchLog } from '@rollcall/domain/events/search-log';
import { placedById } from '@rollcall/domain/pages/newest-first';
import { isGiven } from '../../graphql/is-given.ts';
import { builder } from '../../graphql/builder.ts';
import { pageComplexity, resolveConnection } from '../../graphql/connections.ts';
import { decodeGlobalId } from '../../graphql/global-ids.ts';
import { InvalidInput } from '../../graphql/user-errors.ts';
import { AccountRef } from '../account/account.ts';
import {
  ACTOR_TYPES,
  ActorKindEnum,
  AuditEventRef,
  AuditTargetKindEnum,
  TARGET_TYPES,
} from './audit-event.ts';
import { logPage, LogOrderEnum } from './log-pages.ts';

export const AuditEventFilterInput = builder.inputType('AuditEventFilter', {
  description: 'Which audit events. All that is given has to hold; what is left out does not matter.',
  fields: (t) => ({
    since: t.field({ type: 'DateTime', description: 'Then or later.' }),
    until: t.field({ type: 'DateTime', description: 'Before that time.' }),
    kinds: t.stringList({ description: 'What happened, one of these: `user.deactivated`.' }),
    actorKinds: t.field({ type: [ActorKindEnum], description: 'Made by one of these.' }),
    actor: t.id({ description: 'Made by that person, service token or SCIM token.' }),
    targetKind: t.field({ type: AuditTargetKindEnum, description: 'Made to something of that kind.' }),
    target: t.id({ description: 'Made to that person, group, token or other thing, by its id.' }),
    alertsOnly: t.boolean({ description: 'Only what an administrator should look at.' }),
    requestId: t.string({ description: 'Made by the request whose answer had that `x-request-id`.' }),
    text: t.string({
      description:
        'In the detail or the name of the actor, in any letter case. Looks at every entry: give a range of time in a long log.',
    }),
  }),
});

builder.objectField(AccountRef, 'auditEvents', (t) =>
  t.connection({
    type: AuditEventRef,
    nullable: true,
    description:
      'What was changed in the account, and noteworthy attempts. Kept for `retention.auditEventsKeptDays`.',
    authScopes: { right: 'logs:read' },
    args: {
      filter: t.arg({ type: AuditEventFilterInput, description: 'Which ones; all without it.' }),
      order: t.arg({
        type: LogOrderEnum,
        required: true,
        defaultValue: 'NEWEST_FIRST',
        description: 'From which end.',
      }),
    },
    complexity: pageComplexity,
    resolve: (_account, { filter, order, ...args }, { read, accountId }) => {
      const wanted = auditEventFilterOf(filter ?? {});
      return resolveConnection(
        args,
        async (slice) => {
          const page = logPage(order, slice);
          return placedById(
            await read((db) => searchLog(db, (queries) => listAuditEvents(queries, accountId, wanted, page))),
          );
        },
        () => read((db) => searchLog(db, (queries) => countAuditEvents(queries, accountId, wanted))),
      );
    },
  }),
);

/** What the domain filters by. Throws InvalidInput. */
export function auditEventFilterOf(filter: typeof AuditEventFilterInput.$inferInput): AuditEventFilter {
  const target = targetOf(filter.target);
  return {
    since: filter.since ?? undefined,
    until: filter.until ?? undefined,
    kinds: filter.kinds?.map(readKind),
    actorKinds: filter.actorKinds ?? undefined,
    actor: actorOf(filter.actor),
    ...target,
    ...(isGiven(filter.targetKind) && { targetKind: filter.targetKind }),
    alertsOnly: filter.alertsOnly ?? undefined,
    requestId: filter.requestId ?? undefined,
    text: filter.text ?? undefined,
  };
}

function readKind(text: string): AuditEventKind {
  const kind = AUDIT_EVENT_KINDS.find((known) => known === text);
  if (kind !== undefined) return kind;
  const message = `${JSON.stringify(text)} is no kind of audit event. docs/logs.md lists them: user.created, group.members_changed, …`;
  throw new InvalidInput(message, [{ path: 'filter.kinds', message }]);
}

// What is no id of the API is nobody's.
const NOBODY = '';

function actorOf(globalId: string | null | undefined): AuditEventFilter['actor'] {
  if (globalId === null || globalId === undefined) return undefined;
  const { typename, id } = decodeGlobalId(globalId);
  const [kind] = ACTOR_TYPES.find(([, known]) => known === typename) ?? [];
  return kind === undefined ? { kind: 'administrator', id: NOBODY } : { kind, id };
}

function targetOf(globalId: string | null | undefined): Pick<AuditEventFilter, 'targetKind' | 'targetId'> {
  if (globalId === null || globalId === undefined) return {};
  const { typename, id } = decodeGlobalId(globalId);
  const [targetKind] = TARGET_TYPES.find(([, known]) => known === typename) ?? [];
  return { targetKind, targetId: targetKind === undefined ? NOBODY : id };
}
