import { countUsers, findUserByName, findUsersById, searchUsers } from '@rollcall/domain/users/search-users';
import type { UserSearch } from '@rollcall/domain/users/user-search';
import { builder } from '../../graphql/builder.ts';
import { pageComplexity, resolveConnection } from '../../graphql/connections.ts';
import { rowId } from '../../graphql/global-ids.ts';
import { AccountRef } from '../account/account.ts';
import { ViewerRef } from '../account/viewer.ts';
import { LicenseTypeEnum, OrderDirectionEnum } from '../enums.ts';
import { LicenseSourceEnum } from '../licenses/license-decision.ts';
import { UserStateEnum } from './user-enums.ts';
import { UserRef } from './user.ts';

const UserFilterInput = builder.inputType('UserFilter', {
  description: 'Which people. All that is given has to hold; what is left out does not matter.',
  fields: (t) => ({
    search: t.string({
      description:
        'Words that each are a part of a name, the user name or an e-mail address, in any letter case: `ana acme.com`. Words of three or more characters are found by an index.',
    }),
    state: t.field({
      type: UserStateEnum,
      description: 'Where they stand. The deleted are found by `DELETED` alone.',
    }),
    licenseType: t.field({ type: LicenseTypeEnum, description: 'The license that they hold.' }),
    licenseSource: t.field({ type: LicenseSourceEnum, description: 'What decided that license.' }),
    scimManaged: t.boolean({ description: 'Whether the identity provider made them or wrote to them.' }),
    group: t.id({ description: 'The id of a group that they are in, also held.' }),
    createdFrom: t.field({ type: 'DateTime', description: 'Made at that time or later.' }),
    createdBefore: t.field({ type: 'DateTime', description: 'Made before that time.' }),
  }),
});

const UserOrderFieldEnum = builder.enumType('UserOrderField', {
  description: 'What people can be ordered by.',
  values: {
    USER_NAME: { value: 'userName', description: 'The user name, in any letter case.' },
    CREATED_AT: { value: 'createdAt', description: 'When they were made.' },
    UPDATED_AT: {
      value: 'updatedAt',
      description: 'When they last changed. No index has this order: it takes longer in large accounts.',
    },
  } as const,
});

const UserOrderInput = builder.inputType('UserOrder', {
  description: 'The order of people.',
  fields: (t) => ({
    field: t.field({ type: UserOrderFieldEnum, required: true, description: 'What by.' }),
    direction: t.field({
      type: OrderDirectionEnum,
      required: true,
      defaultValue: 'ASC',
      description: 'Which way.',
    }),
  }),
});

builder.objectField(AccountRef, 'users', (t) =>
  t.connection({
    type: UserRef,
    nullable: true,
    description:
      'The people of the account, by user name unless asked otherwise. The deleted only where the filter asks for them.',
    authScopes: { right: 'people:read' },
    args: {
      filter: t.arg({ type: UserFilterInput, description: 'Which people; everybody living without it.' }),
      orderBy: t.arg({ type: UserOrderInput, description: 'Their order.' }),
    },
    complexity: pageComplexity,
    resolve: (_account, { filter, orderBy, ...args }, { read, accountId }) => {
      const search = searchOf(filter ?? {});
      const order = {
        field: orderBy?.field ?? ('userName' as const),
        descending: orderBy?.direction === 'DESC',
      };
      return resolveConnection(
        args,
        (slice) => read((db) => searchUsers(db, accountId, { search, order, ...slice })),
        () => read((db) => countUsers(db, accountId, search)),
      );
    },
  }),
);

builder.objectField(AccountRef, 'user', (t) =>
  t.field({
    type: UserRef,
    nullable: true,
    description:
      'One person, by `id` or else by `userName`; null where there is none, or none that the caller may see. Whoever waits for a new user name is found by both names.',
    args: {
      id: t.arg.id({ description: 'Their id. Finds the deleted, too.' }),
      userName: t.arg.string({ description: 'Their user name, in any letter case.' }),
    },
    resolve: async (_account, { id, userName }, { read, accountId, caller }) => {
      const found = await read(async (db) =>
        id === undefined || id === null
          ? findUserByName(db, accountId, userName ?? '')
          : (await findUsersById(db, accountId, [rowId(id, 'User')])).get(rowId(id, 'User')),
      );
      const mayKnow = caller.rights.has('people:read') || found?.id === caller.userId;
      return mayKnow ? (found ?? null) : null;
    },
  }),
);

builder.objectField(ViewerRef, 'user', (t) =>
  t.field({
    type: UserRef,
    nullable: true,
    description:
      'The signed-in person; null for a script. Everybody may see themselves, their license and why.',
    resolve: async ({ userId }, _args, { read, accountId }) =>
      userId === null
        ? null
        : ((await read((db) => findUsersById(db, accountId, [userId]))).get(userId) ?? null),
  }),
);

function searchOf(filter: typeof UserFilterInput.$inferInput): UserSearch {
  const { group } = filter;
  return {
    search: filter.search ?? undefined,
    state: filter.state ?? undefined,
    licenseType: filter.licenseType ?? undefined,
    licenseSource: filter.licenseSource ?? undefined,
    managed: filter.scimManaged ?? undefined,
    groupId: group === undefined || group === null ? undefined : rowId(group, 'Group'),
    createdFrom: filter.createdFrom ?? undefined,
    createdBefore: filter.createdBefore ?? undefined,
  };
}
