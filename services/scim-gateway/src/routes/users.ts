import { changeKnownUser } from '@rollcall/domain/users/change-known-user';
import { changeUser } from '@rollcall/domain/users/change-user';
import { createNewcomer } from '@rollcall/domain/users/create-newcomer';
import { deleteUser } from '@rollcall/domain/users/delete-user';
import { findUser, listUsers } from '@rollcall/domain/users/find-users';
import { provisionUser } from '@rollcall/domain/users/provision-user';
import type { User, UserInput } from '@rollcall/domain/users/user';
import { applyPatch } from '@rollcall/scim-protocol/apply-patch';
import {
  parseSelection,
  selectAttributes,
  type Selection,
  selectionNeeds,
} from '@rollcall/scim-protocol/attribute-selection';
import { notFound } from '@rollcall/scim-protocol/errors';
import { keepImmutable } from '@rollcall/scim-protocol/immutable-attributes';
import {
  type ListQuery,
  parseListQuery,
  parseSearchRequest,
  selectionParameters,
} from '@rollcall/scim-protocol/list-query';
import { parsePatchRequest } from '@rollcall/scim-protocol/patch-request';
import { resolveFilter } from '@rollcall/scim-protocol/resolve-filter';
import type { ResourceType } from '@rollcall/scim-protocol/resource-types';
import { withPatched, withSent } from '@rollcall/scim-protocol/sent-attributes';
import { readResource, type ScimResource } from '@rollcall/scim-protocol/validate-resource';
import { type Answer, created, NO_CONTENT, notModified, ok } from '../answer.ts';
import type { Cursors } from '../cursors.ts';
import { bodyOf, type Call, type Endpoint, type Handler, resourceIdOf } from '../endpoint.ts';
import { userTag } from '../entity-tag.ts';
import { LIST_LIMITS, type Limits } from '../limits.ts';
import { listOf, pageStart, placeOf } from '../paging.ts';
import { isUnmodified, versionCondition } from '../preconditions.ts';
import {
  licenseTypeIn,
  takesLicenseTypeBack,
  userInput,
  userLocation,
  userResource,
  userTypeOf,
  writableUser,
} from '../resources/user.ts';
import { sendsAddress } from '../resources/sends-address.ts';
import { listAnswer } from './list-answer.ts';

export function userEndpoints(limits: Limits, cursors: Cursors): readonly Endpoint[] {
  const common = { resourceType: 'User', bodyLimit: limits.userBodyBytes } as const;
  const list: Handler = (call) => page(call, parseListQuery(call.query, LIST_LIMITS), cursors);
  // RFC 7644 3.4.3: the same query, for clients that keep e-mail addresses out of URLs.
  const search: Handler = (call) =>
    page(call, parseSearchRequest(bodyOf(call), LIST_LIMITS, call.reading), cursors);
  return [
    { ...common, path: '/Users', handlers: { GET: list, POST: create } },
    { ...common, path: '/Users/.search', handlers: { POST: search } },
    { ...common, path: '/Users/:id', handlers: { GET: read, PUT: replace, PATCH: modify, DELETE: remove } },
  ];
}

async function page(call: Call, query: ListQuery, cursors: Cursors): Promise<Answer> {
  const type = userTypeOf(call.settings);
  const selection = parseSelection(query, type);
  const list = listOf(call, query, 'User', type);
  const request = {
    ...(await pageStart(call, query, list, cursors)),
    filter: list.filter && resolveFilter(list.filter, type, call.reading),
    sort: list.sortBy && { target: list.sortBy, descending: query.sortOrder === 'descending' },
    scimBaseUrl: call.baseUrl,
    count: query.count,
    withGroups: selectionNeeds(selection, 'groups'),
  };
  const { users, ...page } = await call.search((db) => listUsers(db, call.accountId, request));
  const resources = users.map((user) => shown(call, user, type, selection));
  return listAnswer(resources, page.total, await placeOf(call, query, list, page, cursors));
}

async function create(call: Call): Promise<Answer> {
  const { type, selection } = expectedAnswer(call);
  const input = newUserInput(call);
  const { accountId, actor, settings, now } = call;
  const user = await call.write(
    (trx) => provisionUser(trx, actor, accountId, input, now),
    (db) => createNewcomer(db, actor, settings, input, now),
  );
  const json = JSON.stringify(shown(call, user, type, withSent(selection, input.attributes, type)));
  const location = userLocation(user.id, call.baseUrl);
  return created(json, { id: user.id, location, tag: userTag(withGroupsShown(user, selection)) });
}

/** What a creation says about a person. */
export function newUserInput(call: Call): UserInput {
  const resource = readResource(bodyOf(call), userTypeOf(call.settings), call.reading);
  return userInput(resource, {
    licenseType: licenseTypeIn(resource),
    namesAddress: true,
    readUnder: call.settings,
  });
}

async function read(call: Call): Promise<Answer> {
  const { type, selection } = expectedAnswer(call);
  const user = await findUser(call.db, call.accountId, resourceIdOf(call, 'User'));
  if (user === undefined) throw notFound(`There is no User with the id "${call.id}".`);
  const { version } = user;
  const tag = userTag(withGroupsShown(user, selection));
  const showsAll = selectionNeeds(selection, 'groups');
  if (isUnmodified(call, { tag, version, showsAll })) return notModified(tag);
  return ok(shown(call, user, type, selection), tag);
}

async function replace(call: Call): Promise<Answer> {
  const { type, selection } = expectedAnswer(call);
  const id = resourceIdOf(call, 'User');
  const body = bodyOf(call);
  const resource = readResource(body, type, call.reading);
  const licenseType = takesLicenseTypeBack(body) ? null : licenseTypeIn(resource);
  const said = { licenseType, namesAddress: true, readUnder: call.settings };
  const next = (current: User) => userInput(keepImmutable(writableUser(current, type), resource, type), said);
  const user = await change(call, id, 'replace', next);
  return answerWith(call, user, type, withSent(selection, resource, type));
}

async function modify(call: Call): Promise<Answer> {
  const { type, selection } = expectedAnswer(call);
  const id = resourceIdOf(call, 'User');
  const operations = parsePatchRequest(bodyOf(call), type, call.reading);
  const next = (current: User) => {
    const resource = applyPatch(writableUser(current, type), operations, type, call.reading);
    return userInput(resource, {
      licenseType: licenseTypeIn(resource) ?? null,
      namesAddress: operations.some((operation) => sendsAddress(operation, current)),
      readUnder: call.settings,
    });
  };
  const user = await change(call, id, 'modify', next);
  return answerWith(call, user, type, withPatched(selection, operations));
}

function change(
  call: Call,
  id: string,
  verb: 'replace' | 'modify',
  next: (current: User) => UserInput,
): Promise<User> {
  const { accountId, actor, settings, now } = call;
  const condition = versionCondition(call);
  return call.write(
    (trx) => changeUser(trx, actor, accountId, id, verb, next, now, condition),
    (db) => changeKnownUser(db, actor, settings, id, verb, next, now, condition),
  );
}

async function remove(call: Call): Promise<Answer> {
  const id = resourceIdOf(call, 'User');
  const condition = versionCondition(call);
  await call.write((trx) => deleteUser(trx, call.actor, call.accountId, id, call.now, condition));
  return NO_CONTENT;
}

/** Read before anything is written: a request whose answer cannot be given must change nothing. */
function expectedAnswer(call: Call): { type: ResourceType; selection: Selection } {
  const type = userTypeOf(call.settings);
  return { type, selection: parseSelection(selectionParameters(call.query), type) };
}

function answerWith(call: Call, user: User, type: ResourceType, selection: Selection): Answer {
  return ok(shown(call, user, type, selection), userTag(withGroupsShown(user, selection)));
}

/** The user as the answer to one request shows them. */
export function shown(call: Call, user: User, type: ResourceType, selection: Selection): ScimResource {
  const resource = userResource(withGroupsShown(user, selection), type, call.baseUrl);
  return selectAttributes(resource, selection, type);
}

/** Without groups where they are left out: they are then no part of the version either. */
function withGroupsShown(user: User, selection: Selection): User {
  return user.groups.length === 0 || selectionNeeds(selection, 'groups') ? user : { ...user, groups: [] };
}
