import {
  findSchema,
  findSubAttribute,
  findTarget,
  schemaEntries,
  type AttributeTarget,
} from './attribute-lookup.ts';
import type { AttributePath } from './attribute-path.ts';
import { invalidPath } from './errors.ts';
import type { Reading } from './reading.ts';
import { resolveEntryFilter, type ResolvedFilter } from './resolve-filter.ts';
import type { ResourceType } from './resource-types.ts';
import type { AttributeDefinition, SchemaDefinition } from './schemas/attribute.ts';

export type ResolvedPath =
  | {
      readonly kind: 'attribute';
      readonly schema: string;
      readonly isExtension: boolean;
      readonly attribute: AttributeDefinition;
      readonly filter: ResolvedFilter | undefined;
      readonly sub: AttributeDefinition | undefined;
    }
  /** The bare URN of an extension: all that the resource has under it. */
  | { readonly kind: 'extension'; readonly schema: SchemaDefinition };

/** Looks a path's names up in the schemas; a name that they do not have is `invalidPath`. */
export function resolvePath(path: AttributePath, resourceType: ResourceType, reading: Reading): ResolvedPath {
  const target =
    findTarget(resourceType, path.attribute) ?? findAfterDot(path.attribute, resourceType, reading);
  if (target === undefined) {
    const entry = path.filter === undefined ? findSchema(resourceType, path.attribute) : undefined;
    if (entry?.isExtension === true) return { kind: 'extension', schema: entry.schema };
    throw unknown(path.attribute, resourceType);
  }
  const { schema, isExtension, attribute } = target;
  if (path.filter === undefined) {
    return { kind: 'attribute', schema, isExtension, attribute, filter: undefined, sub: target.sub };
  }
  const parent = withEntries(target);
  if (parent === undefined) {
    throw invalidPath(
      `A filter in brackets needs an attribute with several values or sub-attributes before it; "${path.attribute}" has none.`,
    );
  }
  const sub = path.sub === undefined ? undefined : findSubAttribute(attribute, path.sub);
  if (path.sub !== undefined && sub === undefined) {
    throw unknown(`${path.attribute}[…].${path.sub}`, resourceType);
  }
  const filter = resolveEntryFilter(path.filter, parent, reading);
  return { kind: 'attribute', schema, isExtension, attribute, filter, sub };
}

/** The attribute that a filter in brackets can follow. RFC 7644 3.5.2.2: in a list of plain values it compares the "value". */
function withEntries(target: AttributeTarget): AttributeTarget | undefined {
  const { attribute, sub } = target;
  if (sub !== undefined) return undefined;
  if (attribute.type === 'complex') return target;
  if (!attribute.multiValued) return undefined;
  const value: AttributeDefinition = { ...attribute, name: 'value', multiValued: false };
  return { ...target, attribute: { ...attribute, subAttributes: [value] } };
}

function findAfterDot(
  name: string,
  resourceType: ResourceType,
  reading: Reading,
): AttributeTarget | undefined {
  const lower = name.toLowerCase();
  for (const { schema } of schemaEntries(resourceType)) {
    if (!lower.startsWith(`${schema.id.toLowerCase()}.`)) continue;
    const target = findTarget(resourceType, `${schema.id}:${name.slice(schema.id.length + 1)}`);
    if (target === undefined) continue;
    reading.leniency('dot-after-urn', `Read the dot after ${schema.id} as a colon`, 'invalidPath');
    return target;
  }
  return undefined;
}

/** The path without the values in its filter, fit for messages and logs. */
export function describePath(path: ResolvedPath): string {
  if (path.kind === 'extension') return path.schema.id;
  const urn = path.isExtension ? `${path.schema}:` : '';
  const sub = path.sub === undefined ? '' : `.${path.sub.name}`;
  return `${urn}${path.attribute.name}${path.filter === undefined ? '' : '[…]'}${sub}`;
}

function unknown(name: string, resourceType: ResourceType): Error {
  return invalidPath(
    `${resourceType.name} has no attribute "${name}". /Schemas lists those that can be written; correct or remove the mapping.`,
  );
}
