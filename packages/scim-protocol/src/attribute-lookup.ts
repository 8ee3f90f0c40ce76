import type { ResourceType } from './resource-types.ts';
import type { AttributeDefinition, SchemaDefinition } from './schemas/attribute.ts';
import { COMMON_ATTRIBUTES } from './schemas/common-attributes.ts';

/** One attribute or sub-attribute of a resource type, and the schema that it belongs to. */
export interface AttributeTarget {
  /** The schema's URN; the core schema's for the common attributes. */
  readonly schema: string;
  readonly isExtension: boolean;
  readonly attribute: AttributeDefinition;
  readonly sub: AttributeDefinition | undefined;
}

export interface SchemaEntry {
  readonly schema: SchemaDefinition;
  readonly isExtension: boolean;
  /** By name in lower case: RFC 7643 2.1 compares names ignoring case. */
  readonly attributes: ReadonlyMap<string, AttributeDefinition>;
}

interface Lookup {
  readonly core: SchemaEntry;
  readonly byUrn: ReadonlyMap<string, SchemaEntry>;
}

/** `[urn:]name[.sub]` in any letter case, or undefined where the resource type has no such attribute. */
export function findTarget(resourceType: ResourceType, text: string): AttributeTarget | undefined {
  const { entry, rest } = splitUrn(resourceType, text);
  if (entry === undefined) return undefined;
  const [name = '', subName, ...more] = rest.split('.');
  const attribute = entry.attributes.get(name.toLowerCase());
  if (attribute === undefined || more.length > 0) return undefined;
  const sub = subName === undefined ? undefined : findSubAttribute(attribute, subName);
  if (subName !== undefined && sub === undefined) return undefined;
  return { schema: entry.schema.id, isExtension: entry.isExtension, attribute, sub };
}

/** The schema whose URN is `text`, in any letter case. */
export function findSchema(resourceType: ResourceType, text: string): SchemaEntry | undefined {
  return lookupOf(resourceType).byUrn.get(text.toLowerCase());
}

/** An attribute of the core schema, or a common one, by its bare name. */
export function findCoreAttribute(resourceType: ResourceType, name: string): AttributeDefinition | undefined {
  return lookupOf(resourceType).core.attributes.get(name.toLowerCase());
}

export function schemaEntries(resourceType: ResourceType): Iterable<SchemaEntry> {
  return lookupOf(resourceType).byUrn.values();
}

export function findSubAttribute(
  attribute: AttributeDefinition,
  name: string,
): AttributeDefinition | undefined {
  return subAttributesByName(attribute).get(name.toLowerCase());
}

const subAttributeMaps = new WeakMap<AttributeDefinition, ReadonlyMap<string, AttributeDefinition>>();

export function subAttributesByName(
  attribute: AttributeDefinition,
): ReadonlyMap<string, AttributeDefinition> {
  const known = subAttributeMaps.get(attribute);
  if (known !== undefined) return known;
  const made = byLowerCaseName(attribute.subAttributes ?? []);
  subAttributeMaps.set(attribute, made);
  return made;
}

function splitUrn(
  resourceType: ResourceType,
  text: string,
): { readonly entry: SchemaEntry | undefined; readonly rest: string } {
  const { core, byUrn } = lookupOf(resourceType);
  if (!text.includes(':')) return { entry: core, rest: text };
  // A URN may itself hold dots and colons, so the known ones are tried instead of a split.
  const lower = text.toLowerCase();
  for (const [urn, entry] of byUrn) {
    if (lower.startsWith(`${urn}:`)) return { entry, rest: text.slice(urn.length + 1) };
  }
  return { entry: undefined, rest: text };
}

const lookups = new WeakMap<ResourceType, Lookup>();

function lookupOf(resourceType: ResourceType): Lookup {
  const known = lookups.get(resourceType);
  if (known !== undefined) return known;
  const core: SchemaEntry = {
    schema: resourceType.schema,
    isExtension: false,
    attributes: byLowerCaseName([...COMMON_ATTRIBUTES, ...resourceType.schema.attributes]),
  };
  const entries = resourceType.extensions.map((schema): SchemaEntry => ({
    schema,
    isExtension: true,
    attributes: byLowerCaseName(schema.attributes),
  }));
  const made: Lookup = {
    core,
    // Longest first: one extension's URN may begin with another's.
    byUrn: new Map(
      [core, ...entries]
        .toSorted((a, b) => b.schema.id.length - a.schema.id.length)
        .map((entry) => [entry.schema.id.toLowerCase(), entry]),
    ),
  };
  lookups.set(resourceType, made);
  return made;
}

function byLowerCaseName(
  attributes: readonly AttributeDefinition[],
): ReadonlyMap<string, AttributeDefinition> {
  return new Map(attributes.map((definition) => [definition.name.toLowerCase(), definition]));
}
