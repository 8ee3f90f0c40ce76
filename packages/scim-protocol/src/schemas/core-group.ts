import { attribute, type SchemaDefinition } from './attribute.ts';

export const CORE_GROUP_URN = 'urn:ietf:params:scim:schemas:core:2.0:Group';

/** RFC 7643 4.2; displayName is required since erratum 5368. */
export const CORE_GROUP_SCHEMA: SchemaDefinition = {
  id: CORE_GROUP_URN,
  name: 'Group',
  description: 'Group',
  attributes: [
    attribute('displayName', 'string', "The group's name; unique, ignoring case.", {
      required: true,
      uniqueness: 'server',
    }),
    attribute('members', 'complex', "The group's members.", {
      multiValued: true,
      subAttributes: [
        attribute('value', 'string', "The member's id.", {
          required: true,
          caseExact: true,
          mutability: 'immutable',
        }),
        attribute('$ref', 'reference', "The member's URI.", {
          mutability: 'immutable',
          referenceTypes: ['User'],
        }),
        attribute('type', 'string', 'The kind of member.', {
          mutability: 'immutable',
          // Groups of groups are refused, so clients must not be told to send them.
          canonicalValues: ['User'],
        }),
        attribute('display', 'string', "The member's name.", { mutability: 'readOnly' }),
      ],
    }),
  ],
};
