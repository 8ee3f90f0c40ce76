import { builder } from '../../graphql/builder.ts';

export const UserStateEnum = builder.enumType('UserState', {
  description: 'Where a person stands. Only the active hold a seat.',
  values: {
    INVITED: { value: 'invited', description: 'Has not accepted yet; SCIM shows them as active.' },
    ACTIVE: { value: 'active', description: 'Can use the account.' },
    DEACTIVATED: { value: 'deactivated', description: 'Out of use; memberships are kept for their return.' },
    DELETED: { value: 'deleted', description: 'A tombstone. It can be restored until it is erased.' },
  } as const,
});

export const UserDeleterEnum = builder.enumType('UserDeleter', {
  description: 'Who deleted a person.',
  values: {
    SCIM: {
      value: 'scim',
      description: 'The identity provider, which sees them no longer. The user name is free.',
    },
    ADMINISTRATOR: {
      value: 'administrator',
      description: 'An administrator. SCIM shows them as inactive, and they keep the user name.',
    },
  } as const,
});
