import { addMembers } from '@rollcall/domain/groups/add-members';
import { changeGroup } from '@rollcall/domain/groups/change-group';
import { createGroup, type GroupInput } from '@rollcall/domain/groups/create-group';
import { deleteGroup } from '@rollcall/domain/groups/delete-group';
import { findGroup, listGroups } from '@rollcall/domain/groups/find-groups';
import type { GroupChange } from '@rollcall/domain/groups/group';
import { parseSelection, type Selection } from '@rollcall/scim-protocol/attribute-selection';
import { applyPatch } from '@rollcall/scim-protocol/apply-patch';
import { invalidValue, notFound } from '@rollcall/scim-protocol/errors';
import { groupChangesOf, isOnExtension, memberReferences } from '@rollcall/scim-protocol/group-changes';
import { keepImmutable } from '@rollcall/scim-protocol/immutable-attributes';
import type { JsonObject } from '@rollcall/scim-protocol/json';
import {
  type ListQuery,
  parseListQuery,
  parseSearchRequest,
  selectionParameters,
} from '@rollcall/scim-protocol/list-query';
import { parsePatchRequest } from '@rollcall/scim-protocol/patch-request';
import { resolveFilter } from '@rollcall/scim-protocol/resolve-filter';
import { withPatched, withSent } from '@rollcall/scim-protocol/sent-attributes';
import { readResource } from '@rollcall/scim-protocol/validate-resource';
import { type Answer, created, NO_CONTENT, notModified } from '../answer.ts';
import type { Cursors } from '../cursors.ts';
import { bodyOf, type Call, type Endpoint, type Handler, resourceIdOf } from '../endpoint.ts';
import { groupTag } from '../entity-tag.ts';
import { type Limits, LIST_LIMITS } from '../limits.ts';
import { listOf, pageStart, placeOf } from '../paging.ts';
import { isUnmodified, versionCondition } from '../preconditions.ts';
import { extensionData, groupLocation, groupTypeOf, refuseNestedGroups } from '../resources/group.ts';
import { groupJson, groupListJson } from './group-answer.ts';
import { listSummary } from './list-answer.ts';

export function groupEndpoints(limits: Limits, cursors: Cursors): readonly Endpoint[] {
  const common = { resourceType: 'Group', bodyLimit: limits.groupBodyBytes } as const;
  const list: Handler = (call) => page(call, parseListQuery(call.query, LIST_LIMITS), cursors);
  const search: Handler = (call) =>
    page(call, parseSearchRequest(bodyOf(call), LIST_LIMITS, call.reading), cursors);
  return [
    { ...common, path: '/Groups', handlers: { GET: list, POST: create } },
    { ...common, path: '/Groups/.search', handlers: { POST: search } },
    { ...common, path: '/Groups/:id', handlers: { GET: read, PUT: replace, PATCH: modify, DELETE: remove } },
  ];
}

async function page(call: Call, query: ListQuery, cursors: Cursors): Promise<Answer> {
  const type = groupTypeOf(call.settings);
  const selection = parseSelection(query, type);
  const list = listOf(call, query, 'Group', type);
  const request = {
    ...(await pageStart(call, query, list, cursors)),
    filter: list.filter && resolveFilter(list.filter, type, call.reading),
    sort: list.sortBy && { target: list.sortBy, descending: query.sortOrder === 'descending' },
    scimBaseUrl: call.baseUrl,
    count: query.count,
  };
  const { groups, ...page } = await call.search((db) => listGroups(db, call.accountId, request));
  const place = await placeOf(call, query, list, page, cursors);
  const entries = groups.map((group) => ({ group }));
  const json = await groupListJson(call, { entries, total: page.total, place }, selection);
  return { status: 200, json, summary: listSummary(page.total, groups.length) };
}

async function create(call: Call): Promise<Answer> {
  const body = readGroup(call);
  const selection = withSent(selectionOf(call), body.attributes ?? {}, groupTypeOf(call.settings));
  const group = await call.write((trx) => createGroup(trx, call.actor, call.accountId, body, call.now));
  const json = await groupJson(call, group, selection);
  return created(json, {
    id: group.id,
    location: groupLocation(group.id, call.baseUrl),
    tag: groupTag(group),
  });
}

async function read(call: Call): Promise<Answer> {
  const selection = selectionOf(call);
  const group = await findGroup(call.db, call.accountId, resourceIdOf(call, 'Group'));
  if (group === undefined) throw notFound(`There is no Group with the id "${call.id}".`);
  const tag = groupTag(group);
  if (isUnmodified(call, { tag, version: group.version, showsAll: true })) return notModified(tag);
  return { status: 200, json: await groupJson(call, group, selection), tag };
}

/** RFC 7644 3.5.1: the members are exactly those that are named; written as a difference all the same. */
async function replace(call: Call): Promise<Answer> {
  const id = resourceIdOf(call, 'Group');
  const { displayName, externalId, memberIds, attributes = {} } = readGroup(call);
  const type = groupTypeOf(call.settings);
  const changes: readonly GroupChange[] = [
    { kind: 'set', attribute: 'displayName', value: displayName },
    { kind: 'set', attribute: 'externalId', value: externalId },
    { kind: 'changeAttributes', next: (current) => keepImmutable(current, attributes, type) },
    { kind: 'replaceMembers', memberIds },
  ];
  return change(call, id, changes, {
    selection: withSent(selectionOf(call), attributes, type),
    body: 'always',
  });
}

async function modify(call: Call): Promise<Answer> {
  const id = resourceIdOf(call, 'Group');
  const type = groupTypeOf(call.settings);
  const operations = parsePatchRequest(bodyOf(call), type, call.reading);
  const changes: GroupChange[] = [];
  for (const each of groupChangesOf(operations)) {
    if (each.kind === 'addMembers' || each.kind === 'replaceMembers') refuseNestedGroups(each);
    changes.push(each);
  }
  const onExtensions = operations.filter(isOnExtension);
  if (onExtensions.length > 0) {
    const next = (current: JsonObject) =>
      extensionData(applyPatch(current, onExtensions, type, call.reading));
    changes.push({ kind: 'changeAttributes', next });
  }
  // Entra wants no body: groups can be large (RFC 7644 3.5.2 allows both, unless attributes are asked for).
  const selection = selectionOf(call);
  const body = selection.mode === 'default' ? 'never' : 'always';
  return change(call, id, changes, { selection: withPatched(selection, onExtensions), body });
}

async function remove(call: Call): Promise<Answer> {
  const id = resourceIdOf(call, 'Group');
  const condition = versionCondition(call);
  await call.write((trx) => deleteGroup(trx, call.actor, call.accountId, id, call.now, condition));
  return NO_CONTENT;
}

async function change(
  call: Call,
  id: string,
  changes: readonly GroupChange[],
  { selection, body }: { selection: Selection; body: 'always' | 'never' },
): Promise<Answer> {
  const request = { changes, scimBaseUrl: call.baseUrl, readUnder: call.settings };
  const condition = versionCondition(call);
  const { accountId, actor, settings, now } = call;
  const group = await call.write(
    (trx) => changeGroup(trx, actor, accountId, id, request, now, condition),
    (db) => addMembers(db, actor, settings, id, changes, now, condition),
  );
  const tag = groupTag(group);
  if (body === 'never') return { status: 204, tag };
  return { status: 200, json: await groupJson(call, group, selection), tag };
}

function readGroup(call: Call): GroupInput {
  const resource = readResource(bodyOf(call), groupTypeOf(call.settings), call.reading);
  const references = memberReferences(resource);
  refuseNestedGroups(references);
  const { displayName, externalId } = resource;
  if (typeof displayName !== 'string') throw invalidValue('"displayName" is required.');
  return {
    displayName,
    externalId: typeof externalId === 'string' ? externalId : null,
    memberIds: references.memberIds,
    attributes: extensionData(resource),
    readUnder: call.settings,
  };
}

function selectionOf(call: Call): Selection {
  return parseSelection(selectionParameters(call.query), groupTypeOf(call.settings));
}
