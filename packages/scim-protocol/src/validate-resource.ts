import { findCoreAttribute, findSchema, schemaEntries, type SchemaEntry } from './attribute-lookup.ts';
import { invalidSyntax, invalidValue } from './errors.ts';
import { isJsonArray, isJsonObject, ownValue, type JsonObject, type JsonValue } from './json.ts';
import { readValue, refuseTwoPrimaries, twoSpellings, wrongType } from './read-value.ts';
import type { Reading } from './reading.ts';
import { missingAttributes } from './required-attributes.ts';
import type { ResourceType } from './resource-types.ts';
import type { AttributeDefinition } from './schemas/attribute.ts';

/** A resource in canonical spelling: core attributes at the top, each extension's under its URN, nothing unassigned. */
export type ScimResource = JsonObject;

/**
 * Reads the body of a POST or PUT. Attributes that the client may not write or that the schemas do not know are dropped (RFC 7644 3.3, 3.5.1);
 * a wrong type, a missing required attribute or a second primary entry is `invalidValue` naming the place.
 */
export function readResource(body: JsonValue, resourceType: ResourceType, reading: Reading): ScimResource {
  if (!isJsonObject(body)) throw invalidSyntax('The request body must be a JSON object.');
  const listed = checkSchemas(body, resourceType, reading);

  const resource: Record<string, JsonValue> = {};
  for (const [key, value] of Object.entries(body)) {
    const entry = key.includes(':') ? findSchema(resourceType, key) : undefined;
    if (entry?.isExtension === true) {
      if (Object.hasOwn(resource, entry.schema.id)) throw twoSpellings(entry.schema.id, '');
      const data = readExtension(entry, value, reading);
      if (data !== undefined) {
        resource[entry.schema.id] = data;
        noteUnlisted(entry, listed, reading);
      }
      continue;
    }
    const definition = findCoreAttribute(resourceType, key);
    if (definition === undefined || isIgnored(definition)) continue;
    if (Object.hasOwn(resource, definition.name)) throw twoSpellings(definition.name, '');
    resource[definition.name] = readValue(definition, value, definition.name, { reading, keepNulls: false });
  }
  const assigned = withoutUnassigned(resource);
  refuseMissing(assigned, resourceType, resourceType.defaulted);
  return withSchemas(assigned, resourceType);
}

/** Sets `schemas` to the core URN and those of the extensions that have data (RFC 7643 3), in the schemas' own order. */
export function withSchemas(resource: ScimResource, resourceType: ResourceType): ScimResource {
  const present = resourceType.extensions.filter((schema) => Object.hasOwn(resource, schema.id));
  return { ...resource, schemas: [resourceType.schema.id, ...present.map((schema) => schema.id)] };
}

/** Refuses a resource in which an attribute has two primary entries; a PATCH is judged by it after all its operations. */
export function refuseSecondPrimaries(resource: ScimResource, resourceType: ResourceType): void {
  for (const { schema, isExtension } of schemaEntries(resourceType)) {
    const container = isExtension ? ownValue(resource, schema.id) : resource;
    if (!isJsonObject(container)) continue;
    for (const definition of schema.attributes) {
      const value = ownValue(container, definition.name);
      if (definition.multiValued && isJsonArray(value)) refuseTwoPrimaries(value, definition.name);
    }
  }
}

function refuseMissing(
  resource: ScimResource,
  resourceType: ResourceType,
  defaulted: readonly string[],
): void {
  const name = missingAttributes(resource, resourceType).find((each) => !defaulted.includes(each));
  if (name !== undefined) {
    throw invalidValue(`"${name}" is required and has no value; map an attribute that is never empty to it.`);
  }
}

function readExtension(entry: SchemaEntry, value: JsonValue, reading: Reading): JsonObject | undefined {
  if (value === null) return undefined;
  if (!isJsonObject(value)) throw wrongType(entry.schema.id, 'an object');
  const data: Record<string, JsonValue> = {};
  for (const [key, item] of Object.entries(value)) {
    const definition = entry.attributes.get(key.toLowerCase());
    if (definition === undefined || definition.mutability === 'readOnly') continue;
    if (Object.hasOwn(data, definition.name)) throw twoSpellings(definition.name, entry.schema.id);
    const path = `${entry.schema.id}:${definition.name}`;
    data[definition.name] = readValue(definition, item, path, { reading, keepNulls: false });
  }
  const assigned = withoutUnassigned(data);
  return Object.keys(assigned).length === 0 ? undefined : assigned;
}

/** `schemas` is derived from what is there; passwords are accepted and not kept (Okta always sends one). */
function isIgnored(definition: AttributeDefinition): boolean {
  return (
    definition.name === 'schemas' ||
    definition.mutability === 'readOnly' ||
    definition.mutability === 'writeOnly'
  );
}

function withoutUnassigned(attributes: JsonObject): JsonObject {
  return Object.fromEntries(Object.entries(attributes).filter(([, value]) => value !== null));
}

const VERSION_1_URN = 'urn:scim:schemas:core:1.0';

/**
 * RFC 7643 3: the core schema's URN is there, each URN once, in any order, and none but those of the resource type (Entra adds a URN of
 * its own to groups). The URNs in lower case; undefined where there are none.
 */
function checkSchemas(
  body: JsonObject,
  resourceType: ResourceType,
  reading: Reading,
): readonly string[] | undefined {
  const keys = Object.keys(body).filter((key) => key.toLowerCase() === 'schemas');
  if (keys.length > 1) throw twoSpellings('schemas', '');
  const schemas = ownValue(body, keys[0] ?? 'schemas');
  if (schemas === undefined || schemas === null) {
    reading.leniency('schemas-missing', 'Read a body without "schemas"', 'invalidSyntax');
    return undefined;
  }
  if (!isJsonArray(schemas)) throw wrongType('schemas', 'a list of URNs');
  const urns = schemas.map((urn) => {
    if (typeof urn !== 'string') throw wrongType('schemas', 'a list of URNs');
    return urn.toLowerCase();
  });
  if (new Set(urns).size < urns.length) {
    reading.leniency('schemas-duplicate', 'Read a URN that "schemas" lists twice once', 'invalidValue');
  }
  if (!urns.includes(resourceType.schema.id.toLowerCase())) {
    if (!urns.includes(VERSION_1_URN)) {
      throw invalidValue(`"schemas" must list "${resourceType.schema.id}" for a ${resourceType.name}.`);
    }
    reading.leniency('schemas-version-1', 'Read a SCIM 1.x core URN as the 2.0 one', 'invalidValue');
  }
  if (urns.some((urn) => urn !== VERSION_1_URN && findSchema(resourceType, urn) === undefined)) {
    reading.leniency(
      'schemas-unknown',
      `Passed over a URN in "schemas" that a ${resourceType.name} does not have`,
      'invalidValue',
    );
  }
  return urns;
}

function noteUnlisted(
  { schema }: SchemaEntry,
  listed: readonly string[] | undefined,
  reading: Reading,
): void {
  if (listed === undefined || listed.includes(schema.id.toLowerCase())) return;
  reading.leniency(
    'schemas-unlisted',
    `Read the attributes of ${schema.id}, which "schemas" does not list`,
    'invalidValue',
  );
}
