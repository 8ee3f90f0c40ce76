import { type LockedAction, lockedActions } from '@rollcall/domain/admins/manual-locks';
import { builder } from '../graphql/builder.ts';
import { AccountRef } from './account/account.ts';

const LockableActionEnum = builder.enumType('LockableAction', {
  description: 'What SCIM can keep administrators from doing by hand.',
  values: {
    USER_CREATE: { value: 'user_create', description: 'Making or inviting users.' },
    USER_UPDATE: { value: 'user_update', description: 'Editing the profile or address of a user.' },
    USER_DEACTIVATE: { value: 'user_deactivate', description: 'Deactivating a user.' },
    USER_REACTIVATE: { value: 'user_reactivate', description: 'Reactivating a user.' },
    USER_DELETE: { value: 'user_delete', description: 'Deleting a user.' },
    USER_RESTORE: { value: 'user_restore', description: 'Restoring a deleted user.' },
    USER_LICENSE_SET: { value: 'user_license_set', description: 'Choosing the license of a user.' },
    GROUP_RENAME: { value: 'group_rename', description: 'Renaming a group.' },
    GROUP_MEMBERS_CHANGE: {
      value: 'group_members_change',
      description: 'Adding members to a group and removing them.',
    },
    GROUP_DELETE: { value: 'group_delete', description: 'Deleting a group.' },
  } as const,
});

/** An action that is not allowed now, so that no client derives the rule again. */
export const LockedActionRef = builder.objectRef<LockedAction>('LockedAction').implement({
  description:
    'An action that is not allowed by hand at the moment: by the account’s SCIM configuration, or because something else decides. Whatever is not named is not locked.',
  fields: (t) => ({
    action: t.expose('action', { type: LockableActionEnum, description: 'What is not allowed.' }),
    reason: t.exposeString('reason', {
      description: 'Why, for a person to read, and what to do instead.',
    }),
    setting: t.exposeString('setting', {
      nullable: true,
      description:
        'The setting of `ScimConfiguration` that locks it: `allowManualUpdates`. Null where a rule does that no setting ends.',
    }),
  }),
});

builder.objectField(AccountRef, 'lockedActions', (t) =>
  t.field({
    type: [LockedActionRef],
    nullable: true,
    description: 'What cannot be done by hand at the moment, of what is done to nobody yet: making people.',
    authScopes: { right: 'people:read' },
    resolve: async (_account, _args, { accountSettings }) => [
      ...lockedActions((await accountSettings()).scim, { kind: 'account' }),
    ],
  }),
);
