import type { BulkOperation } from './bulk-request.ts';
import { isJsonArray, isJsonObject, type JsonObject, type JsonValue } from './json.ts';

/** Gives the id of the resource that another operation of the request made, or undefined to leave the reference as it is. */
export type IdOfBulkId = (bulkId: string) => string | undefined;

/**
 * The operations that an operation names by `bulkId:` and their bulkId (RFC 7644 3.7.2): at the end of its path, as a whole value
 * anywhere in its data, at the end of a `$ref`, and as a quoted value in the path of a PATCH operation.
 */
export function referencesIn(operation: BulkOperation): ReadonlySet<string> {
  const found = new Set<string>();
  resolveReferences(operation, (bulkId) => {
    found.add(bulkId);
    return undefined;
  });
  return found;
}

/** The operation with ids in the places of the references for which there is one. */
export function resolveReferences(operation: BulkOperation, idOf: IdOfBulkId): BulkOperation {
  const path = replaceInUri(operation.path, idOf);
  const data = operation.data === undefined ? undefined : replaceInValue(operation.data, '', idOf);
  return path === operation.path && data === operation.data ? operation : { ...operation, path, data };
}

/**
 * The data without what refers to the bulkIds given: a list's entry or a complex value whose `value` or `$ref` does goes whole, since
 * nothing is left of a member or a manager without its id.
 */
export function withoutReferences(data: JsonValue, bulkIds: ReadonlySet<string>): JsonValue {
  return withoutDangling(data, '', (text, key) => refersToOneOf(text, key, bulkIds)) ?? {};
}

/**
 * Of a resource's data the attributes that refer to the bulkIds given, those of an extension under its URN: what the resource needs
 * besides when it was made without them.
 */
export function referringParts(data: JsonValue, bulkIds: ReadonlySet<string>): JsonObject {
  if (!isJsonObject(data)) return {};
  return Object.fromEntries(
    Object.entries(data).flatMap(([key, value]): readonly [string, JsonValue][] => {
      if (!refersSomewhere(value, key, bulkIds)) return [];
      const isExtension = key.includes(':') && isJsonObject(value);
      return [[key, isExtension ? referringParts(value, bulkIds) : value]];
    }),
  );
}

const WHOLE_VALUE = /^bulkId:(.+)$/su;
const LAST_SEGMENT = /^(.*\/)bulkId:([^/?#]+)$/su;
const QUOTED = /"bulkId:([^"\\]+)"/gu;

function replaceInValue(value: JsonValue, key: string, idOf: IdOfBulkId): JsonValue {
  if (typeof value === 'string') return replaceInText(value, key, idOf);
  if (isJsonArray(value)) {
    const items = value.map((item) => replaceInValue(item, key, idOf));
    return items.every((item, index) => item === value[index]) ? value : items;
  }
  return isJsonObject(value) ? replaceInObject(value, idOf) : value;
}

function replaceInObject(object: JsonObject, idOf: IdOfBulkId): JsonObject {
  let changed = false;
  const entries = Object.entries(object).map(([key, value]) => {
    const replaced = replaceInValue(value, key, idOf);
    changed ||= replaced !== value;
    return [key, replaced] as const;
  });
  // Most resources hold no reference, and stay the objects that they are.
  return changed ? Object.fromEntries(entries) : object;
}

function replaceInText(text: string, key: string, idOf: IdOfBulkId): string {
  if (!text.includes('bulkId:')) return text;
  const name = key.toLowerCase();
  if (name === '$ref') return replaceInUri(text, idOf);
  const [, bulkId] = WHOLE_VALUE.exec(text) ?? [];
  if (bulkId !== undefined) return idOf(bulkId) ?? text;
  if (name !== 'path') return text;
  return text.replaceAll(QUOTED, (quoted, quotedId: string) => {
    const id = idOf(quotedId);
    return id === undefined ? quoted : `"${id}"`;
  });
}

function replaceInUri(uri: string, idOf: IdOfBulkId): string {
  if (!uri.includes('bulkId:')) return uri;
  const [, whole] = WHOLE_VALUE.exec(uri) ?? [];
  if (whole !== undefined) return idOf(whole) ?? uri;
  const [, before, bulkId] = LAST_SEGMENT.exec(uri) ?? [];
  const id = bulkId === undefined ? undefined : idOf(bulkId);
  return before === undefined || id === undefined ? uri : `${before}${id}`;
}

function refersSomewhere(value: JsonValue, key: string, bulkIds: ReadonlySet<string>): boolean {
  if (typeof value === 'string') return refersToOneOf(value, key, bulkIds);
  if (isJsonArray(value)) return value.some((item) => refersSomewhere(item, key, bulkIds));
  if (!isJsonObject(value)) return false;
  return Object.entries(value).some(([name, item]) => refersSomewhere(item, name, bulkIds));
}

function refersToOneOf(text: string, key: string, bulkIds: ReadonlySet<string>): boolean {
  let refers = false;
  replaceInText(text, key, (bulkId) => {
    refers ||= bulkIds.has(bulkId);
    return undefined;
  });
  return refers;
}

type IsDangling = (text: string, key: string) => boolean;

/** Undefined for what has to go. */
function withoutDangling(value: JsonValue, key: string, isDangling: IsDangling): JsonValue | undefined {
  if (typeof value === 'string') return isDangling(value, key) ? undefined : value;
  if (isJsonArray(value)) {
    return value.flatMap((item) => withoutDangling(item, key, isDangling) ?? []);
  }
  if (!isJsonObject(value)) return value;
  const kept: [string, JsonValue][] = [];
  for (const [name, item] of Object.entries(value)) {
    const left = withoutDangling(item, name, isDangling);
    if (left !== undefined) kept.push([name, left]);
    else if (IDENTIFYING.has(name.toLowerCase())) return undefined;
  }
  return Object.fromEntries(kept);
}

const IDENTIFYING: ReadonlySet<string> = new Set(['value', '$ref']);
