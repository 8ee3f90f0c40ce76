import { countGroups, searchGroups } from '@rollcall/domain/groups/search-groups';
import type { GroupSearch } from '@rollcall/domain/groups/group-search';
import { isGiven } from '../../graphql/is-given.ts';
import { builder } from '../../graphql/builder.ts';
import { pageComplexity, resolveConnection } from '../../graphql/connections.ts';
import { rowId } from '../../graphql/global-ids.ts';
import { AccountRef } from '../account/account.ts';
import { OrderDirectionEnum, PermissionSetEnum } from '../enums.ts';
import { GroupRef } from './group.ts';

const GroupFilterInput = builder.inputType('GroupFilter', {
  description: 'Which groups. All that is given has to hold; what is left out does not matter.',
  fields: (t) => ({
    search: t.string({
      description: 'Words that each are a part of the name, in any letter case: `sales emea`.',
    }),
    scimManaged: t.boolean({ description: 'Whether the identity provider made it or wrote to it.' }),
    defaultGroup: t.boolean({ description: 'Whether it is one of Owner, Member and Everyone.' }),
    assignByDefault: t.boolean({ description: 'Whether people join it by default when they sign in.' }),
    ssoMapped: t.boolean({ description: 'Whether it has an SSO group mapping.' }),
    permissionSet: t.field({
      type: PermissionSetEnum,
      description: 'Carries it. For callers who may read permission sets.',
    }),
    member: t.id({ description: 'The id of a user who is in it, also held.' }),
  }),
});

const GroupOrderFieldEnum = builder.enumType('GroupOrderField', {
  description: 'What groups can be ordered by.',
  values: {
    DISPLAY_NAME: { value: 'displayName', description: 'The name, in any letter case.' },
    CREATED_AT: { value: 'createdAt', description: 'When they were made.' },
  } as const,
});

const GroupOrderInput = builder.inputType('GroupOrder', {
  description: 'The order of groups.',
  fields: (t) => ({
    field: t.field({ type: GroupOrderFieldEnum, required: true, description: 'What by.' }),
    direction: t.field({
      type: OrderDirectionEnum,
      required: true,
      defaultValue: 'ASC',
      description: 'Which way.',
    }),
  }),
});

type GroupFilter = typeof GroupFilterInput.$inferInput;

builder.objectField(AccountRef, 'groups', (t) =>
  t.connection({
    type: GroupRef,
    nullable: true,
    description: 'The groups of the account, default groups included, by name unless asked otherwise.',
    // Whoever may read permission sets may read people.
    authScopes: (_account, { filter }) => ({
      right: isGiven(filter?.permissionSet) ? 'permission_sets:read' : 'people:read',
    }),
    args: {
      filter: t.arg({ type: GroupFilterInput, description: 'Which groups; all without it.' }),
      orderBy: t.arg({ type: GroupOrderInput, description: 'Their order.' }),
    },
    complexity: pageComplexity,
    resolve: (_account, { filter, orderBy, ...args }, { read, accountId }) => {
      const search = searchOf(filter ?? {});
      const order = {
        field: orderBy?.field ?? ('displayName' as const),
        descending: orderBy?.direction === 'DESC',
      };
      return resolveConnection(
        args,
        (slice) => read((db) => searchGroups(db, accountId, { search, order, ...slice })),
        () => read((db) => countGroups(db, accountId, search)),
      );
    },
  }),
);

function searchOf(filter: GroupFilter): GroupSearch {
  return {
    search: filter.search ?? undefined,
    managed: filter.scimManaged ?? undefined,
    defaultGroup: filter.defaultGroup ?? undefined,
    assignByDefault: filter.assignByDefault ?? undefined,
    mapped: filter.ssoMapped ?? undefined,
    permissionSet: filter.permissionSet ?? undefined,
    memberId: isGiven(filter.member) ? rowId(filter.member, 'User') : undefined,
  };
}
