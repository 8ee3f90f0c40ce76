import type { SchemaDefinition } from '@rollcall/scim-protocol/schemas/attribute';
import { InvalidInputError } from '../errors.ts';
import { distinctNames, parseAttribute } from './parse-attribute.ts';
import { listIn, membersOf, textIn } from './document-members.ts';
import { assertUrn } from './schema-urn.ts';

export const MOST_ATTRIBUTES = 100;
/** Each account's schemas are read with its settings, so they stay small. */
export const LONGEST_SCHEMA = 64_000;

const LONGEST_NAME = 100;
const LONGEST_DESCRIPTION = 1_000;
const MEMBERS = ['schemas', 'id', 'name', 'description', 'attributes', 'meta'];

/**
 * Reads a schema as `/Schemas` prints it (RFC 7643 7), so that one exported from another service can be defined here.
 * What is left out has the RFC's default. Throws InvalidInputError naming the place for whatever Rollcall could not obey.
 */
export function parseSchemaDocument(document: unknown): SchemaDefinition {
  const members = membersOf(document, 'The schema', MEMBERS);
  const id = textIn(members, 'id', 'The schema', { longest: 200 });
  assertUrn(id);
  const listed = listIn(members, 'attributes', 'The schema');
  if (listed.length === 0 || listed.length > MOST_ATTRIBUTES) {
    throw new InvalidInputError(
      `The schema has ${listed.length} attributes; it needs 1 to ${MOST_ATTRIBUTES}.`,
      'attributes',
    );
  }
  const attributes = listed.map((each, index) => parseAttribute(each, `attributes[${index}]`));
  distinctNames(attributes, 'The schema');
  const schema: SchemaDefinition = {
    id,
    name: textIn(members, 'name', 'The schema', { longest: LONGEST_NAME }),
    description: textIn(members, 'description', 'The schema', {
      longest: LONGEST_DESCRIPTION,
      otherwise: '',
    }),
    attributes,
  };
  const { length } = JSON.stringify(schema);
  if (length > LONGEST_SCHEMA) {
    throw new InvalidInputError(
      `The schema is ${length} characters of JSON; at most ${LONGEST_SCHEMA} are kept. Shorten descriptions, or define two schemas.`,
    );
  }
  return schema;
}
