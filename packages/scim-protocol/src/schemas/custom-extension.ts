import { MAX_ENTRIES, type AttributeDefinition, type SchemaDefinition } from './attribute.ts';

/** A schema that an account defined, with the service's own limit on the entries of its multi-valued attributes. */
export function customExtension(schema: SchemaDefinition): SchemaDefinition {
  return { ...schema, attributes: schema.attributes.map(withLimit) };
}

function withLimit(definition: AttributeDefinition): AttributeDefinition {
  return definition.multiValued ? { ...definition, maxEntries: MAX_ENTRIES } : definition;
}
