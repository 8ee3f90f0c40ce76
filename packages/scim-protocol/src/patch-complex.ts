import { findSubAttribute } from './attribute-lookup.ts';
import { mutability, noTarget } from './errors.ts';
import { saysNothing } from './hollow-entry.ts';
import { isJsonObject, ownValue, type JsonObject, type JsonValue } from './json.ts';
import { matchesEntry } from './match-filter.ts';
import type { AttributeOperation } from './patch-operation.ts';
import { sameValue } from './same-value.ts';
import type { AttributeDefinition } from './schemas/attribute.ts';

/** A single complex attribute (name, manager) after one operation: parts that the value does not name stay (RFC 7644 3.5.2.3). */
export function changeComplex(before: JsonValue, operation: AttributeOperation): JsonValue {
  const { attribute, filter, sub } = operation.path;
  const current = isJsonObject(before) ? before : {};
  if (filter !== undefined && !matchesEntry(current, filter)) {
    if (operation.op === 'remove') return before;
    throw noTarget(`"${attribute.name}" does not have the values that the path's filter asks for.`);
  }
  const value = operation.op === 'remove' ? null : (operation.value ?? null);
  const parts = sub === undefined ? value : { [sub.name]: value };
  if (!isJsonObject(parts)) return null;
  const after = mergeParts(attribute, current, parts);
  if (after !== null) refuseChangedParts(attribute, current, after);
  return after;
}

/** RFC 7643 7: an immutable part may be given once; the value that has it can go as a whole. */
export function refuseChangedParts(
  { name: attributeName, subAttributes = [] }: AttributeDefinition,
  before: JsonObject,
  after: JsonObject,
): void {
  for (const { name, mutability: kind } of subAttributes) {
    if (kind !== 'immutable' || !Object.hasOwn(before, name)) continue;
    if (sameValue(ownValue(before, name) ?? null) === sameValue(ownValue(after, name) ?? null)) continue;
    throw mutability(`"${attributeName}.${name}" cannot be changed once it has a value.`);
  }
}

/** `parts` laid over `current`; null takes a part away. An entry whose value was cleared goes whole, its type and `primary` with it. */
export function mergeParts(
  attribute: AttributeDefinition,
  current: JsonObject,
  parts: JsonObject,
): JsonObject | null {
  const isRenewed = Object.hasOwn(parts, 'value') && parts['value'] !== ownValue(current, 'value');
  const kept = Object.entries(current).filter(
    ([name]) => !(isRenewed && describesValue(attribute, name)) && !Object.hasOwn(parts, name),
  );
  const given = Object.entries(parts).filter(([, part]) => part !== null);
  const merged = Object.fromEntries([...kept, ...given]);
  const isCleared = Object.hasOwn(parts, 'value') && parts['value'] === null;
  const isHollow = given.length < Object.keys(parts).length && saysNothing(merged);
  return isCleared || isHollow || Object.keys(merged).length === 0 ? null : merged;
}

/** What says more of the resource that `value` names (a manager's URI and name) is not true of another one. */
function describesValue(attribute: AttributeDefinition, name: string): boolean {
  if (name === '$ref') return true;
  return name === 'displayName' && findSubAttribute(attribute, name)?.mutability === 'readOnly';
}
