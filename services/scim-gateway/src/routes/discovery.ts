import { LICENSE_TYPES } from '@rollcall/domain/licenses/license-type';
import { isAvailable } from '@rollcall/domain/licenses/seats';
import {
  findDocument,
  resourceTypeDocuments,
  schemaDocuments,
  serviceProviderConfig,
} from '@rollcall/scim-protocol/discovery';
import { notFound, ScimError } from '@rollcall/scim-protocol/errors';
import type { JsonObject } from '@rollcall/scim-protocol/json';
import { queryValue } from '@rollcall/scim-protocol/list-query';
import { type ResourceType, userResourceType } from '@rollcall/scim-protocol/resource-types';
import { type Answer, ok } from '../answer.ts';
import { CURSOR_TIMEOUT_SECONDS } from '../cursors.ts';
import type { Call, Endpoint } from '../endpoint.ts';
import { type Limits, LIST_LIMITS } from '../limits.ts';
import { schemasFor } from '../resources/custom-schemas.ts';
import { groupTypeOf } from '../resources/group.ts';
import { listAnswer } from './list-answer.ts';

/** RFC 7644 4. The documents are the account's own, since its settings bear on them, so they need its token. */
export function discoveryEndpoints({ bulk }: Limits): readonly Endpoint[] {
  return [
    { path: '/ServiceProviderConfig', handlers: { GET: (call) => readConfiguration(call, bulk) } },
    { path: '/ResourceTypes', handlers: { GET: (call) => listDocuments(call, resourceTypes(call)) } },
    { path: '/ResourceTypes/:id', handlers: { GET: (call) => readDocument(call, resourceTypes(call)) } },
    { path: '/Schemas', handlers: { GET: (call) => listDocuments(call, schemas(call)) } },
    { path: '/Schemas/:id', handlers: { GET: (call) => readDocument(call, schemas(call)) } },
  ];
}

// RFC 7644 4: query parameters are ignored; there is no list here that a filter could seem to shorten.
async function readConfiguration(call: Call, bulk: Limits['bulk']): Promise<Answer> {
  return ok(
    serviceProviderConfig({
      baseUrl: call.baseUrl,
      maxResults: LIST_LIMITS.maxCount,
      bulk: { maxOperations: bulk.maxOperations, maxPayloadSize: bulk.bodyBytes },
      etag: true,
      sort: true,
      ...(call.settings.scim.cursorPagination ? { pagination: PAGINATION } : {}),
    }),
  );
}

const PAGINATION = {
  defaultPageSize: LIST_LIMITS.defaultCount,
  maxPageSize: LIST_LIMITS.maxCount,
  cursorTimeout: CURSOR_TIMEOUT_SECONDS,
};

async function listDocuments(call: Call, documents: readonly JsonObject[]): Promise<Answer> {
  refuseFilter(call);
  return listAnswer(documents, documents.length, { startIndex: 1 });
}

async function readDocument(call: Call, documents: readonly JsonObject[]): Promise<Answer> {
  refuseFilter(call);
  const document = findDocument(documents, call.id);
  if (document === undefined)
    throw notFound('There is no such document; the list names those that there are.');
  return ok(document);
}

// RFC 7644 4: a filter that was ignored would make a client believe that the rest does not exist.
function refuseFilter(call: Call): void {
  if (queryValue(call.query, 'filter') === undefined) return;
  throw new ScimError(403, undefined, 'Discovery documents cannot be filtered; read the whole list.');
}

function resourceTypes(call: Call): readonly JsonObject[] {
  return resourceTypeDocuments(typesOf(call), call.baseUrl);
}

function schemas(call: Call): readonly JsonObject[] {
  return schemaDocuments(typesOf(call), call.baseUrl);
}

// A license type that the account does not have would be refused, so that no client must be told of it.
function typesOf({ settings }: Call): readonly ResourceType[] {
  const userType = userResourceType({
    emailsRequired: settings.scim.userNamePolicy === 'email',
    licenseTypes: LICENSE_TYPES.filter((licenseType) => isAvailable(settings, licenseType)),
    customSchemas: schemasFor('User', settings.customSchemas),
  });
  return [userType, groupTypeOf(settings)];
}
