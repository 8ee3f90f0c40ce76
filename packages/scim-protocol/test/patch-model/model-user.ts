import { userResourceType, type ResourceType } from '../../src/resource-types.ts';
import { attribute, type AttributeDefinition, type SchemaDefinition } from '../../src/schemas/attribute.ts';
import { COMMON_ATTRIBUTES } from '../../src/schemas/common-attributes.ts';

/** An account's own extension with what the built-in schemas lack: every type, alone and in lists, required and immutable. */
export const EVERY_TYPE: SchemaDefinition = {
  id: 'urn:example:scim:EveryType',
  name: 'EveryType',
  description: 'Every type',
  attributes: [
    attribute('badge', 'string', 'Required.', { required: true }),
    attribute('hired', 'dateTime', 'A date.'),
    attribute('level', 'integer', 'An integer.'),
    attribute('rate', 'decimal', 'A decimal.'),
    attribute('remote', 'boolean', 'A boolean.'),
    attribute('seal', 'binary', 'Bytes.'),
    attribute('page', 'reference', 'An address.', { referenceTypes: ['external'] }),
    attribute('pin', 'string', 'Never shown.', { returned: 'never' }),
    attribute('serial', 'string', 'Given once.', { mutability: 'immutable', caseExact: true }),
    attribute('tags', 'string', 'Plain texts.', { multiValued: true }),
    attribute('codes', 'integer', 'Plain numbers.', { multiValued: true }),
    attribute('days', 'dateTime', 'Plain dates.', { multiValued: true }),
    attribute('marks', 'string', 'Given once.', { multiValued: true, mutability: 'immutable' }),
    attribute('desk', 'complex', 'One complex value.', {
      subAttributes: [
        attribute('floor', 'integer', 'Required.', { required: true }),
        attribute('wing', 'string', 'A wing.'),
        attribute('key', 'string', 'Given once.', { mutability: 'immutable' }),
      ],
    }),
    attribute('keys', 'complex', 'Several complex values.', {
      multiValued: true,
      subAttributes: [
        attribute('value', 'string', 'Required.', { required: true, caseExact: true }),
        attribute('type', 'string', 'A type.', { canonicalValues: ['work', 'home'] }),
        attribute('primary', 'boolean', 'True at most once.'),
        attribute('weight', 'decimal', 'A number.'),
        attribute('since', 'dateTime', 'A date.'),
        attribute('lock', 'string', 'Given once.', { mutability: 'immutable' }),
        attribute('maker', 'string', 'Set by nobody.', { mutability: 'readOnly' }),
      ],
    }),
  ],
};

const BUILT_IN = userResourceType({ emailsRequired: false });

export const MODEL_USER: ResourceType = { ...BUILT_IN, extensions: [...BUILT_IN.extensions, EVERY_TYPE] };

/** An attribute and the schema that it belongs to. */
export interface ModelAttribute {
  readonly schema: SchemaDefinition;
  readonly isExtension: boolean;
  readonly attribute: AttributeDefinition;
}

export const MODEL_ATTRIBUTES: readonly ModelAttribute[] = [
  ...[...COMMON_ATTRIBUTES, ...BUILT_IN.schema.attributes].map((each) => ({
    schema: BUILT_IN.schema,
    isExtension: false,
    attribute: each,
  })),
  ...MODEL_USER.extensions.flatMap((schema) =>
    schema.attributes.map((each) => ({ schema, isExtension: true, attribute: each })),
  ),
];
