import { findProvisioningEventsById } from '@rollcall/domain/provisioning-log/list-provisioning-events';
import type { Preconditions, ProvisioningEvent } from '@rollcall/domain/provisioning-log/provisioning-event';
import { placedById } from '@rollcall/domain/pages/newest-first';
import { builder } from '../../graphql/builder.ts';
import { pageComplexity, resolveConnection } from '../../graphql/connections.ts';
import { groupLoader } from '../groups/group-loaders.ts';
import { GroupRef } from '../groups/group.ts';
import { ScimTokenRef } from '../scim/scim-token.ts';
import { userLoader } from '../users/user-loader.ts';
import { UserRef } from '../users/user.ts';
import { AuditEventRef } from './audit-event.ts';
import {
  provisioningEventLoader,
  requestEventCountLoader,
  requestEventsLoader,
  scimTokenLoader,
} from './log-loaders.ts';

export const LeniencyRef = builder.objectRef<{ code: string; text: string }>('Leniency').implement({
  description: 'Something that was read although the RFCs do not allow it.',
  fields: (t) => ({
    leniency: t.exposeString('code', { description: 'Which: `op-case`. docs/scim.md describes each.' }),
    text: t.exposeString('text', { description: 'In words.' }),
  }),
});

const PreconditionsRef = builder.objectRef<Preconditions>('Preconditions').implement({
  description: 'The conditions that a request was sent under.',
  fields: (t) => ({
    ifMatch: t.string({
      nullable: true,
      description: 'Its If-Match header.',
      resolve: ({ ifMatch }) => ifMatch ?? null,
    }),
    ifNoneMatch: t.string({
      nullable: true,
      description: 'Its If-None-Match header.',
      resolve: ({ ifNoneMatch }) => ifNoneMatch ?? null,
    }),
  }),
});

export const ProvisioningEventRef = builder.objectRef<ProvisioningEvent>('ProvisioningEvent');

builder.node(ProvisioningEventRef, {
  description:
    'One SCIM request with a valid token, and what became of it. Secrets are removed before it is kept.',
  authScopes: { right: 'logs:read' },
  id: { resolve: ({ id }) => id },
  loadMany: async (ids, { read, accountId, caller }) => {
    if (!caller.rights.has('logs:read')) return ids.map(() => null);
    const found = await read((db) => findProvisioningEventsById(db, accountId, ids));
    return ids.map((id) => found.get(id) ?? null);
  },
  fields: (t) => ({
    requestId: t.exposeString('id', {
      description: 'The `x-request-id` of the answer; the audit events of the request name it, too.',
    }),
    at: t.expose('at', { type: 'DateTime', description: 'When the request arrived.' }),
    durationMs: t.exposeFloat('durationMs', { description: 'How long it took, in milliseconds.' }),
    method: t.exposeString('method', { description: 'Its method: `PATCH`.' }),
    path: t.exposeString('path', { description: 'Its path with the query, as received.' }),
    status: t.exposeInt('status', { description: 'The HTTP status of the answer.' }),
    address: t.exposeString('address', { description: 'Where it came from.' }),
    userAgent: t.exposeString('userAgent', { nullable: true, description: 'What the client calls itself.' }),
    token: t.field({
      type: ScimTokenRef,
      nullable: true,
      description: 'The token that it was sent with, also a revoked one.',
      authScopes: { right: 'scim_tokens:read' },
      resolve: ({ tokenId }, _args, context) => context.loader(scimTokenLoader).load(tokenId),
    }),
    resourceType: t.exposeString('resourceType', {
      nullable: true,
      description: '`User` or `Group`; null where none was touched.',
    }),
    resourceId: t.exposeString('resourceId', {
      nullable: true,
      description: 'The id that SCIM knows the resource by.',
    }),
    user: t.field({
      type: UserRef,
      nullable: true,
      description: 'The person whom it was about, as they are now; null for others, and for who is gone.',
      resolve: ({ resourceType, resourceId }, _args, context) =>
        resourceType === 'User' && resourceId !== null ? context.loader(userLoader).load(resourceId) : null,
    }),
    group: t.field({
      type: GroupRef,
      nullable: true,
      description: 'The group that it was about, as it is now; null for others, and for one that is gone.',
      resolve: ({ resourceType, resourceId }, _args, context) =>
        resourceType === 'Group' && resourceId !== null ? context.loader(groupLoader).load(resourceId) : null,
    }),
    scimType: t.exposeString('scimType', {
      nullable: true,
      description: 'What kind of refusal it was, as SCIM names it: `uniqueness`.',
    }),
    errorDetail: t.exposeString('errorDetail', {
      nullable: true,
      description: 'Why it was refused, as the identity provider was told.',
    }),
    reading: t.field({
      type: [LeniencyRef],
      description: 'What was read although the RFCs do not allow it.',
      resolve: ({ leniencies }) => [...leniencies],
    }),
    preconditions: t.expose('preconditions', {
      type: PreconditionsRef,
      nullable: true,
      description: 'The conditions that it was sent under; null for none.',
    }),
    requestBody: t.expose('requestBody', {
      type: 'JSON',
      nullable: true,
      description:
        'What was sent, without secrets and cut where it was long. Null for nothing, and for what was no JSON.',
    }),
    answer: t.expose('answer', {
      type: 'JSON',
      nullable: true,
      description:
        'What the answer said beyond status, resource and refusal: the version that was made, the total of a list, each operation of a bulk request.',
    }),
    auditEvents: t.connection({
      type: AuditEventRef,
      description: 'What it changed, in the order of the changes.',
      complexity: pageComplexity,
      resolve: ({ id, at, durationMs }, args, context) => {
        const request = { id, at, durationMs };
        return resolveConnection(
          args,
          async ({ behind, backward, limit }) => {
            const cut = { behind: behind?.id, backward, limit };
            return placedById(await context.loader(requestEventsLoader).load({ request, cut }));
          },
          () => context.loader(requestEventCountLoader).load(request),
        );
      },
    }),
  }),
});

builder.objectField(AuditEventRef, 'provisioningEvent', (t) =>
  t.field({
    type: ProvisioningEventRef,
    nullable: true,
    description:
      'The SCIM request that brought it; null for other requests, and once it has expired or a crash has lost it.',
    resolve: ({ actor, request }, _args, context) =>
      actor.kind === 'scim_token' && request !== null
        ? context.loader(provisioningEventLoader).load(request.id)
        : null,
  }),
);
