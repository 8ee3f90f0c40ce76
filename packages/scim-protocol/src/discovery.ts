import type { JsonObject, JsonValue } from './json.ts';
import type { ResourceType } from './resource-types.ts';
import type { AttributeDefinition, SchemaDefinition } from './schemas/attribute.ts';
import { COMMON_ATTRIBUTES } from './schemas/common-attributes.ts';
import {
  discoverySchemas,
  RESOURCE_TYPE_URN,
  SCHEMA_URN,
  SERVICE_PROVIDER_CONFIG_URN,
} from './schemas/discovery-schemas.ts';

export interface ServiceProviderConfigOptions {
  readonly baseUrl: string;
  readonly documentationUri?: string;
  readonly maxResults: number;
  readonly etag: boolean;
  readonly sort: boolean;
  /** Absent: bulk is announced as unsupported, with the limits that RFC 7643 5 wants all the same. */
  readonly bulk?: { readonly maxOperations: number; readonly maxPayloadSize: number };
  /** Absent: nothing is said of pages. A client that refuses members it does not know is spared RFC 9865's. */
  readonly pagination?: {
    readonly defaultPageSize: number;
    readonly maxPageSize: number;
    /** How many seconds a cursor is good for. */
    readonly cursorTimeout: number;
  };
}

/** RFC 7643 5: what this service can do. */
export function serviceProviderConfig(options: ServiceProviderConfigOptions): JsonObject {
  return {
    schemas: [SERVICE_PROVIDER_CONFIG_URN],
    ...(options.documentationUri === undefined ? {} : { documentationUri: options.documentationUri }),
    patch: { supported: true },
    bulk: {
      supported: options.bulk !== undefined,
      maxOperations: options.bulk?.maxOperations ?? 0,
      maxPayloadSize: options.bulk?.maxPayloadSize ?? 0,
    },
    filter: { supported: true, maxResults: options.maxResults },
    changePassword: { supported: false },
    sort: { supported: options.sort },
    etag: { supported: options.etag },
    ...(options.pagination === undefined
      ? {}
      : {
          pagination: {
            cursor: true,
            index: true,
            defaultPaginationMethod: 'index',
            ...options.pagination,
          },
        }),
    authenticationSchemes: [
      {
        type: 'oauthbearertoken',
        name: 'Bearer token',
        description: 'A SCIM token of the account, sent as "Authorization: Bearer <token>".',
        specUri: 'https://www.rfc-editor.org/info/rfc6750',
        primary: true,
      },
    ],
    meta: {
      resourceType: 'ServiceProviderConfig',
      location: `${options.baseUrl}/ServiceProviderConfig`,
    },
  };
}

/** RFC 7643 7: every schema of the resource types, once, and those of the discovery documents. */
export function schemaDocuments(
  resourceTypes: readonly ResourceType[],
  baseUrl: string,
): readonly JsonObject[] {
  const documents = new Map<string, JsonObject>();
  for (const { schema, extensions } of resourceTypes) {
    documents.set(schema.id, schemaDocument(schema, [...LISTED_COMMON, ...schema.attributes], baseUrl));
    for (const extension of extensions) {
      documents.set(extension.id, schemaDocument(extension, extension.attributes, baseUrl));
    }
  }
  for (const schema of discoverySchemas()) {
    documents.set(schema.id, schemaDocument(schema, schema.attributes, baseUrl));
  }
  return [...documents.values()];
}

/** RFC 7643 6. */
export function resourceTypeDocuments(
  resourceTypes: readonly ResourceType[],
  baseUrl: string,
): readonly JsonObject[] {
  return resourceTypes.map((resourceType) => ({
    schemas: [RESOURCE_TYPE_URN],
    id: resourceType.name,
    name: resourceType.name,
    description: resourceType.description,
    endpoint: resourceType.endpoint,
    schema: resourceType.schema.id,
    schemaExtensions: resourceType.extensions.map(({ id }) => ({ schema: id, required: false })),
    meta: {
      resourceType: 'ResourceType',
      location: `${baseUrl}/ResourceTypes/${resourceType.name}`,
    },
  }));
}

/** One document by its id: a schema's URN or a resource type's name, in any letter case. */
export function findDocument(documents: readonly JsonObject[], id: string): JsonObject | undefined {
  const lower = id.toLowerCase();
  return documents.find(
    ({ id: documentId }) => typeof documentId === 'string' && documentId.toLowerCase() === lower,
  );
}

/** The common attributes are part of every core schema (RFC 7643 3.1); Entra looks in /Schemas for each attribute that it maps. */
const LISTED_COMMON = COMMON_ATTRIBUTES.filter(({ name }) => name === 'externalId');

function schemaDocument(
  schema: SchemaDefinition,
  attributes: readonly AttributeDefinition[],
  baseUrl: string,
): JsonObject {
  return {
    schemas: [SCHEMA_URN],
    id: schema.id,
    name: schema.name,
    description: schema.description,
    attributes: attributes.map(attributeDocument),
    meta: { resourceType: 'Schema', location: `${baseUrl}/Schemas/${schema.id}` },
  };
}

/** All characteristics are spelled out: strict clients (midPoint) do not know the defaults. */
function attributeDocument(definition: AttributeDefinition): JsonValue {
  const { canonicalValues, referenceTypes, subAttributes } = definition;
  return {
    name: definition.name,
    type: definition.type,
    multiValued: definition.multiValued,
    description: definition.description,
    required: definition.required,
    caseExact: definition.caseExact,
    mutability: definition.mutability,
    returned: definition.returned,
    uniqueness: definition.uniqueness,
    ...(canonicalValues === undefined ? {} : { canonicalValues }),
    ...(referenceTypes === undefined ? {} : { referenceTypes }),
    ...(subAttributes === undefined ? {} : { subAttributes: subAttributes.map(attributeDocument) }),
  };
}
