import { listResources } from '@rollcall/domain/pages/list-resources';
import type { Sort } from '@rollcall/domain/pages/sort-key';
import { parseSelection, selectionNeeds } from '@rollcall/scim-protocol/attribute-selection';
import { type FilterNode, parseFilter } from '@rollcall/scim-protocol/filter';
import { type ListQuery, parseListQuery, parseSearchRequest } from '@rollcall/scim-protocol/list-query';
import type { ResolvedFilter } from '@rollcall/scim-protocol/resolve-filter';
import { resolveFilterAcross } from '@rollcall/scim-protocol/resolve-filter-across';
import { resolveSortAcross } from '@rollcall/scim-protocol/resolve-sort';
import type { ResourceType } from '@rollcall/scim-protocol/resource-types';
import type { Answer } from '../answer.ts';
import type { Cursors } from '../cursors.ts';
import { bodyOf, type Call, type Endpoint } from '../endpoint.ts';
import { LIST_LIMITS } from '../limits.ts';
import { type ListIdentity, pageStart, placeOf } from '../paging.ts';
import { groupTypeOf } from '../resources/group.ts';
import { userTypeOf } from '../resources/user.ts';
import { groupListJson } from './group-answer.ts';
import { listSummary } from './list-answer.ts';
import { shown } from './users.ts';

/** RFC 7644 3.4.2.1: queries at the base URL are about users and groups alike. */
export function rootEndpoints(cursors: Cursors): readonly Endpoint[] {
  return [
    { path: '/', handlers: { GET: (call) => page(call, parseListQuery(call.query, LIST_LIMITS), cursors) } },
    {
      path: '/.search',
      handlers: {
        POST: (call) => page(call, parseSearchRequest(bodyOf(call), LIST_LIMITS, call.reading), cursors),
      },
    },
  ];
}

/** Unsorted, all users come before all groups. */
async function page(call: Call, query: ListQuery, cursors: Cursors): Promise<Answer> {
  const userType = userTypeOf(call.settings);
  const groupType = groupTypeOf(call.settings);
  const userSelection = parseSelection(query, userType);
  const groupSelection = parseSelection(query, groupType);
  const filter = query.filter === undefined ? undefined : parseFilter(query.filter, call.reading);
  const sorts = sortsOf(query, [userType, groupType]);
  const sortBy = (sorts?.get(userType) ?? sorts?.get(groupType))?.target;
  const list: ListIdentity = { resource: 'any', filter, sortBy };
  const request = {
    ...(await pageStart(call, query, list, cursors)),
    users: askedOf(call, filter, userType, sorts),
    groups: askedOf(call, filter, groupType, sorts),
    sort: sorts && { descending: query.sortOrder === 'descending' },
    scimBaseUrl: call.baseUrl,
    count: query.count,
    withGroups: selectionNeeds(userSelection, 'groups'),
  };
  const { items, total, ...page } = await call.search((db) => listResources(db, call.accountId, request));
  const entries = items.map((item) =>
    item.type === 'User' ? { resource: shown(call, item.user, userType, userSelection) } : item,
  );
  const place = await placeOf(call, query, list, page, cursors);
  const json = await groupListJson(call, { entries, total, place }, groupSelection);
  return { status: 200, json, summary: listSummary(total, items.length) };
}

/** What to sort each type by that has the attribute. */
function sortsOf(
  { sortBy, sortOrder }: ListQuery,
  types: readonly ResourceType[],
): ReadonlyMap<ResourceType, Sort> | undefined {
  if (sortBy === undefined) return undefined;
  const descending = sortOrder === 'descending';
  const targets = resolveSortAcross(sortBy, types);
  return new Map([...targets].map(([type, target]) => [type, { target, descending }]));
}

/** What to ask of one type's resources; undefined where none of them can match. */
function askedOf(
  call: Call,
  filter: FilterNode | undefined,
  type: ResourceType,
  sorts: ReadonlyMap<ResourceType, Sort> | undefined,
): { filter: ResolvedFilter | undefined; sort: Sort | undefined } | undefined {
  const sort = sorts?.get(type);
  if (filter === undefined) return { filter: undefined, sort };
  const types = [userTypeOf(call.settings), groupTypeOf(call.settings)];
  const resolved = resolveFilterAcross(filter, type, types, call.reading);
  if (typeof resolved !== 'boolean') return { filter: resolved, sort };
  return resolved ? { filter: undefined, sort } : undefined;
}
