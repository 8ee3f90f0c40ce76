import {
  attribute,
  type AttributeDefinition,
  type AttributeType,
  type Characteristics,
  type SchemaDefinition,
} from './attribute.ts';

export const SERVICE_PROVIDER_CONFIG_URN = 'urn:ietf:params:scim:schemas:core:2.0:ServiceProviderConfig';
export const RESOURCE_TYPE_URN = 'urn:ietf:params:scim:schemas:core:2.0:ResourceType';
export const SCHEMA_URN = 'urn:ietf:params:scim:schemas:core:2.0:Schema';

/** RFC 7643 8.7.2: the schemas of the discovery documents themselves, for clients that check those against them. */
export function discoverySchemas(): readonly SchemaDefinition[] {
  return [serviceProviderConfigSchema(), resourceTypeSchema(), schemaSchema()];
}

function serviceProviderConfigSchema(): SchemaDefinition {
  return {
    id: SERVICE_PROVIDER_CONFIG_URN,
    name: 'ServiceProviderConfig',
    description: "The service provider's configuration.",
    attributes: [
      readOnly('documentationUri', 'reference', 'Where the service is documented.', {
        referenceTypes: ['external'],
      }),
      feature('patch', 'PATCH requests.'),
      feature('bulk', 'Bulk requests.', [
        required('maxOperations', 'integer', 'The most operations in one request.'),
        required('maxPayloadSize', 'integer', 'The most bytes in one request.'),
      ]),
      feature('filter', 'Filters.', [required('maxResults', 'integer', 'The most resources in one answer.')]),
      feature('changePassword', 'Changing passwords.'),
      feature('sort', 'Sorted answers.'),
      feature('etag', 'Entity tags.'),
      pagination(),
      authenticationSchemes(),
    ],
  };
}

/** RFC 9865 4. */
function pagination(): AttributeDefinition {
  return readOnly('pagination', 'complex', 'How lists are paged.', {
    subAttributes: [
      required('cursor', 'boolean', 'Whether pages can be asked for by cursor.'),
      required('index', 'boolean', 'Whether pages can be asked for by startIndex.'),
      readOnly('defaultPaginationMethod', 'string', 'How pages come that are asked for by neither.', {
        canonicalValues: ['cursor', 'index'],
      }),
      readOnly('defaultPageSize', 'integer', 'The resources in a page where no count is given.'),
      readOnly('maxPageSize', 'integer', 'The most resources in a page.'),
      readOnly('cursorTimeout', 'integer', 'How many seconds a cursor is good for.'),
    ],
  });
}

function authenticationSchemes(): AttributeDefinition {
  return readOnly('authenticationSchemes', 'complex', 'How clients authenticate.', {
    multiValued: true,
    required: true,
    subAttributes: [
      required('type', 'string', 'The kind of scheme.', {
        canonicalValues: ['oauth', 'oauth2', 'oauthbearertoken', 'httpbasic', 'httpdigest'],
      }),
      required('name', 'string', "The scheme's name."),
      required('description', 'string', 'What the scheme is.'),
      readOnly('specUri', 'reference', 'Where the scheme is specified.', { referenceTypes: ['external'] }),
      readOnly('documentationUri', 'reference', 'Where its use is documented.', {
        referenceTypes: ['external'],
      }),
      readOnly('primary', 'boolean', 'Whether the scheme is the preferred one.'),
    ],
  });
}

function resourceTypeSchema(): SchemaDefinition {
  return {
    id: RESOURCE_TYPE_URN,
    name: 'ResourceType',
    description: 'A type of resource.',
    attributes: [
      readOnly('id', 'string', "The resource type's id, the same as its name.", { caseExact: true }),
      required('name', 'string', "The resource type's name."),
      readOnly('description', 'string', 'What the resources are.'),
      required('endpoint', 'reference', 'Where the resources are, below the base URL.', {
        referenceTypes: ['uri'],
      }),
      required('schema', 'reference', "The URN of the resources' core schema.", {
        caseExact: true,
        referenceTypes: ['uri'],
      }),
      readOnly('schemaExtensions', 'complex', 'The extensions that the resources may have.', {
        multiValued: true,
        subAttributes: [
          required('schema', 'reference', "The extension's URN.", {
            caseExact: true,
            referenceTypes: ['uri'],
          }),
          required('required', 'boolean', 'Whether each resource must have the extension.'),
        ],
      }),
    ],
  };
}

function schemaSchema(): SchemaDefinition {
  const attributes = required('attributes', 'complex', 'The attributes that the schema has.', {
    multiValued: true,
    subAttributes: [
      ...characteristics(),
      readOnly('subAttributes', 'complex', 'The parts of a complex attribute.', {
        multiValued: true,
        subAttributes: characteristics(),
      }),
    ],
  });
  return {
    id: SCHEMA_URN,
    name: 'Schema',
    description: 'A schema and the characteristics of its attributes.',
    attributes: [
      required('id', 'string', "The schema's URN.", { caseExact: true }),
      readOnly('name', 'string', 'A name that people read.'),
      readOnly('description', 'string', 'What the schema describes.'),
      attributes,
    ],
  };
}

/** RFC 7643 7. */
function characteristics(): readonly AttributeDefinition[] {
  return [
    required('name', 'string', "The attribute's name.", { caseExact: true }),
    required('type', 'string', "The kind of the attribute's values.", {
      canonicalValues: [
        'string',
        'boolean',
        'decimal',
        'integer',
        'dateTime',
        'reference',
        'binary',
        'complex',
      ],
    }),
    required('multiValued', 'boolean', 'Whether there may be several values.'),
    readOnly('description', 'string', 'What the attribute means.'),
    required('required', 'boolean', 'Whether each resource must have the attribute.'),
    readOnly('canonicalValues', 'string', 'Suggested values.', { multiValued: true, caseExact: true }),
    readOnly('caseExact', 'boolean', 'Whether letter case counts when values are compared.'),
    readOnly('mutability', 'string', 'Whether and when clients can write the attribute.', {
      caseExact: true,
      canonicalValues: ['readOnly', 'readWrite', 'immutable', 'writeOnly'],
    }),
    readOnly('returned', 'string', 'When answers have the attribute.', {
      caseExact: true,
      canonicalValues: ['always', 'never', 'default', 'request'],
    }),
    readOnly('uniqueness', 'string', 'Among which resources a value is unique.', {
      caseExact: true,
      canonicalValues: ['none', 'server', 'global'],
    }),
    readOnly('referenceTypes', 'string', 'What a reference may refer to.', {
      multiValued: true,
      caseExact: true,
    }),
  ];
}

function feature(
  name: string,
  description: string,
  limits: readonly AttributeDefinition[] = [],
): AttributeDefinition {
  return required(name, 'complex', description, {
    subAttributes: [required('supported', 'boolean', 'Whether the service offers it.'), ...limits],
  });
}

function required(
  name: string,
  type: AttributeType,
  description: string,
  others: Characteristics = {},
): AttributeDefinition {
  return readOnly(name, type, description, { ...others, required: true });
}

function readOnly(
  name: string,
  type: AttributeType,
  description: string,
  others: Characteristics = {},
): AttributeDefinition {
  return attribute(name, type, description, { ...others, mutability: 'readOnly' });
}
