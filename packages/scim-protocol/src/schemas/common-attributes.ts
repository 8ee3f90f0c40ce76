import { attribute, type AttributeDefinition } from './attribute.ts';

/** The attributes of every resource (RFC 7643 3 and 3.1); they belong to no schema's URN. */
export const COMMON_ATTRIBUTES: readonly AttributeDefinition[] = [
  attribute('schemas', 'reference', 'The URNs of the schemas whose attributes the resource has.', {
    multiValued: true,
    required: true,
    caseExact: false,
    returned: 'always',
    referenceTypes: ['uri'],
  }),
  attribute('id', 'string', "The service's own, lasting identifier of the resource.", {
    caseExact: true,
    mutability: 'readOnly',
    returned: 'always',
    uniqueness: 'server',
  }),
  attribute('externalId', 'string', "The client's own identifier of the resource.", {
    caseExact: true,
  }),
  attribute('meta', 'complex', 'What the service knows about the resource itself.', {
    mutability: 'readOnly',
    subAttributes: [
      attribute('resourceType', 'string', "The name of the resource's type.", {
        caseExact: true,
        mutability: 'readOnly',
      }),
      attribute('created', 'dateTime', 'When the resource was made.', { mutability: 'readOnly' }),
      attribute('lastModified', 'dateTime', 'When the resource last changed.', {
        mutability: 'readOnly',
      }),
      attribute('location', 'reference', "The resource's URI.", {
        mutability: 'readOnly',
        referenceTypes: ['uri'],
      }),
      attribute('version', 'string', "The resource's entity tag.", {
        caseExact: true,
        mutability: 'readOnly',
      }),
    ],
  }),
];
