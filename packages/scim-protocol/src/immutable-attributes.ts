import { mutability } from './errors.ts';
import { isJsonObject, ownValue, type JsonObject, type JsonValue } from './json.ts';
import type { ResourceType } from './resource-types.ts';
import { sameValue } from './same-value.ts';
import type { AttributeDefinition, SchemaDefinition } from './schemas/attribute.ts';

/**
 * The resource that a PUT makes of `current` (RFC 7644 3.5.1): an immutable value that the body leaves out stays, another value in its place
 * is `mutability`. Entries of a list come and go whole, so what is immutable inside them binds no PUT.
 */
export function keepImmutable(
  current: JsonObject,
  replacement: JsonObject,
  resourceType: ResourceType,
): JsonObject {
  const { schema, extensions } = resourceType;
  const core = fixedIn(schema).reduce(
    (resource, definition) => withFixed(definition, current, resource, ''),
    replacement,
  );
  return extensions.reduce((resource, extension) => keepInExtension(extension, current, resource), core);
}

function keepInExtension(schema: SchemaDefinition, current: JsonObject, resource: JsonObject): JsonObject {
  const fixed = fixedIn(schema);
  const before = ownValue(current, schema.id);
  if (fixed.length === 0 || !isJsonObject(before)) return resource;
  const after = ownValue(resource, schema.id);
  if (!isJsonObject(after)) return keepWithoutMention(schema, before, resource);
  const kept = fixed.reduce(
    (changed, definition) => withFixed(definition, before, changed, `${schema.id}:`),
    after,
  );
  return kept === after ? resource : { ...resource, [schema.id]: kept };
}

/** What the extension requires stays with what is immutable: without it, the resource could not be written back as it was read. */
function keepWithoutMention(
  { id, attributes }: SchemaDefinition,
  before: JsonObject,
  resource: JsonObject,
): JsonObject {
  const held = attributes.filter(({ name }) => Object.hasOwn(before, name));
  if (!held.some(({ mutability: kind }) => kind === 'immutable')) return resource;
  const kept = held.filter(({ required, mutability: kind }) => required || kind === 'immutable');
  return { ...resource, [id]: Object.fromEntries(kept.map(({ name }) => [name, before[name] ?? null])) };
}

function withFixed(
  definition: AttributeDefinition,
  before: JsonObject,
  after: JsonObject,
  prefix: string,
): JsonObject {
  const { name } = definition;
  const was = ownValue(before, name);
  const is = ownValue(after, name);
  if (was === undefined) return after;
  if (definition.mutability === 'immutable') {
    if (is === undefined) return { ...after, [name]: was };
    if (sameValue(was) !== sameValue(is)) throw cannotChange(`${prefix}${name}`);
    return after;
  }
  // Without the whole value, its parts are gone with it.
  return isJsonObject(was) && isJsonObject(is) ? withFixedParts(definition, was, is, after, prefix) : after;
}

function withFixedParts(
  definition: AttributeDefinition,
  was: JsonObject,
  is: JsonObject,
  after: JsonObject,
  prefix: string,
): JsonObject {
  const parts: Record<string, JsonValue> = {};
  for (const { name, mutability: kind } of definition.subAttributes ?? []) {
    const part = ownValue(was, name);
    if (kind !== 'immutable' || part === undefined) continue;
    const now = ownValue(is, name);
    if (now === undefined) parts[name] = part;
    else if (sameValue(now) !== sameValue(part)) throw cannotChange(`${prefix}${definition.name}.${name}`);
  }
  return Object.keys(parts).length === 0 ? after : { ...after, [definition.name]: { ...is, ...parts } };
}

const fixedBySchema = new WeakMap<SchemaDefinition, readonly AttributeDefinition[]>();

/** The attributes of a schema that are immutable, or a part of which is; of lists only the former. */
function fixedIn(schema: SchemaDefinition): readonly AttributeDefinition[] {
  const known = fixedBySchema.get(schema);
  if (known !== undefined) return known;
  const made = schema.attributes.filter(
    ({ mutability: kind, multiValued, subAttributes = [] }) =>
      kind === 'immutable' || (!multiValued && subAttributes.some((part) => part.mutability === 'immutable')),
  );
  fixedBySchema.set(schema, made);
  return made;
}

function cannotChange(path: string): Error {
  return mutability(`"${path}" cannot be changed once it has a value.`);
}
