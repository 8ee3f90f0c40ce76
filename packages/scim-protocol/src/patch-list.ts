import { findSubAttribute } from './attribute-lookup.ts';
import { noTarget } from './errors.ts';
import { isJsonArray, isJsonObject, ownValue, type JsonObject, type JsonValue } from './json.ts';
import { matchesEntry } from './match-filter.ts';
import { mergeParts, refuseChangedParts } from './patch-complex.ts';
import type { AttributeOperation } from './patch-operation.ts';
import type { Reading } from './reading.ts';
import type { ResolvedFilter } from './resolve-filter.ts';
import { refuseTooMany } from './read-value.ts';
import { sameValue } from './same-value.ts';
import type { AttributeDefinition } from './schemas/attribute.ts';

/** A multi-valued attribute after one operation; null when no entry is left. */
export function changeList(before: JsonValue, operation: AttributeOperation, reading: Reading): JsonValue {
  const { attribute, filter, sub } = operation.path;
  const entries = isJsonArray(before) ? before : [];
  const changed =
    filter === undefined && sub === undefined
      ? changeWhole(entries, operation)
      : withoutTwins(changeSelected(entries, operation, reading));
  refuseTooMany(attribute, changed, attribute.name);
  return changed.length === 0 ? null : changed;
}

function changeWhole(
  entries: readonly JsonValue[],
  { op, path: { attribute }, value }: AttributeOperation,
): readonly JsonValue[] {
  const given = isJsonArray(value) ? value : [];
  switch (op) {
    case 'replace':
      return given;
    case 'remove':
      return value === undefined
        ? []
        : entries.filter((entry) => !given.some((each) => isSelectedBy(attribute, entry, each)));
    case 'add':
      return given.reduce<readonly JsonValue[]>((list, entry) => addEntry(attribute, list, entry), entries);
  }
}

/** RFC 7644 3.5.2.1: an entry that is there already is not added again; what the new one says more of it is taken over. */
function addEntry(
  attribute: AttributeDefinition,
  entries: readonly JsonValue[],
  added: JsonValue,
): readonly JsonValue[] {
  const index = entries.findIndex((entry) => isSameEntry(attribute, entry, added));
  const existing = entries[index];
  if (existing === undefined) return withOnePrimary([...entries, added], [added]);
  if (!isJsonObject(existing) || !isJsonObject(added)) return entries;
  const merged = mergeParts(attribute, existing, added) ?? existing;
  return withOnePrimary(entries.with(index, merged), [merged]);
}

function changeSelected(
  entries: readonly JsonValue[],
  operation: AttributeOperation,
  reading: Reading,
): readonly JsonValue[] {
  const { op, path } = operation;
  const isSelected = (entry: JsonValue): boolean =>
    path.filter === undefined || matchesEntry(isJsonObject(entry) ? entry : { value: entry }, path.filter);
  const value = op === 'remove' ? null : (operation.value ?? null);

  if (!entries.some(isSelected)) {
    if (value === null) {
      if (op === 'replace' && path.filter !== undefined) noteGone(operation, reading);
      return entries;
    }
    const made = makeEntry(operation, value, reading);
    return withOnePrimary([...entries, made], [made]);
  }
  const changed: JsonValue[] = [];
  const list = entries.flatMap((entry): readonly JsonValue[] => {
    if (!isSelected(entry)) return [entry];
    const next = changeEntry(entry, operation, value);
    if (next === null) return [];
    changed.push(next);
    return [next];
  });
  return withOnePrimary(list, changed);
}

/** RFC 7644 3.5.2.3 has a replace find its target, but Entra clears entries that are gone already: nothing is to be done. */
function noteGone({ path: { attribute } }: AttributeOperation, reading: Reading): void {
  reading.leniency(
    'value-path-gone',
    `Read the clearing of an entry of ${attribute.name} that is not there as no change`,
    'noTarget',
  );
}

function changeEntry(before: JsonValue, { op, path }: AttributeOperation, value: JsonValue): JsonValue {
  if (!isJsonObject(before)) return value;
  const after = changedParts(before, { op, path }, value);
  if (after !== null) refuseChangedParts(path.attribute, before, after);
  return after;
}

function changedParts(
  entry: JsonObject,
  { op, path }: AttributeOperation,
  value: JsonValue,
): JsonObject | null {
  if (path.sub !== undefined) return mergeParts(path.attribute, entry, { [path.sub.name]: value });
  if (!isJsonObject(value)) return null;
  const namesNothing = Object.keys(value).length === 0;
  if (op === 'add' || namesNothing || path.filter === undefined)
    return mergeParts(path.attribute, entry, value);
  return mergeParts(path.attribute, lastingParts(entry, path.attribute, path.filter), value);
}

/** RFC 7644 3.5.2.3: the selected entries are replaced; what selected them stays, or "work" would lose its type, and so does what nobody may write. */
function lastingParts(entry: JsonObject, attribute: AttributeDefinition, filter: ResolvedFilter): JsonObject {
  const selecting = equalities(filter) ?? {};
  return Object.fromEntries(
    Object.entries(entry).filter(([name]) => Object.hasOwn(selecting, name) || isReadOnly(attribute, name)),
  );
}

function isReadOnly(attribute: AttributeDefinition, name: string): boolean {
  return findSubAttribute(attribute, name)?.mutability === 'readOnly';
}

/** Entra addresses entries that it wants to exist: the filter's equalities become the entry's other parts. */
function makeEntry({ op, path }: AttributeOperation, value: JsonValue, reading: Reading): JsonValue {
  const { attribute, filter, sub } = path;
  if (attribute.type !== 'complex') {
    throw noTarget(`"${attribute.name}" does not have the value that the path's filter asks for.`);
  }
  const parts = filter === undefined ? {} : equalities(filter);
  if (parts === undefined || Object.keys(parts).some((name) => isReadOnly(attribute, name))) {
    throw noTarget(
      `No entry of "${attribute.name}" matches the path's filter, and it does not say which one to make.`,
    );
  }
  if (op === 'replace' && !isSuggestedType(attribute, ownValue(parts, 'type'))) {
    throw noTarget(
      `No entry of "${attribute.name}" matches the path's filter; add one first, or use a type that /Schemas lists.`,
    );
  }
  if (filter !== undefined) {
    reading.leniency(
      'value-path-created',
      `No entry of ${attribute.name} matched the path, so one was made from the path's filter`,
      'noTarget',
    );
  }
  const given = sub === undefined ? (isJsonObject(value) ? value : {}) : { [sub.name]: value };
  return Object.fromEntries(Object.entries({ ...parts, ...given }).filter(([, part]) => part !== null));
}

/** Entra replaces what it maps by the types that the schema suggests; another type that is not there is RFC 7644 3.5.2.3's `noTarget`. */
function isSuggestedType(attribute: AttributeDefinition, type: JsonValue | undefined): boolean {
  const suggested = findSubAttribute(attribute, 'type')?.canonicalValues;
  if (typeof type !== 'string' || suggested === undefined) return true;
  return suggested.some((each) => each.toLowerCase() === type.toLowerCase());
}

/** What an entry that satisfies the filter must hold, or undefined where the filter is more than a conjunction of `eq`. */
function equalities(filter: ResolvedFilter): JsonObject | undefined {
  if (filter.kind === 'compare') {
    const { op, target, value } = filter;
    if (op !== 'eq' || target.sub === undefined) return undefined;
    return { [target.sub.name]: value.type === 'dateTime' ? value.written : value.value };
  }
  if (filter.kind !== 'and') return undefined;
  const parts = filter.children.map(equalities);
  return parts.every((part) => part !== undefined)
    ? Object.fromEntries(parts.flatMap((part) => Object.entries(part)))
    : undefined;
}

/** RFC 7643 2.4: when a change makes an entry primary, the one that was so before is no longer. */
function withOnePrimary(entries: readonly JsonValue[], changed: readonly JsonValue[]): readonly JsonValue[] {
  if (!changed.some(isPrimary)) return entries;
  return entries.map((entry) =>
    isJsonObject(entry) && isPrimary(entry) && !changed.includes(entry)
      ? { ...entry, primary: false }
      : entry,
  );
}

function isPrimary(entry: JsonValue): boolean {
  return isJsonObject(entry) && ownValue(entry, 'primary') === true;
}

/** Whether `entry` is what a remove's `given` names: by its value, and its type where that is said; without a value by all its parts. */
function isSelectedBy(attribute: AttributeDefinition, entry: JsonValue, given: JsonValue): boolean {
  if (!isJsonObject(entry) || !isJsonObject(given)) return sameValue(entry) === sameValue(given);
  const identity = Object.hasOwn(given, 'value') ? ['value'] : Object.keys(given);
  const alsoType = Object.hasOwn(given, 'type') ? ['type'] : [];
  return [...identity, ...alsoType].every((name) => samePart(attribute, name, entry, given));
}

/** Two entries are the same one when their values are and neither says another type. */
function isSameEntry(attribute: AttributeDefinition, entry: JsonValue, added: JsonValue): boolean {
  if (!isJsonObject(entry) || !isJsonObject(added)) return sameValue(entry) === sameValue(added);
  if (!Object.hasOwn(added, 'value')) {
    return Object.keys(added).every((name) => samePart(attribute, name, entry, added));
  }
  const typesAgree =
    !Object.hasOwn(entry, 'type') ||
    !Object.hasOwn(added, 'type') ||
    samePart(attribute, 'type', entry, added);
  return samePart(attribute, 'value', entry, added) && typesAgree;
}

function samePart(attribute: AttributeDefinition, name: string, a: JsonObject, b: JsonObject): boolean {
  const left = ownValue(a, name);
  const right = ownValue(b, name);
  if (left === right) return true;
  if (typeof left !== 'string' || typeof right !== 'string') return false;
  const isExact = findSubAttribute(attribute, name)?.caseExact === true;
  return !isExact && left.toLowerCase() === right.toLowerCase();
}

function withoutTwins(entries: readonly JsonValue[]): readonly JsonValue[] {
  return [...new Map(entries.map((entry) => [sameValue(entry), entry])).values()];
}
