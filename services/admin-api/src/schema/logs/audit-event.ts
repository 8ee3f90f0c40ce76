import type { AuditEvent } from '@rollcall/domain/events/audit-event';
import { type EventChange, eventChanges } from '@rollcall/domain/events/event-changes';
import { findAuditEventsById } from '@rollcall/domain/events/list-audit-events';
import { builder } from '../../graphql/builder.ts';
import { encodeGlobalId } from '../../graphql/global-ids.ts';
import { groupLoader } from '../groups/group-loaders.ts';
import { GroupRef } from '../groups/group.ts';
import { userLoader } from '../users/user-loader.ts';
import { UserRef } from '../users/user.ts';

export const ActorKindEnum = builder.enumType('ActorKind', {
  description: 'What made a change.',
  values: {
    SCIM_TOKEN: { value: 'scim_token', description: 'The identity provider, over SCIM.' },
    ADMINISTRATOR: { value: 'administrator', description: 'A person who was signed in.' },
    SERVICE_TOKEN: { value: 'service_token', description: 'A script.' },
    OPERATOR: { value: 'operator', description: 'The operator of the installation, by its command.' },
    SYSTEM: { value: 'system', description: 'The product by itself: at a sign-in, or by the clock.' },
  } as const,
});

export const AuditTargetKindEnum = builder.enumType('AuditTargetKind', {
  description: 'What a change was made to.',
  values: {
    ACCOUNT: { value: 'account', description: 'The account.' },
    USER: { value: 'user', description: 'A person.' },
    GROUP: { value: 'group', description: 'A group, or who is in it.' },
    DEFAULT_GROUP_CLEANUP: { value: 'default_group_cleanup', description: 'A cleanup of default groups.' },
    SCIM_TOKEN: { value: 'scim_token', description: 'A token of an identity provider.' },
    SERVICE_TOKEN: { value: 'service_token', description: 'A token of a script.' },
    LICENSE_MAPPING: { value: 'license_mapping', description: 'An SSO license mapping.' },
    SCIM_CONFIGURATION: { value: 'scim_configuration', description: 'The SCIM configuration.' },
    CUSTOM_SCHEMA: { value: 'custom_schema', description: 'A SCIM extension of the account’s own.' },
    IP_RULES: { value: 'ip_rules', description: 'The IP rules, or an imported list of them.' },
    SSO_PROVIDER: { value: 'sso_provider', description: 'The sign-on provider.' },
    SESSION: { value: 'session', description: 'A session of a signed-in person.' },
    DEAD_LETTER: { value: 'dead_letter', description: 'Background work that had failed.' },
  } as const,
});

type Actor = AuditEvent['actor'];
type Target = AuditEvent['target'];

/** The types of the API as which actors and targets can be looked up. */
export const ACTOR_TYPES = [
  ['administrator', 'User'],
  ['scim_token', 'ScimToken'],
  ['service_token', 'ServiceToken'],
] as const;
export const TARGET_TYPES = [
  ['user', 'User'],
  ['group', 'Group'],
  ['default_group_cleanup', 'DefaultGroupCleanup'],
  ['scim_token', 'ScimToken'],
  ['service_token', 'ServiceToken'],
  ['session', 'Session'],
  ['dead_letter', 'DeadLetter'],
] as const;

/** The id of the API for an actor or a target; null for what has none there. */
export function nodeIdOf(
  types: typeof ACTOR_TYPES | typeof TARGET_TYPES,
  { kind, id }: Pick<Actor | Target, 'kind' | 'id'>,
): string | null {
  const [, typename] = types.find(([known]) => known === kind) ?? [];
  return typename === undefined || id === null ? null : encodeGlobalId(typename, id);
}

const AuditActorRef = builder.objectRef<Actor>('AuditActor').implement({
  description: 'Who made a change.',
  fields: (t) => ({
    kind: t.expose('kind', { type: ActorKindEnum, description: 'What it is.' }),
    name: t.exposeString('name', {
      nullable: true,
      description: 'The name at that time; null when the person was erased.',
    }),
    nodeId: t.id({
      nullable: true,
      description: 'The id of the person or token, for `node` and filters; null for operator and system.',
      resolve: (actor) => nodeIdOf(ACTOR_TYPES, actor),
    }),
    user: t.field({
      type: UserRef,
      nullable: true,
      description: 'The person as they are now; null for whoever is none, or is gone.',
      resolve: ({ kind, id }, _args, context) =>
        kind === 'administrator' && id !== null ? context.loader(userLoader).load(id) : null,
    }),
  }),
});

export const AuditTargetRef = builder.objectRef<Target>('AuditTarget').implement({
  description: 'What a change was made to.',
  fields: (t) => ({
    kind: t.expose('kind', { type: AuditTargetKindEnum, description: 'What it is.' }),
    nodeId: t.id({
      nullable: true,
      description: 'Its id, for `node` and filters; null for what has none.',
      resolve: (target) => nodeIdOf(TARGET_TYPES, target),
    }),
    version: t.exposeInt('version', {
      nullable: true,
      description: 'The version that the change gave a person or group: the order of their changes.',
    }),
    user: t.field({
      type: UserRef,
      nullable: true,
      description: 'The person as they are now, also a deleted one; null for other targets.',
      resolve: ({ kind, id }, _args, context) =>
        kind === 'user' && id !== null ? context.loader(userLoader).load(id) : null,
    }),
    group: t.field({
      type: GroupRef,
      nullable: true,
      description: 'The group as it is now; null for other targets, and for one that is gone.',
      resolve: ({ kind, id }, _args, context) =>
        kind === 'group' && id !== null ? context.loader(groupLoader).load(id) : null,
    }),
  }),
});

export const EventChangeRef = builder.objectRef<EventChange>('EventChange').implement({
  description: 'One thing that a change was about, before and after.',
  fields: (t) => ({
    field: t.exposeString('field', {
      description: 'Which: `userName`, `attributes.title`; `value` where the target has but one.',
    }),
    before: t.expose('before', {
      type: 'JSON',
      nullable: true,
      description: 'As it was; null for nothing.',
    }),
    after: t.expose('after', {
      type: 'JSON',
      nullable: true,
      description: 'As it became; null for nothing.',
    }),
  }),
});

const RequestOriginRef = builder.objectRef<NonNullable<AuditEvent['request']>>('RequestOrigin').implement({
  description: 'The request that brought a change.',
  fields: (t) => ({
    requestId: t.exposeString('id', { description: 'The `x-request-id` of its answer.' }),
    method: t.exposeString('method', { description: 'Its method: `PATCH`.' }),
    path: t.exposeString('path', { description: 'Its path.' }),
  }),
});

export const AuditEventRef = builder.objectRef<AuditEvent>('AuditEvent');

builder.node(AuditEventRef, {
  description: 'One change to the account, or a noteworthy attempt: by whom, to what, by which request.',
  authScopes: { right: 'logs:read' },
  id: { resolve: ({ id }) => id },
  loadMany: async (ids, { read, accountId, caller }) => {
    if (!caller.rights.has('logs:read')) return ids.map(() => null);
    const found = await read((db) => findAuditEventsById(db, accountId, ids));
    return ids.map((id) => found.get(id) ?? null);
  },
  fields: (t) => ({
    at: t.expose('at', { type: 'DateTime', description: 'When.' }),
    kind: t.exposeString('kind', {
      description: 'What happened: `user.deactivated`. docs/logs.md lists all kinds.',
    }),
    alert: t.exposeBoolean('alert', { description: 'Whether an administrator should look at it.' }),
    occurrences: t.exposeInt('occurrences', {
      description: 'How many equal attempts of the same minute it stands for; 1 for a change.',
    }),
    lastAt: t.expose('lastAt', {
      type: 'DateTime',
      nullable: true,
      description: 'When the last of several attempts was; null for a single one.',
    }),
    actor: t.expose('actor', { type: AuditActorRef, description: 'Who did it.' }),
    target: t.expose('target', { type: AuditTargetRef, description: 'To what.' }),
    changes: t.field({
      type: [EventChangeRef],
      description: 'What changed, before and after; empty where `detail` tells it in another way.',
      resolve: ({ detail }) => [...eventChanges(detail)],
    }),
    detail: t.expose('detail', {
      type: 'JSON',
      nullable: true,
      description:
        'All that is kept of it: the decision about a license, who joined a group. Null when it was blanked with a person who was erased.',
    }),
    request: t.expose('request', {
      type: RequestOriginRef,
      nullable: true,
      description: 'The request that it came from; null for what came without one.',
    }),
  }),
});
