import { issueServiceToken, withdrawServiceToken } from '@rollcall/domain/scim-access/tokens-by-hand';
import { builder } from '../../graphql/builder.ts';
import { rowId } from '../../graphql/global-ids.ts';
import { Conflict, NotFound } from '../../graphql/user-errors.ts';
import { PermissionSetEnum } from '../enums.ts';
import { ServiceTokenRef } from './service-token.ts';

builder.relayMutationField(
  'serviceTokenCreate',
  {
    description: 'A new service token.',
    inputFields: (t) => ({
      name: t.string({ required: true, description: 'What it is for: `nightly export`.' }),
      permissionSets: t.field({
        type: [PermissionSetEnum],
        required: true,
        description: 'What the script may do; nothing that the caller may not do.',
      }),
      expiresAt: t.field({
        type: 'DateTime',
        description: 'When it stops working. Without it, it works until it is revoked.',
      }),
      idempotencyKey: t.string({ description: 'Makes the request safe to repeat: a random UUID.' }),
    }),
  },
  {
    description: 'Makes a service token. Nobody gives a right that they lack.',
    authScopes: { right: 'service_tokens:write' },
    errors: { types: [Conflict] },
    resolve: (_root, { input }, { write, caller, accountId, now }) => {
      const { name, permissionSets, expiresAt, idempotencyKey } = input;
      const request = {
        name,
        permissionSets,
        expiresAt: expiresAt ?? undefined,
        idempotencyKey: idempotencyKey ?? undefined,
      };
      return write((trx) => issueServiceToken(trx, caller, accountId, request, now));
    },
  },
  {
    description: 'A service token was made.',
    outputFields: (t) => ({
      serviceToken: t.field({
        type: ServiceTokenRef,
        description: 'The new token.',
        resolve: ({ token }) => token,
      }),
      value: t.exposeString('value', {
        nullable: true,
        description:
          'The token itself. Shown this once: null in the answer to a repeat of the request (same idempotencyKey).',
      }),
    }),
  },
);

builder.relayMutationField(
  'serviceTokenRevoke',
  {
    description: 'A token to end.',
    inputFields: (t) => ({
      id: t.id({ required: true, description: 'The token.' }),
    }),
  },
  {
    description: 'Ends a service token: its very next request is refused. Doing it again changes nothing.',
    authScopes: { right: 'service_tokens:revoke' },
    errors: { types: [NotFound] },
    resolve: (_root, { input }, { write, caller, accountId, now }) =>
      write(async (trx) => ({
        token: await withdrawServiceToken(trx, caller, accountId, rowId(input.id, 'ServiceToken'), now),
      })),
  },
  {
    description: 'A service token was revoked.',
    outputFields: (t) => ({
      serviceToken: t.field({
        type: ServiceTokenRef,
        description: 'The token.',
        resolve: ({ token }) => token,
      }),
    }),
  },
);
