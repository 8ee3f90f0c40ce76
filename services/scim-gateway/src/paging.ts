import { hash } from 'node:crypto';
import type { Walk } from '@rollcall/domain/pages/anchors';
import type { Page, PageStart } from '@rollcall/domain/pages/turn-page';
import type { FilterTarget } from '@rollcall/scim-protocol/resolve-filter';
import { type FilterNode, parseFilter, printFilter } from '@rollcall/scim-protocol/filter';
import type { ListQuery } from '@rollcall/scim-protocol/list-query';
import type { PagePlace } from '@rollcall/scim-protocol/list-response';
import { resolveSort } from '@rollcall/scim-protocol/resolve-sort';
import type { ResourceType } from '@rollcall/scim-protocol/resource-types';
import type { Cursors, CursorWalk } from './cursors.ts';
import type { Call } from './endpoint.ts';

/** Everything that decides which resources a list has and in which order: a page belongs to no other list. */
export interface ListIdentity {
  readonly resource: 'User' | 'Group' | 'any';
  readonly filter: FilterNode | undefined;
  readonly sortBy: FilterTarget | undefined;
}

/** The list that a query for one type of resources is about; throws for a filter or a sort that cannot be read. */
export function listOf(
  call: Call,
  query: ListQuery,
  resource: 'User' | 'Group',
  type: ResourceType,
): ListIdentity {
  return {
    resource,
    filter: query.filter === undefined ? undefined : parseFilter(query.filter, call.reading),
    sortBy: query.sortBy === undefined ? undefined : resolveSort(query.sortBy, type),
  };
}

/** Which page of its list a request asks for. */
export async function pageStart(
  call: Call,
  query: ListQuery,
  list: ListIdentity,
  cursors: Cursors,
): Promise<PageStart> {
  const { cursor, startIndex } = query;
  if (cursor === undefined) return { startIndex, walk: walkOf(call, query, list) };
  if (cursor === '') return { from: { direction: 'forward' } };
  return { from: await cursors.open(cursor, cursorWalk(call, query, list)) };
}

/** What an answer says of where its page stands in the list. */
export async function placeOf(
  call: Call,
  query: ListQuery,
  list: ListIdentity,
  page: Pick<Page<unknown>, 'next' | 'previous'>,
  cursors: Cursors,
): Promise<PagePlace> {
  if (query.cursor === undefined) return { startIndex: query.startIndex };
  const { next, previous } = page;
  if (next === undefined && previous === undefined) {
    return { nextCursor: undefined, previousCursor: undefined };
  }
  const walk = cursorWalk(call, query, list);
  return {
    nextCursor: next && (await cursors.seal(next, walk)),
    previousCursor: previous && (await cursors.seal(previous, walk)),
  };
}

function cursorWalk(call: Call, query: ListQuery, list: ListIdentity): CursorWalk {
  return {
    accountId: call.accountId,
    queryDigest: digestOf(query, list),
    count: query.count,
    now: call.now,
  };
}

function walkOf(call: Call, query: ListQuery, list: ListIdentity): Walk | undefined {
  if (call.actor.kind !== 'scim_token') return undefined;
  return { walkerId: call.actor.id, queryDigest: () => digestOf(query, list), now: call.now };
}

/** What an attribute is counts, too: an account can define one anew under the same name. */
function digestOf({ sortOrder }: ListQuery, { resource, filter, sortBy }: ListIdentity): Uint8Array {
  const sort = sortBy && [sortBy.schema, sortBy.attribute.name, sortBy.sub?.name, sortOrder];
  const { type, caseExact, multiValued } = { ...sortBy?.attribute, ...sortBy?.sub };
  const text = JSON.stringify([
    resource,
    filter === undefined ? null : printFilter(filter),
    sort,
    [type, caseExact, multiValued],
  ]);
  return hash('sha256', text, 'buffer');
}
