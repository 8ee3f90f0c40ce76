import { createUserByHand } from '@rollcall/domain/users/create-user-by-hand';
import { deleteUserByHand } from '@rollcall/domain/users/delete-user-by-hand';
import { editUser } from '@rollcall/domain/users/edit-user';
import { eraseUser } from '@rollcall/domain/users/erase-user';
import { restoreUser } from '@rollcall/domain/users/restore-user';
import { deactivateUser, reactivateUser } from '@rollcall/domain/users/set-active';
import { findUsersById } from '@rollcall/domain/users/search-users';
import { builder } from '../../graphql/builder.ts';
import { rowId } from '../../graphql/global-ids.ts';
import {
  Conflict,
  LastAccountAdmin,
  ManualUpdatesLocked,
  NoFreeSeat,
  NotFound,
  Refused,
  VersionMismatch,
} from '../../graphql/user-errors.ts';
import { LicenseTypeEnum } from '../enums.ts';
import { profileInputFields } from './profile.ts';
import { changedPerson, onePerson } from './user-change.ts';
import { UserRef } from './user.ts';

builder.relayMutationField(
  'userCreate',
  {
    description: 'A person to make.',
    inputFields: (t) => ({
      userName: t.string({
        description:
          'What they sign in with: an e-mail address, unless the account allows any text. Required.',
      }),
      email: t.string({
        description:
          'The work e-mail. Where user names are addresses it is the user name, and either says both.',
      }),
      ...profileInputFields(t),
      licenseType: t.field({
        type: LicenseTypeEnum,
        description: 'The license to choose for them; needs `licenses:write`. Without it the rules decide.',
      }),
      groupIds: t.idList({
        description: 'Groups that they join besides those that newcomers are put into, at most 50.',
      }),
      idempotencyKey: t.string({ description: 'Makes the request safe to repeat: a random UUID.' }),
    }),
  },
  {
    description:
      'Makes a person whom the identity provider does not manage. With an address in a verified domain they are active and licensed at once; anybody else is invited by e-mail.',
    authScopes: { right: 'people:write' },
    errors: { types: [Conflict, ManualUpdatesLocked, NoFreeSeat, NotFound, Refused] },
    resolve: (_root, { input }, { write, caller, accountId, now }) => {
      const { userName, email, licenseType, groupIds, idempotencyKey, ...profile } = input;
      const person = {
        ...profile,
        userName: userName ?? undefined,
        email: email ?? undefined,
        licenseType: licenseType ?? undefined,
        groupIds: groupIds?.map((id) => rowId(id, 'Group')),
        idempotencyKey: idempotencyKey ?? undefined,
      };
      return write(async (trx) => ({ user: await createUserByHand(trx, caller, accountId, person, now) }));
    },
  },
  {
    description: 'A person was made.',
    outputFields: (t) => ({
      user: t.field({ type: UserRef, description: 'The person.', resolve: ({ user }) => user }),
    }),
  },
);

builder.relayMutationField(
  'userUpdate',
  {
    description: 'A change of a profile. What is left out stays as it is; null takes it away.',
    inputFields: (t) => ({
      ...onePerson(t),
      userName: t.string({
        description:
          'A new user name. One in a verified domain applies at once; elsewhere it waits until it is confirmed from there. The one in effect cancels a change that waits. Cannot be null.',
      }),
      email: t.string({
        description:
          'A new work e-mail. Where user names are addresses it is the user name, and either says both; it cannot be null then.',
      }),
      ...profileInputFields(t),
    }),
  },
  {
    description: 'Changes a person’s profile or address by hand.',
    authScopes: { right: 'people:write' },
    errors: {
      types: [NotFound, VersionMismatch, Conflict, ManualUpdatesLocked, NoFreeSeat, Refused],
    },
    resolve: (_root, { input }, { write, caller, accountId, now }) => {
      const { id, expectedVersion, userName, ...profile } = input;
      const edit = { ...profile, userName: userName ?? undefined };
      return write((trx) =>
        editUser(trx, caller, accountId, rowId(id, 'User'), edit, now, expectedVersion ?? undefined),
      );
    },
  },
  { description: 'The profile is as it was asked for.', outputFields: changedPerson },
);

builder.relayMutationField(
  'userDeactivate',
  { description: 'A person to take out of use.', inputFields: onePerson },
  {
    description:
      'Takes a person out of use: their sessions end, their seat is free, an invitation is revoked. Memberships are kept for their return. Doing it again changes nothing.',
    authScopes: { right: 'people:write' },
    errors: { types: [NotFound, VersionMismatch, ManualUpdatesLocked, LastAccountAdmin, Refused] },
    resolve: (_root, { input }, { write, caller, accountId, now }) =>
      write((trx) =>
        deactivateUser(
          trx,
          caller,
          accountId,
          rowId(input.id, 'User'),
          now,
          input.expectedVersion ?? undefined,
        ),
      ),
  },
  { description: 'The person is deactivated.', outputFields: changedPerson },
);

builder.relayMutationField(
  'userReactivate',
  { description: 'A person to bring back.', inputFields: onePerson },
  {
    description:
      'Brings a deactivated person back, with the memberships that were kept. Who had only been invited is invited again.',
    authScopes: { right: 'people:write' },
    errors: { types: [NotFound, VersionMismatch, ManualUpdatesLocked, NoFreeSeat, Refused] },
    resolve: (_root, { input }, { write, caller, accountId, now }) =>
      write((trx) =>
        reactivateUser(
          trx,
          caller,
          accountId,
          rowId(input.id, 'User'),
          now,
          input.expectedVersion ?? undefined,
        ),
      ),
  },
  { description: 'The person is active, or invited again.', outputFields: changedPerson },
);

builder.relayMutationField(
  'userDelete',
  { description: 'A person to delete.', inputFields: onePerson },
  {
    description:
      'Deletes a person. A tombstone stays that can be restored: SCIM shows it as inactive, and it keeps the user name. Doing it again changes nothing.',
    authScopes: { right: 'people:write' },
    errors: { types: [NotFound, VersionMismatch, ManualUpdatesLocked, LastAccountAdmin, Refused] },
    resolve: (_root, { input }, { write, caller, accountId, now }) =>
      write((trx) =>
        deleteUserByHand(
          trx,
          caller,
          accountId,
          rowId(input.id, 'User'),
          now,
          input.expectedVersion ?? undefined,
        ),
      ),
  },
  { description: 'The person is deleted.', outputFields: changedPerson },
);

builder.relayMutationField(
  'userRestore',
  {
    description: 'A person to restore.',
    inputFields: (t) => ({ id: t.id({ required: true, description: 'The deleted person.' }) }),
  },
  {
    description:
      'Brings a deleted person back, invited or active by their address, with a newly decided license. Whom SCIM deleted comes without groups, whom an administrator deleted with those that were kept.',
    authScopes: { right: 'people:write' },
    errors: { types: [NotFound, Conflict, ManualUpdatesLocked, NoFreeSeat, Refused] },
    resolve: (_root, { input }, { write, caller, accountId, now }) =>
      write((trx) => restoreUser(trx, caller, accountId, rowId(input.id, 'User'), now)),
  },
  { description: 'The person is back.', outputFields: changedPerson },
);

builder.relayMutationField(
  'userErase',
  {
    description: 'A person to erase.',
    inputFields: (t) => ({ id: t.id({ required: true, description: 'The deleted person.' }) }),
  },
  {
    description:
      'Blanks a deleted person’s personal data for good, in audit and provisioning events too; the user name is free. It cannot be undone. Doing it again changes nothing.',
    authScopes: { right: 'people:write' },
    errors: { types: [NotFound, Refused] },
    resolve: (_root, { input }, { write, caller, accountId, now }) => {
      const userId = rowId(input.id, 'User');
      return write(async (trx) => {
        await eraseUser(trx, caller, accountId, userId, now);
        return { userId };
      });
    },
  },
  {
    description: 'The personal data is gone.',
    outputFields: (t) => ({
      user: t.field({
        type: UserRef,
        description: 'What is left: the id, and when things happened.',
        resolve: async ({ userId }, _args, { read, accountId }) => {
          const found = (await read((db) => findUsersById(db, accountId, [userId]))).get(userId);
          if (found === undefined) throw new Error('An erased person is not there.');
          return found;
        },
      }),
    }),
  },
);
