import type { NamedAttribute, Selection } from './attribute-selection.ts';
import { isJsonArray, isJsonObject, ownValue, type JsonObject, type JsonValue } from './json.ts';
import type { PatchOperation } from './patch-operation.ts';
import type { ResourceType } from './resource-types.ts';
import type { SchemaDefinition } from './schemas/attribute.ts';

/** The selection of the answer to a POST or PUT: what is returned on request is asked for by being sent (RFC 7643 7). */
export function withSent(selection: Selection, resource: JsonObject, resourceType: ResourceType): Selection {
  const sent = resourceType.extensions.flatMap((extension) => {
    const data = ownValue(resource, extension.id);
    return isJsonObject(data) ? namesIn(data, extension) : [];
  });
  return sent.length === 0 ? selection : { ...selection, sent };
}

/** The selection of the answer to a PATCH: what is returned on request is asked for by being written (RFC 7643 7). */
export function withPatched(selection: Selection, operations: readonly PatchOperation[]): Selection {
  const sent = operations.flatMap(({ path, value = null }): readonly NamedAttribute[] => {
    if (path.kind === 'extension') return [];
    const { schema, isExtension, attribute, sub } = path;
    const place = { schema, isExtension, attribute: attribute.name };
    return namesAt(place, sub === undefined ? value : { [sub.name]: value });
  });
  return sent.length === 0 ? selection : { ...selection, sent };
}

function namesIn(data: JsonObject, { id, attributes }: SchemaDefinition): readonly NamedAttribute[] {
  return attributes.flatMap(({ name }) => {
    const value = ownValue(data, name);
    return value === undefined ? [] : namesAt({ schema: id, isExtension: true, attribute: name }, value);
  });
}

/** The attribute, and each of its sub-attributes that the value has. */
function namesAt(place: Omit<NamedAttribute, 'sub'>, value: JsonValue): readonly NamedAttribute[] {
  const entries = isJsonArray(value) ? value : [value];
  const subs = new Set(entries.flatMap((entry) => (isJsonObject(entry) ? Object.keys(entry) : [])));
  return [{ ...place, sub: undefined }, ...[...subs].map((sub) => ({ ...place, sub }))];
}
