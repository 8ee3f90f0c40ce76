import { findSchema, findSubAttribute, findTarget } from './attribute-lookup.ts';
import { invalidValue } from './errors.ts';
import { isJsonArray, isJsonObject, ownValue, type JsonObject, type JsonValue } from './json.ts';
import type { ResourceType } from './resource-types.ts';
import type { AttributeDefinition } from './schemas/attribute.ts';
import { COMMON_ATTRIBUTES } from './schemas/common-attributes.ts';
import type { ScimResource } from './validate-resource.ts';

/** Which attributes an answer has (RFC 7644 3.9): the default ones, only those named, or the default ones less those named. */
export interface Selection {
  readonly mode: 'default' | 'only' | 'without';
  readonly named: readonly NamedAttribute[];
  /** What the write that is answered sent: of what is returned on request, this is shown unless `attributes` names others. */
  readonly sent?: readonly NamedAttribute[];
}

export interface NamedAttribute {
  readonly schema: string;
  readonly isExtension: boolean;
  /** Undefined for a schema's bare URN: all of its attributes. */
  readonly attribute: string | undefined;
  readonly sub: string | undefined;
}

type NameList = string | readonly string[] | undefined;

/** Reads `attributes` and `excludedAttributes`. Names that the schemas do not know select nothing; both at once are `invalidValue`. */
export function parseSelection(
  query: { readonly attributes?: NameList; readonly excludedAttributes?: NameList },
  resourceType: ResourceType,
): Selection {
  const only = namesIn(query.attributes);
  const without = namesIn(query.excludedAttributes);
  if (only.length > 0 && without.length > 0) {
    throw invalidValue('"attributes" and "excludedAttributes" exclude each other; send one of them.');
  }
  if (only.length > 0) return { mode: 'only', named: only.flatMap((name) => resolved(name, resourceType)) };
  if (without.length === 0) return { mode: 'default', named: [] };
  return { mode: 'without', named: without.flatMap((name) => resolved(name, resourceType)) };
}

/** The resource with what the selection and each attribute's `returned` leave of it; always `schemas` and `id`, never a password. */
export function selectAttributes(
  resource: ScimResource,
  selection: Selection,
  resourceType: ResourceType,
): ScimResource {
  const { schema, extensions } = resourceType;
  const selected: Record<string, JsonValue> = selectFrom(
    resource,
    [...COMMON_ATTRIBUTES, ...schema.attributes],
    schema.id,
    selection,
  );
  for (const extension of extensions) {
    const data = ownValue(resource, extension.id);
    if (!isJsonObject(data)) continue;
    const part = selectFrom(data, extension.attributes, extension.id, selection);
    if (Object.keys(part).length > 0) selected[extension.id] = part;
  }
  return selected;
}

/** Whether the answer can have the core attribute at all; when not, it need not be read. */
export function selectionNeeds(selection: Selection, attribute: string): boolean {
  const isNamed = (named: NamedAttribute): boolean =>
    !named.isExtension && (named.attribute === undefined || named.attribute === attribute);
  if (selection.mode === 'only') return selection.named.some(isNamed);
  return !selection.named.some((named) => isNamed(named) && named.sub === undefined);
}

function selectFrom(
  container: JsonObject,
  definitions: readonly AttributeDefinition[],
  schema: string,
  selection: Selection,
): Record<string, JsonValue> {
  const selected: Record<string, JsonValue> = {};
  for (const definition of definitions) {
    const value = ownValue(container, definition.name);
    if (value === undefined) continue;
    const names = namesOf(definition, schema, selection);
    const kept = selectValue(value, definition, names, selection.mode);
    if (kept !== undefined) selected[definition.name] = kept;
  }
  return selected;
}

/** What a selection says about one attribute. */
interface Names {
  readonly isWhole: boolean;
  readonly subs: ReadonlySet<string>;
  readonly isSent: boolean;
  readonly sentSubs: ReadonlySet<string>;
}

function namesOf({ name }: AttributeDefinition, schema: string, { named, sent = [] }: Selection): Names {
  const isHere = (each: NamedAttribute): boolean =>
    each.schema === schema && (each.attribute === undefined || each.attribute === name);
  const here = named.filter(isHere);
  const sentHere = sent.filter(isHere);
  return {
    isWhole: here.some((each) => each.sub === undefined),
    subs: subsOf(here),
    isSent: sentHere.length > 0,
    sentSubs: subsOf(sentHere),
  };
}

function subsOf(named: readonly NamedAttribute[]): ReadonlySet<string> {
  return new Set(named.flatMap((each) => (each.sub === undefined ? [] : [each.sub])));
}

function selectValue(
  value: JsonValue,
  definition: AttributeDefinition,
  names: Names,
  mode: Selection['mode'],
): JsonValue | undefined {
  if (definition.returned === 'never') return undefined;
  const shown = selectWhole(value, definition, names, mode);
  if (shown === undefined || !hasPartsOfTheirOwn(definition)) return shown;
  return selectParts(value, (name) => isPartShown(definition, name, names, mode));
}

function selectWhole(
  value: JsonValue,
  definition: AttributeDefinition,
  { isWhole, subs, isSent }: Names,
  mode: Selection['mode'],
): JsonValue | undefined {
  if (definition.returned === 'always') return value;
  switch (mode) {
    case 'default':
      return definition.returned === 'request' && !isSent ? undefined : value;
    case 'only':
      if (isWhole) return value;
      return subs.size === 0 ? undefined : selectParts(value, (name) => subs.has(name));
    case 'without':
      if (isWhole || (definition.returned === 'request' && !isSent)) return undefined;
      return subs.size === 0 ? value : selectParts(value, (name) => !subs.has(name));
  }
}

function hasPartsOfTheirOwn({ subAttributes = [] }: AttributeDefinition): boolean {
  return subAttributes.some(({ returned }) => returned !== 'default');
}

/** RFC 7643 7, for the parts of an attribute that the answer has. */
function isPartShown(
  definition: AttributeDefinition,
  name: string,
  { isWhole, subs, sentSubs }: Names,
  mode: Selection['mode'],
): boolean {
  switch (findSubAttribute(definition, name)?.returned) {
    case undefined:
    case 'never':
      return false;
    case 'always':
      return true;
    case 'request':
      return mode === 'only' ? subs.has(name) : sentSubs.has(name) && !subs.has(name);
    case 'default':
      return mode === 'only' ? isWhole || subs.has(name) : !subs.has(name);
  }
}

function selectParts(value: JsonValue, isKept: (name: string) => boolean): JsonValue | undefined {
  if (isJsonArray(value)) {
    const entries = value.flatMap((entry) => selectParts(entry, isKept) ?? []);
    return entries.length === 0 ? undefined : entries;
  }
  if (!isJsonObject(value)) return undefined;
  const parts = Object.entries(value).filter(([name]) => isKept(name));
  return parts.length === 0 ? undefined : Object.fromEntries(parts);
}

function resolved(name: string, resourceType: ResourceType): readonly NamedAttribute[] {
  const text = withoutFilter(name);
  const target = findTarget(resourceType, text);
  if (target !== undefined) {
    return [
      {
        schema: target.schema,
        isExtension: target.isExtension,
        attribute: target.attribute.name,
        sub: target.sub?.name,
      },
    ];
  }
  const entry = findSchema(resourceType, text);
  return entry === undefined
    ? []
    : [{ schema: entry.schema.id, isExtension: entry.isExtension, attribute: undefined, sub: undefined }];
}

/** Microsoft's collection asks for attributes=emails[type eq "work"]; the whole attribute answers it. */
function withoutFilter(name: string): string {
  const [start, end] = [name.indexOf('['), name.lastIndexOf(']')];
  return start === -1 || end < start ? name : name.slice(0, start) + name.slice(end + 1);
}

/** Splits at commas, but not at those inside brackets. */
function namesIn(list: NameList): readonly string[] {
  const texts = list === undefined ? [] : typeof list === 'string' ? [list] : list;
  return texts
    .flatMap((text) => text.match(/(?:[^,[]|\[[^\]]*\]?)+/g) ?? [])
    .map((name) => name.trim())
    .filter((name) => name !== '');
}
