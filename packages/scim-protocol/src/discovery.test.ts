import { expect, test } from 'vitest';

import { findDocument, resourceTypeDocuments, schemaDocuments, serviceProviderConfig } from './discovery.ts';
import { isJsonArray, isJsonObject, type JsonObject, type JsonValue } from './json.ts';
import { groupResourceType, userResourceType } from './resource-types.ts';
import { CORE_GROUP_URN } from './schemas/core-group.ts';
import { CORE_USER_URN } from './schemas/core-user.ts';
import { SCHEMA_URN } from './schemas/discovery-schemas.ts';
import { LICENSE_USER_URN } from './schemas/license-user.ts';

const BASE = 'https://scim.example.com/scim/v2/acc';
const TYPES = [userResourceType({ emailsRequired: true }), groupResourceType()];

function attributesOf(document: JsonValue | undefined): readonly JsonObject[] {
  const attributes = isJsonObject(document)
    ? (document['attributes'] ?? document['subAttributes'])
    : undefined;
  return isJsonArray(attributes) ? attributes.filter(isJsonObject) : [];
}

function requiredOf(emailsRequired: boolean): readonly (JsonValue | undefined)[] {
  return attributesOf(
    findDocument(schemaDocuments([userResourceType({ emailsRequired })], BASE), CORE_USER_URN),
  )
    .filter((attribute) => attribute['required'] === true)
    .map((attribute) => attribute['name']);
}

test('every schema is listed once, with its own location; those of the discovery documents last', () => {
  expect(schemaDocuments(TYPES, BASE).map(({ id, meta }) => ({ id, meta }))).toMatchInlineSnapshot(`
    [
      {
        "id": "urn:ietf:params:scim:schemas:core:2.0:User",
        "meta": {
          "location": "https://scim.example.com/scim/v2/acc/Schemas/urn:ietf:params:scim:schemas:core:2.0:User",
          "resourceType": "Schema",
        },
      },
      {
        "id": "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User",
        "meta": {
          "location": "https://scim.example.com/scim/v2/acc/Schemas/urn:ietf:params:scim:schemas:extension:enterprise:2.0:User",
          "resourceType": "Schema",
        },
      },
      {
        "id": "urn:ietf:params:scim:schemas:extension:dbtLabs:2.0:User",
        "meta": {
          "location": "https://scim.example.com/scim/v2/acc/Schemas/urn:ietf:params:scim:schemas:extension:dbtLabs:2.0:User",
          "resourceType": "Schema",
        },
      },
      {
        "id": "urn:ietf:params:scim:schemas:core:2.0:Group",
        "meta": {
          "location": "https://scim.example.com/scim/v2/acc/Schemas/urn:ietf:params:scim:schemas:core:2.0:Group",
          "resourceType": "Schema",
        },
      },
      {
        "id": "urn:ietf:params:scim:schemas:core:2.0:ServiceProviderConfig",
        "meta": {
          "location": "https://scim.example.com/scim/v2/acc/Schemas/urn:ietf:params:scim:schemas:core:2.0:ServiceProviderConfig",
          "resourceType": "Schema",
        },
      },
      {
        "id": "urn:ietf:params:scim:schemas:core:2.0:ResourceType",
        "meta": {
          "location": "https://scim.example.com/scim/v2/acc/Schemas/urn:ietf:params:scim:schemas:core:2.0:ResourceType",
          "resourceType": "Schema",
        },
      },
      {
        "id": "urn:ietf:params:scim:schemas:core:2.0:Schema",
        "meta": {
          "location": "https://scim.example.com/scim/v2/acc/Schemas/urn:ietf:params:scim:schemas:core:2.0:Schema",
          "resourceType": "Schema",
        },
      },
    ]
  `);
});

test('every characteristic of every attribute and sub-attribute is spelled out', () => {
  const all = schemaDocuments(TYPES, BASE).flatMap(attributesOf);
  for (const attribute of [...all, ...all.flatMap(attributesOf)]) {
    expect(Object.keys(attribute)).toEqual(
      expect.arrayContaining([
        'name',
        'type',
        'multiValued',
        'description',
        'required',
        'caseExact',
        'mutability',
        'returned',
        'uniqueness',
      ]),
    );
    expect(Object.keys(attribute)).not.toEqual(expect.arrayContaining(['maxEntries']));
  }
  expect(all.length).toBeGreaterThan(30);
});

test('what is required follows the account: e-mails only where user names are addresses', () => {
  expect(requiredOf(true)).toEqual(['userName', 'emails']);
  expect(requiredOf(false)).toEqual(['userName']);
});

test('the resource types name their schema, endpoint and extensions', () => {
  expect(resourceTypeDocuments(TYPES, BASE)).toMatchInlineSnapshot(`
    [
      {
        "description": "User Account",
        "endpoint": "/Users",
        "id": "User",
        "meta": {
          "location": "https://scim.example.com/scim/v2/acc/ResourceTypes/User",
          "resourceType": "ResourceType",
        },
        "name": "User",
        "schema": "urn:ietf:params:scim:schemas:core:2.0:User",
        "schemaExtensions": [
          {
            "required": false,
            "schema": "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User",
          },
          {
            "required": false,
            "schema": "urn:ietf:params:scim:schemas:extension:dbtLabs:2.0:User",
          },
        ],
        "schemas": [
          "urn:ietf:params:scim:schemas:core:2.0:ResourceType",
        ],
      },
      {
        "description": "Group",
        "endpoint": "/Groups",
        "id": "Group",
        "meta": {
          "location": "https://scim.example.com/scim/v2/acc/ResourceTypes/Group",
          "resourceType": "ResourceType",
        },
        "name": "Group",
        "schema": "urn:ietf:params:scim:schemas:core:2.0:Group",
        "schemaExtensions": [],
        "schemas": [
          "urn:ietf:params:scim:schemas:core:2.0:ResourceType",
        ],
      },
    ]
  `);
});

test('a document is found by its id in any case, and nothing else is', () => {
  expect(findDocument(schemaDocuments(TYPES, BASE), CORE_USER_URN.toUpperCase())).toMatchObject({
    id: CORE_USER_URN,
  });
  expect(findDocument(resourceTypeDocuments(TYPES, BASE), 'user')).toMatchObject({ id: 'User' });
  expect(findDocument(resourceTypeDocuments(TYPES, BASE), 'constructor')).toBeUndefined();
});

test('the service provider configuration says what is supported', () => {
  expect(serviceProviderConfig({ baseUrl: BASE, maxResults: 200, etag: true, sort: false }))
    .toMatchInlineSnapshot(`
    {
      "authenticationSchemes": [
        {
          "description": "A SCIM token of the account, sent as "Authorization: Bearer <token>".",
          "name": "Bearer token",
          "primary": true,
          "specUri": "https://www.rfc-editor.org/info/rfc6750",
          "type": "oauthbearertoken",
        },
      ],
      "bulk": {
        "maxOperations": 0,
        "maxPayloadSize": 0,
        "supported": false,
      },
      "changePassword": {
        "supported": false,
      },
      "etag": {
        "supported": true,
      },
      "filter": {
        "maxResults": 200,
        "supported": true,
      },
      "meta": {
        "location": "https://scim.example.com/scim/v2/acc/ServiceProviderConfig",
        "resourceType": "ServiceProviderConfig",
      },
      "patch": {
        "supported": true,
      },
      "schemas": [
        "urn:ietf:params:scim:schemas:core:2.0:ServiceProviderConfig",
      ],
      "sort": {
        "supported": false,
      },
    }
  `);
  expect(
    serviceProviderConfig({
      baseUrl: BASE,
      maxResults: 200,
      etag: true,
      sort: true,
      bulk: { maxOperations: 10, maxPayloadSize: 100 },
    }),
  ).toMatchObject({
    bulk: { supported: true, maxOperations: 10, maxPayloadSize: 100 },
    sort: { supported: true },
  });
});

test('paging is announced as RFC 9865 wants it, with startIndex as the default, or not at all', () => {
  const options = { baseUrl: BASE, maxResults: 200, etag: true, sort: true };
  const pagination = { defaultPageSize: 100, maxPageSize: 200, cursorTimeout: 3600 };
  expect(serviceProviderConfig({ ...options, pagination })['pagination']).toEqual({
    cursor: true,
    index: true,
    defaultPaginationMethod: 'index',
    ...pagination,
  });
  expect(serviceProviderConfig(options)).not.toHaveProperty('pagination');
});

test("a group announces members of the kind that it takes: people, whose names are the service's own", () => {
  const group = findDocument(schemaDocuments(TYPES, BASE), CORE_GROUP_URN);
  const members = attributesOf(group).find(({ name }) => name === 'members');
  const parts = new Map(attributesOf(members).map((part) => [part['name'], part]));
  expect(parts.get('type')).toMatchObject({ canonicalValues: ['User'] });
  expect(parts.get('$ref')).toMatchObject({ referenceTypes: ['User'] });
  expect(parts.get('display')).toMatchObject({ mutability: 'readOnly' });
});

test('the license types announced are those that the account has', () => {
  const licenseTypes = ['developer', 'it'];
  const types = [userResourceType({ emailsRequired: true, licenseTypes })];
  const [licenseType] = attributesOf(findDocument(schemaDocuments(types, BASE), LICENSE_USER_URN));
  expect(licenseType).toMatchObject({ name: 'licenseType', canonicalValues: licenseTypes });
});

const DOCUMENTS: readonly JsonObject[] = [
  serviceProviderConfig({
    baseUrl: BASE,
    maxResults: 200,
    etag: true,
    sort: true,
    pagination: { defaultPageSize: 100, maxPageSize: 200, cursorTimeout: 3600 },
  }),
  ...resourceTypeDocuments(TYPES, BASE),
  // The schema of schemas nests without end, and RFC 7643 8.7.2 describes it two levels deep.
  ...schemaDocuments(TYPES, BASE).filter(({ id }) => id !== SCHEMA_URN),
];

test('each document has what its own schema requires, and nothing that the schema does not know', () => {
  const known = schemaDocuments(TYPES, BASE);
  for (const document of DOCUMENTS) {
    const [urn] = isJsonArray(document['schemas']) ? document['schemas'] : [];
    const definitions = attributesOf(findDocument(known, textOf(urn)));
    expect(definitions).not.toEqual([]);
    const { schemas: _, meta: __, ...described } = document;
    expect(faultsIn(described, definitions)).toEqual([]);
  }
});

function faultsIn(value: JsonValue | undefined, definitions: readonly JsonObject[]): string[] {
  const names = new Set(definitions.map(({ name }) => textOf(name)));
  return (isJsonArray(value) ? value : [value]).filter(isJsonObject).flatMap((object) => [
    ...Object.keys(object)
      .filter((key) => !names.has(key))
      .map((key) => `${key} is unknown`),
    ...definitions.flatMap((definition) => {
      const name = textOf(definition['name']);
      const part = object[name];
      if (part === undefined) return definition['required'] === true ? [`${name} is missing`] : [];
      if (isJsonArray(part) !== definition['multiValued']) return [`${name} is or is not a list`];
      return definition['type'] === 'complex' ? faultsIn(part, attributesOf(definition)) : [];
    }),
  ]);
}

function textOf(value: JsonValue | undefined): string {
  return typeof value === 'string' ? value : '';
}
