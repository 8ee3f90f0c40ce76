import { mayBeOverwritten } from '@rollcall/domain/admins/manual-locks';
import { lockedUserActions } from '@rollcall/domain/licenses/choose-license';
import { decideFor } from '@rollcall/domain/users/license-user';
import { nameOf } from '@rollcall/domain/users/name-of';
import { findUsersById } from '@rollcall/domain/users/search-users';
import { isTombstone, type User } from '@rollcall/domain/users/user';
import { builder } from '../../graphql/builder.ts';
import { LicenseTypeEnum } from '../enums.ts';
import { LicenseDecisionRef } from '../licenses/license-decision.ts';
import { LockedActionRef } from '../locked-action.ts';
import { LicenseRef } from './license.ts';
import { UserDeleterEnum, UserStateEnum } from './user-enums.ts';

/** A person of the account. Areas add what hangs on a person: memberships, sessions, history. */
export const UserRef = builder.objectRef<User>('User');

builder.node(UserRef, {
  description: 'A person in the account. Whoever may read people sees everybody; anybody sees themselves.',
  authScopes: ({ id }, { caller }) => (id === caller.userId ? true : { right: 'people:read' }),
  id: { resolve: ({ id }) => id },
  loadMany: async (ids, context) => {
    const { caller, accountId } = context;
    const visible = caller.rights.has('people:read') ? ids : ids.filter((id) => id === caller.userId);
    const users = await context.read((db) => findUsersById(db, accountId, visible));
    return ids.map((id) => users.get(id) ?? null);
  },
  fields: (t) => ({
    state: t.expose('state', { type: UserStateEnum, description: 'Whether they can use the account.' }),
    deletedBy: t.expose('deletedBy', {
      type: UserDeleterEnum,
      nullable: true,
      description: 'Who deleted them; null for the living.',
    }),
    userName: t.exposeString('userName', { description: 'What they sign in with, unique in the account.' }),
    pendingUserName: t.exposeString('pendingUserName', {
      nullable: true,
      description: 'A new user name that waits to be confirmed from that address; null for none.',
    }),
    name: t.string({
      description: 'What to call them: the display name, else the parts of the name, else the user name.',
      resolve: (user) => nameOf(user),
    }),
    signInEmail: t.exposeString('signInEmail', {
      nullable: true,
      description: 'The address that was confirmed, by its domain or by the person. Null for none yet.',
    }),
    externalId: t.exposeString('externalId', {
      nullable: true,
      description: 'The id that the identity provider knows them by.',
    }),
    scimManaged: t.exposeBoolean('scimManaged', {
      description: 'Whether the identity provider made them or wrote to them.',
    }),
    localAdministrator: t.exposeBoolean('localAdministrator', {
      description:
        'Whether they are an administrator for emergencies, whom the identity provider never sees.',
    }),
    signInGroups: t.exposeStringList('signInGroups', {
      nullable: true,
      description:
        'The identity provider’s groups in the token of their last sign-in. Null where none are known.',
    }),
    license: t.field({
      type: LicenseRef,
      nullable: true,
      description: 'The license that they hold, in effect while they are active. Null for none.',
      resolve: ({ licenseType, licenseSource }) =>
        licenseType === null || licenseSource === null ? null : { type: licenseType, source: licenseSource },
    }),
    assertedLicenseType: t.expose('assertedLicenseType', {
      type: LicenseTypeEnum,
      nullable: true,
      description: 'What the identity provider last sent in `licenseType` and has not removed since.',
    }),
    manualLicenseType: t.expose('manualLicenseType', {
      type: LicenseTypeEnum,
      nullable: true,
      description: 'What an administrator chose. It counts where no other rule stands before it.',
    }),
    licenseDecision: t.field({
      type: LicenseDecisionRef,
      nullable: true,
      description:
        'Which license the rules give them as things stand now, and why; for who is not active, what they would get. It differs from `license` where no seat was free, or the ground has moved since. Null for the deleted and for local administrators.',
      resolve: async (user, _args, context) =>
        isTombstone(user) || user.localAdministrator
          ? null
          : decideFor(user, await context.accountSettings()),
    }),
    lockedActions: t.field({
      type: [LockedActionRef],
      description: 'What cannot be done to them by hand at the moment, and why.',
      resolve: async (user, _args, context) => [...lockedUserActions(await context.accountSettings(), user)],
    }),
    mayBeOverwritten: t.boolean({
      description: 'Whether the identity provider’s next write may undo a change by hand.',
      resolve: async (user, _args, context) => mayBeOverwritten((await context.accountSettings()).scim, user),
    }),
    erased: t.exposeBoolean('erased', { description: 'Whether their personal data was blanked for good.' }),
    version: t.exposeInt('version', { description: 'For `expectedVersion` of a change.' }),
    createdAt: t.expose('createdAt', { type: 'DateTime', description: 'When they were made.' }),
    updatedAt: t.expose('updatedAt', { type: 'DateTime', description: 'When they last changed.' }),
    activatedAt: t.expose('activatedAt', {
      type: 'DateTime',
      nullable: true,
      description: 'When they first became active. Null for who has only been invited.',
    }),
  }),
});
