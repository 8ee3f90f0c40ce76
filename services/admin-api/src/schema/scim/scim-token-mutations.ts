import {
  issueScimToken,
  rotateScimToken,
  withdrawScimToken,
} from '@rollcall/domain/scim-access/tokens-by-hand';
import { builder } from '../../graphql/builder.ts';
import { rowId } from '../../graphql/global-ids.ts';
import { Conflict, NotFound, Refused } from '../../graphql/user-errors.ts';
import { ScimTokenRef } from './scim-token.ts';

const VALUE_DESCRIPTION =
  'The token itself. Shown this once: null in the answer to a repeat of the request (same idempotencyKey).';

builder.relayMutationField(
  'scimTokenCreate',
  {
    description: 'A new SCIM token.',
    inputFields: (t) => ({
      name: t.string({ required: true, description: 'What it is for: `Okta production`.' }),
      expiresAt: t.field({
        type: 'DateTime',
        description: 'When it stops working. Without it, it works until it is revoked.',
      }),
      idempotencyKey: t.string({ description: 'Makes the request safe to repeat: a random UUID.' }),
    }),
  },
  {
    description: 'Makes a SCIM token. Several may be in force at once.',
    authScopes: { right: 'scim_tokens:write' },
    errors: { types: [Conflict] },
    resolve: (_root, { input }, { write, caller, accountId, now }) => {
      const { name, expiresAt, idempotencyKey } = input;
      const request = {
        name,
        expiresAt: expiresAt ?? undefined,
        idempotencyKey: idempotencyKey ?? undefined,
      };
      return write((trx) => issueScimToken(trx, caller, accountId, request, now));
    },
  },
  {
    description: 'A SCIM token was made.',
    outputFields: (t) => ({
      scimToken: t.field({
        type: ScimTokenRef,
        description: 'The new token.',
        resolve: ({ token }) => token,
      }),
      value: t.exposeString('value', { nullable: true, description: VALUE_DESCRIPTION }),
    }),
  },
);

builder.relayMutationField(
  'scimTokenRotate',
  {
    description: 'A token to exchange.',
    inputFields: (t) => ({
      id: t.id({ required: true, description: 'The token that is in use now.' }),
      overlapDays: t.int({
        defaultValue: 7,
        description: 'How many days both work, 0 to 90: time to put the new one into the identity provider.',
      }),
      expiresAt: t.field({ type: 'DateTime', description: 'When the new token stops working.' }),
      idempotencyKey: t.string({ description: 'Makes the request safe to repeat: a random UUID.' }),
    }),
  },
  {
    description:
      'Exchanges a SCIM token without an outage: a new one of the same name, and an end for the old one.',
    authScopes: { right: 'scim_tokens:write' },
    errors: { types: [NotFound, Refused, Conflict] },
    resolve: (_root, { input }, { write, caller, accountId, now }) => {
      const request = {
        tokenId: rowId(input.id, 'ScimToken'),
        overlapDays: input.overlapDays ?? 7,
        expiresAt: input.expiresAt ?? undefined,
        idempotencyKey: input.idempotencyKey ?? undefined,
      };
      return write((trx) => rotateScimToken(trx, caller, accountId, request, now));
    },
  },
  {
    description: 'A SCIM token was exchanged.',
    outputFields: (t) => ({
      scimToken: t.field({
        type: ScimTokenRef,
        description: 'The new token.',
        resolve: ({ token }) => token,
      }),
      value: t.exposeString('value', { nullable: true, description: VALUE_DESCRIPTION }),
      oldScimToken: t.field({
        type: ScimTokenRef,
        description: 'The old one, with its new expiry. `lastUsedAt` tells whether it is still in use.',
        resolve: ({ old }) => old,
      }),
    }),
  },
);

builder.relayMutationField(
  'scimTokenRevoke',
  {
    description: 'A token to end.',
    inputFields: (t) => ({
      id: t.id({ required: true, description: 'The token.' }),
    }),
  },
  {
    description:
      'Ends a SCIM token: every process refuses it within a second. Doing it again changes nothing.',
    authScopes: { right: 'scim_tokens:revoke' },
    errors: { types: [NotFound] },
    resolve: (_root, { input }, { write, caller, accountId, now }) =>
      write(async (trx) => ({
        token: await withdrawScimToken(trx, caller, accountId, rowId(input.id, 'ScimToken'), now),
      })),
  },
  {
    description: 'A SCIM token was revoked.',
    outputFields: (t) => ({
      scimToken: t.field({ type: ScimTokenRef, description: 'The token.', resolve: ({ token }) => token }),
    }),
  },
);
