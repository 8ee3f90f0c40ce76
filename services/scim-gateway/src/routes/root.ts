import { inSnapshot } from '@rollcall/domain/database/transaction';
import { listGroups } from '@rollcall/domain/groups/find-groups';
import { listUsers } from '@rollcall/domain/users/find-users';
import { parseSelection, selectionNeeds } from '@rollcall/scim-protocol/attribute-selection';
import { type FilterNode, parseFilter } from '@rollcall/scim-protocol/filter';
import { type ListQuery, parseListQuery, parseSearchRequest } from '@rollcall/scim-protocol/list-query';
import type { ResolvedFilter } from '@rollcall/scim-protocol/resolve-filter';
import { resolveFilterAcross } from '@rollcall/scim-protocol/resolve-filter-across';
import type { ResourceType } from '@rollcall/scim-protocol/resource-types';
import type { Answer } from '../answer.ts';
import { bodyOf, type Call, type Endpoint } from '../endpoint.ts';
import { LIST_LIMITS } from '../limits.ts';
import { groupTypeOf } from '../resources/group.ts';
import { userTypeOf } from '../resources/user.ts';
import { groupListJson } from './group-answer.ts';
import { shown } from './users.ts';

/** RFC 7644 3.4.2.1: queries at the base URL are about users and groups alike. */
export function rootEndpoints(): readonly Endpoint[] {
  return [
    { path: '/', handlers: { GET: (call) => page(call, parseListQuery(call.query, LIST_LIMITS)) } },
    {
      path: '/.search',
      handlers: { POST: (call) => page(call, parseSearchRequest(bodyOf(call), LIST_LIMITS, call.reading)) },
    },
  ];
}

/** All users come before all groups, so that a walk by startIndex sees each of them once. */
async function page(call: Call, query: ListQuery): Promise<Answer> {
  const { startIndex, count } = query;
  const userType = userTypeOf(call.settings);
  const userSelection = parseSelection(query, userType);
  const groupSelection = parseSelection(query, groupTypeOf(call.settings));
  const filter = query.filter === undefined ? undefined : parseFilter(query.filter, call.reading);
  const userFilter = filterFor(call, filter, userType);
  const groupFilter = filterFor(call, filter, groupTypeOf(call.settings));

  const { users, groups } = await inSnapshot(call.db, async (trx) => {
    const ofUsers =
      userFilter === 'none'
        ? { total: 0, users: [] }
        : await listUsers(trx, call.accountId, {
            ...userFilter,
            scimBaseUrl: call.baseUrl,
            startIndex,
            count,
            withGroups: selectionNeeds(userSelection, 'groups'),
          });
    const ofGroups =
      groupFilter === 'none'
        ? { total: 0, groups: [] }
        : await listGroups(trx, call.accountId, {
            ...groupFilter,
            scimBaseUrl: call.baseUrl,
            startIndex: Math.max(startIndex - ofUsers.total, 1),
            count: count - ofUsers.users.length,
          });
    return { users: ofUsers, groups: ofGroups };
  });
  const json = await groupListJson(
    call,
    {
      groups: groups.groups,
      total: users.total + groups.total,
      startIndex,
      before: users.users.map((user) => shown(call, user, userType, userSelection)),
    },
    groupSelection,
  );
  return { status: 200, json };
}

/** What to ask of one type's resources: those that match, all of them, or none. */
function filterFor(
  call: Call,
  filter: FilterNode | undefined,
  type: ResourceType,
): { filter?: ResolvedFilter } | 'none' {
  if (filter === undefined) return {};
  const types = [userTypeOf(call.settings), groupTypeOf(call.settings)];
  const resolved = resolveFilterAcross(filter, type, types, call.reading);
  if (typeof resolved === 'boolean') return resolved ? {} : 'none';
  return { filter: resolved };
}
