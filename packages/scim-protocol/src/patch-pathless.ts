import { findCoreAttribute, findSchema } from './attribute-lookup.ts';
import { parseAttributePath } from './attribute-path.ts';
import { invalidPath, invalidValue } from './errors.ts';
import { isJsonObject, type JsonValue } from './json.ts';
import { operationAt, type PatchOperation } from './patch-operation.ts';
import { twoSpellings } from './read-value.ts';
import type { Reading } from './reading.ts';
import { describePath, resolvePath } from './resolve-path.ts';
import type { ResourceType } from './resource-types.ts';
import type { AttributeDefinition, SchemaDefinition } from './schemas/attribute.ts';

/**
 * Spreads an operation without a path into one for each attribute that its value names: by name, by an extension's URN with an object, or by
 * Entra's keys that are paths. A plain name that the schemas do not know is dropped, as in a POST; a path that leads nowhere is refused.
 */
export function expandPathless(
  op: 'add' | 'replace',
  value: JsonValue,
  where: string,
  resourceType: ResourceType,
  reading: Reading,
): readonly PatchOperation[] {
  if (!isJsonObject(value)) {
    throw invalidValue(`${where} has no "path", so its value must be an object of attributes.`);
  }
  const seen = new Set<string>();
  return Object.entries(value).flatMap(([key, item]) => {
    if (seen.has(key.toLowerCase())) throw twoSpellings(key, where);
    seen.add(key.toLowerCase());
    const definition = findCoreAttribute(resourceType, key);
    if (definition !== undefined) {
      return atAttribute(
        op,
        resourceType.schema,
        definition,
        item,
        false,
        `${where}.${definition.name}`,
        reading,
      );
    }
    const entry = findSchema(resourceType, key);
    if (entry !== undefined) return expandExtension(op, entry.schema, item, where, resourceType, reading);
    return expandPathKey(op, key, item, where, resourceType, reading);
  });
}

/** The operations for an object of one schema's attributes; null takes all of them away. */
export function expandExtension(
  op: 'add' | 'replace',
  schema: SchemaDefinition,
  value: JsonValue,
  where: string,
  resourceType: ResourceType,
  reading: Reading,
): readonly PatchOperation[] {
  const isExtension = schema !== resourceType.schema;
  if (value === null && isExtension) return [{ op: 'remove', path: { kind: 'extension', schema } }];
  if (!isJsonObject(value)) throw invalidValue(`${where}: the value of "${schema.id}" must be an object.`);
  const seen = new Set<string>();
  return Object.entries(value).flatMap(([key, item]) => {
    const lower = key.toLowerCase();
    const definition = schema.attributes.find((each) => each.name.toLowerCase() === lower);
    if (definition === undefined) return [];
    if (seen.has(lower)) throw twoSpellings(definition.name, where);
    seen.add(lower);
    return atAttribute(
      op,
      schema,
      definition,
      item,
      isExtension,
      `${where} (${schema.id}:${definition.name})`,
      reading,
    );
  });
}

function expandPathKey(
  op: 'add' | 'replace',
  key: string,
  value: JsonValue,
  where: string,
  resourceType: ResourceType,
  reading: Reading,
): readonly PatchOperation[] {
  const isPath = /[.:[]/.test(key);
  // A whole extension that nobody knows is dropped, as its URN in `schemas` would be tolerated.
  if (!isPath || (key.includes(':') && isJsonObject(value) && !key.includes('['))) return [];
  const path = resolvePath(parseAttributePath(key, reading), resourceType, reading);
  if (path.kind === 'extension') throw invalidPath(`${where}: "${key}" names no attribute.`);
  reading.leniency('dotted-keys', 'Read the keys of a PATCH without a path as paths', 'invalidPath');
  return operationAt(op, path, value, `${where} (${describePath(path)})`, reading);
}

function atAttribute(
  op: 'add' | 'replace',
  schema: SchemaDefinition,
  attribute: AttributeDefinition,
  value: JsonValue,
  isExtension: boolean,
  where: string,
  reading: Reading,
): readonly PatchOperation[] {
  // RFC 7644 3.5.2: read-only attributes inside a body are ignored; Okta names the group's own id, authentik sends the group whole.
  if (attribute.mutability === 'readOnly') return [];
  const path = {
    kind: 'attribute',
    schema: schema.id,
    isExtension,
    attribute,
    filter: undefined,
    sub: undefined,
  } as const;
  return operationAt(op, path, value, where, reading);
}
