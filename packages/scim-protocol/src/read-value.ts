import { subAttributesByName } from './attribute-lookup.ts';
import { parseDateTime } from './date-time.ts';
import { invalidSyntax, invalidValue } from './errors.ts';
import { saysNothing } from './hollow-entry.ts';
import { isJsonArray, isJsonObject, type JsonObject, type JsonValue } from './json.ts';
import { readText } from './read-text.ts';
import type { Reading } from './reading.ts';
import type { AttributeDefinition } from './schemas/attribute.ts';
import { sameValue } from './same-value.ts';

export interface ValueContext {
  readonly reading: Reading;
  /** PATCH: inside one complex value a null clears that part, so it is kept; elsewhere null is simply absent. */
  readonly keepNulls: boolean;
}

/**
 * One attribute's value in canonical names and types, or null where it is unassigned (RFC 7643 2.5: null, an empty list and "not there" are one
 * state). Read-only parts and unknown sub-attributes are dropped; a wrong type is `invalidValue` naming `path`.
 */
export function readValue(
  definition: AttributeDefinition,
  value: JsonValue,
  path: string,
  context: ValueContext,
): JsonValue {
  return definition.multiValued
    ? readList(definition, value, path, context.reading)
    : readOne(definition, value, path, context);
}

function readList(
  definition: AttributeDefinition,
  value: JsonValue,
  path: string,
  reading: Reading,
): JsonValue {
  if (value === null || isEmptyText(value, path, reading)) return null;
  if (!isJsonArray(value)) {
    if (!isOneEntry(definition, value)) throw wrongType(path, 'a list');
    reading.leniency('object-for-list', `Read the one value at ${path} as a list of one`, 'invalidValue');
  }
  const given = isJsonArray(value) ? value : [value];
  const entries: JsonValue[] = [];
  for (const [index, item] of given.entries()) {
    const entry = readEntry(definition, item, `${path}[${index}]`, reading);
    if (entry !== null) entries.push(entry);
  }
  const distinct = withoutTwins(entries);
  refuseTooMany(definition, distinct, path);
  refuseTwoPrimaries(distinct, path);
  return distinct.length === 0 ? null : distinct;
}

/** Of text alone only a reference is sure to be meant: Microsoft's collection adds a member by its bare id. */
function isOneEntry(definition: AttributeDefinition, value: JsonValue): boolean {
  if (definition.type !== 'complex') return false;
  return isJsonObject(value) || (typeof value === 'string' && subAttributesByName(definition).has('$ref'));
}

/** One entry of a multi-valued attribute, whole: what the schema requires of an entry must be there. */
function readEntry(
  definition: AttributeDefinition,
  value: JsonValue,
  path: string,
  reading: Reading,
): JsonValue {
  if (definition.type !== 'complex') return readScalar(definition, value, path, reading);
  if (value === null || isEmptyText(value, path, reading)) return null;
  if (typeof value === 'string' && subAttributesByName(definition).has('value')) {
    reading.leniency(
      'bare-string-value',
      `Read the text in the list ${definition.name} as an entry's value`,
      'invalidValue',
    );
    return readEntry(definition, { value }, path, reading);
  }
  const entry = readParts(definition, value, path, { reading, keepNulls: false });
  for (const sub of definition.subAttributes ?? []) {
    if (sub.required && !Object.hasOwn(entry, sub.name)) {
      throw invalidValue(`${path} has no "${sub.name}"; each entry of "${definition.name}" needs one.`);
    }
  }
  return saysNothing(entry) ? null : entry;
}

/** The parts of a complex value, in the schema's spelling; with `keepNulls` the unassigned ones as null. */
function readParts(
  definition: AttributeDefinition,
  value: JsonValue,
  path: string,
  context: ValueContext,
): JsonObject {
  if (!isJsonObject(value)) throw wrongType(path, 'an object');
  const byName = subAttributesByName(definition);
  const parts: Record<string, JsonValue> = {};
  for (const [key, item] of Object.entries(value)) {
    const sub = byName.get(key.toLowerCase());
    if (sub === undefined || sub.mutability === 'readOnly') continue;
    if (Object.hasOwn(parts, sub.name)) throw twoSpellings(sub.name, path);
    parts[sub.name] = readValue(sub, item, `${path}.${sub.name}`, context);
  }
  return context.keepNulls ? parts : withoutNulls(parts);
}

function readOne(
  definition: AttributeDefinition,
  given: JsonValue,
  path: string,
  context: ValueContext,
): JsonValue {
  const { reading } = context;
  const value = unwrapped(given, path, reading);
  if (definition.type !== 'complex') return readScalar(definition, value, path, reading);
  if (value === null || isEmptyText(value, path, reading)) return null;
  if (typeof value === 'string' && subAttributesByName(definition).has('value')) {
    reading.leniency('bare-string-manager', `Read the text at ${path} as its "value"`, 'invalidValue');
    return { value };
  }
  const parts = readParts(definition, value, path, context);
  if (!context.keepNulls) return Object.keys(parts).length === 0 ? null : parts;
  return isCleared(value, parts) ? null : parts;
}

/**
 * In a PATCH `{}` means that the whole is gone, and so does `{"value": ""}` for a reference (Entra's manager); an object of which nothing is left
 * because its parts are read-only or unknown changes nothing.
 */
function isCleared(value: JsonValue, parts: JsonObject): boolean {
  if (isJsonObject(value) && Object.keys(value).length === 0) return true;
  return Object.hasOwn(parts, 'value') && Object.values(parts).every((part) => part === null);
}

function unwrapped(value: JsonValue, path: string, reading: Reading): JsonValue {
  if (!isJsonArray(value)) return value;
  const [only, ...more] = value;
  if (only === undefined) return null;
  if (more.length > 0) throw invalidValue(`${path} takes one value, not a list.`);
  reading.leniency('list-for-object', `Read the list of one at ${path} as its only entry`, 'invalidValue');
  return only;
}

function readScalar(
  definition: AttributeDefinition,
  value: JsonValue,
  path: string,
  reading: Reading,
): JsonValue {
  if (value === null || isEmptyText(value, path, reading)) return null;
  switch (definition.type) {
    case 'boolean':
      return readBoolean(value, path, reading);
    case 'integer':
      if (typeof value !== 'number' || !Number.isSafeInteger(value)) throw wrongType(path, 'an integer');
      return value;
    case 'decimal':
      if (typeof value !== 'number') throw wrongType(path, 'a number');
      return value;
    case 'dateTime':
      if (typeof value !== 'string' || parseDateTime(value) === undefined) {
        throw wrongType(path, 'a date such as "2026-01-31T08:00:00Z"');
      }
      return value;
    case 'string':
    case 'reference':
    case 'binary':
      return readText(definition, value, path);
    case 'complex':
      throw wrongType(path, 'an object');
  }
}

function readBoolean(value: JsonValue, path: string, reading: Reading): boolean {
  if (typeof value === 'boolean') return value;
  const text = typeof value === 'string' ? value.toLowerCase() : '';
  if (text !== 'true' && text !== 'false') throw wrongType(path, 'true or false');
  reading.leniency('boolean-as-text', `Read the text at ${path} as a boolean`, 'invalidValue');
  return text === 'true';
}

/** RFC 7643 2.5 does not count "" as unassigned, but Okta sends it for a blank middle name and Entra to clear an attribute. */
function isEmptyText(value: JsonValue, path: string, reading: Reading): boolean {
  if (value !== '') return false;
  reading.leniency(
    'empty-string-as-unassigned',
    `Read the empty text at ${path} as "no value"`,
    'invalidValue',
  );
  return true;
}

function withoutNulls(parts: JsonObject): JsonObject {
  return Object.fromEntries(Object.entries(parts).filter(([, part]) => part !== null));
}

function withoutTwins(entries: readonly JsonValue[]): readonly JsonValue[] {
  const byText = new Map<string, JsonValue>();
  for (const entry of entries) {
    const text = sameValue(entry);
    if (!byText.has(text)) byText.set(text, entry);
  }
  return [...byText.values()];
}

/** Everything that one person has is read and written whole, so it must stay small; group members are rows of their own. */
export function refuseTooMany(
  definition: AttributeDefinition,
  entries: readonly JsonValue[],
  path: string,
): void {
  const { maxEntries } = definition;
  if (maxEntries !== undefined && entries.length > maxEntries) {
    throw invalidValue(`${path} would have ${entries.length} entries; at most ${maxEntries} are kept.`);
  }
}

/** RFC 7643 2.4: `primary` is true at most once. */
export function refuseTwoPrimaries(entries: readonly JsonValue[], path: string): void {
  const primaries = entries.filter((entry) => isJsonObject(entry) && entry['primary'] === true);
  if (primaries.length > 1) {
    throw invalidValue(`${path} has ${primaries.length} primary entries; mark at most one as primary.`);
  }
}

export function twoSpellings(name: string, path: string): Error {
  const where = path === '' ? 'The resource' : path;
  return invalidSyntax(`${where} names the attribute "${name}" twice, in different spellings.`);
}

export function wrongType(path: string, expected: string): Error {
  return invalidValue(`${path} has a value of the wrong type; it needs ${expected}.`);
}
