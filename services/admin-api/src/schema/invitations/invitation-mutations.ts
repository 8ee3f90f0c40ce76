import {
  resendConfirmationByHand,
  resendInvitationByHand,
  revokeInvitationByHand,
} from '@rollcall/domain/invitations/invitations-by-hand';
import type { FieldMap } from '@pothos/core';
import type { User } from '@rollcall/domain/users/user';
import { builder, type SchemaTypes } from '../../graphql/builder.ts';
import { rowId } from '../../graphql/global-ids.ts';
import { NotFound, Refused } from '../../graphql/user-errors.ts';
import { UserRef } from '../users/user.ts';

type Types = PothosSchemaTypes.ExtendDefaultTypes<SchemaTypes>;

builder.relayMutationField(
  'invitationResend',
  {
    description: 'Somebody to invite again.',
    inputFields: (t) => ({ userId: t.id({ required: true, description: 'A user who is invited.' }) }),
  },
  {
    description:
      'Sends somebody who is invited a new invitation of 14 days, after a revocation or an expiry too. The link of an earlier one dies. Allowed whatever SCIM locks.',
    authScopes: { right: 'people:write' },
    errors: { types: [NotFound, Refused] },
    resolve: (_root, { input }, { write, caller, accountId, now }) =>
      write((trx) => resendInvitationByHand(trx, caller, accountId, rowId(input.userId, 'User'), now)),
  },
  { description: 'A new invitation is on its way.', outputFields: addressee },
);

builder.relayMutationField(
  'invitationRevoke',
  {
    description: 'Somebody whose invitation to withdraw.',
    inputFields: (t) => ({ userId: t.id({ required: true, description: 'A user who is invited.' }) }),
  },
  {
    description:
      'Withdraws the invitation of somebody: its link dies. They stay invited, so that another one can be sent. Doing it again changes nothing. Allowed whatever SCIM locks.',
    authScopes: { right: 'people:write' },
    errors: { types: [NotFound, Refused] },
    resolve: (_root, { input }, { write, caller, accountId, now }) =>
      write((trx) => revokeInvitationByHand(trx, caller, accountId, rowId(input.userId, 'User'), now)),
  },
  { description: 'The invitation can be accepted no longer.', outputFields: addressee },
);

builder.relayMutationField(
  'emailChangeResend',
  {
    description: 'Somebody whose new address to ask again.',
    inputFields: (t) => ({
      userId: t.id({ required: true, description: 'A user with an `emailChange` that waits.' }),
    }),
  },
  {
    description:
      'Asks the new address of somebody once more to confirm the change that waits. The earlier link dies.',
    authScopes: { right: 'people:write' },
    errors: { types: [NotFound, Refused] },
    resolve: (_root, { input }, { write, caller, accountId, now }) =>
      write((trx) => resendConfirmationByHand(trx, caller, accountId, rowId(input.userId, 'User'), now)),
  },
  { description: 'A new mail is on its way.', outputFields: addressee },
);

function addressee(t: PothosSchemaTypes.ObjectFieldBuilder<Types, User>): FieldMap {
  return {
    user: t.field({ type: UserRef, description: 'The person.', resolve: (user) => user }),
  };
}
