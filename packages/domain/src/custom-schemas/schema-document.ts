import type { SchemaDefinition } from '@rollcall/scim-protocol/schemas/attribute';

const SCHEMA_URN = 'urn:ietf:params:scim:schemas:core:2.0:Schema';

/** The schema as `/Schemas` prints it, from which it can be defined again. */
export function schemaDocument(schema: SchemaDefinition): object {
  return { schemas: [SCHEMA_URN], ...schema };
}
