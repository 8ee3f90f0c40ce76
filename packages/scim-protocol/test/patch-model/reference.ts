import type { ScimType } from '../../src/errors.ts';
import type { JsonObject, JsonValue } from '../../src/json.ts';
import type { AttributeDefinition, SchemaDefinition } from '../../src/schemas/attribute.ts';
import type { Condition, Intent, Place } from './intent.ts';
import { MODEL_ATTRIBUTES, MODEL_USER } from './model-user.ts';

/**
 * A PATCH as its rules say it, one rule a line, on a copy that is changed in place; slow, and sharing no code with what it judges. The
 * answer is the resource, or the `scimType` that the PATCH is refused with.
 */
export function referencePatch(resource: JsonObject, intents: readonly Intent[]): JsonObject | ScimType {
  const refused = intents.find((intent) => intent.kind === 'refused');
  if (refused?.kind === 'refused') return refused.scimType;
  const world: Box = structuredClone({ ...resource });
  for (const intent of intents) {
    const refusal = carryOut(world, intent);
    if (refusal !== undefined) return refusal;
  }
  for (const intent of intents) if (intent.kind === 'change') dropHollow(world, intent.place);
  const lost = firstLost(resource, world);
  if (lost !== undefined) return isRemoved(lost, intents) ? 'mutability' : 'invalidValue';
  if (MODEL_ATTRIBUTES.some((each) => primaries(valueAt(world, each)) > 1)) return 'invalidValue';
  const extensions = MODEL_USER.extensions.filter(({ id }) => world[id] !== undefined);
  world['schemas'] = [MODEL_USER.schema.id, ...extensions.map(({ id }) => id)];
  return world;
}

type Box = Record<string, JsonValue>;

function carryOut(world: Box, intent: Intent): ScimType | undefined {
  if (intent.kind === 'refused') return intent.scimType;
  if (intent.kind === 'drop') {
    const held = boxOf(world[intent.schema.id]);
    const isFixed = intent.schema.attributes.some(
      (each) => each.mutability === 'immutable' && held[each.name] !== undefined,
    );
    if (isFixed) return 'mutability';
    delete world[intent.schema.id];
    return undefined;
  }
  const { place } = intent;
  const { name, mutability } = place.attribute;
  const before = valueAt(world, place) ?? null;
  const after = changed(before, intent);
  if (typeof after === 'object' && after !== null && 'refusal' in after) return after.refusal;
  const { value } = after;
  if (mutability === 'immutable' && before !== null && !same(before, value)) return 'mutability';
  const box = place.isExtension ? boxOf(world[place.schema.id]) : world;
  if (value === null) delete box[name];
  else box[name] = value;
  if (!place.isExtension) return undefined;
  if (Object.keys(box).length === 0) delete world[place.schema.id];
  else world[place.schema.id] = box;
  return undefined;
}

type Change = Extract<Intent, { kind: 'change' }>;
type Outcome = { readonly value: JsonValue } | { readonly refusal: ScimType };

function changed(before: JsonValue, intent: Change): Outcome {
  const { attribute, filter, sub } = intent.place;
  if (attribute.multiValued) {
    const entries = listOf(before);
    return filter === undefined && sub === undefined
      ? nullIfEmpty(changedWhole(entries, intent))
      : changedEntries(entries, intent);
  }
  const value = intent.op === 'remove' ? null : (intent.value ?? null);
  if (attribute.type !== 'complex') return { value };
  const held = boxOf(before);
  if (filter !== undefined && !holds(held, filter)) {
    return intent.op === 'remove' ? { value: before } : { refusal: 'noTarget' };
  }
  if (sub === undefined && value === null) return { value: null };
  const merged = merge(held, sub === undefined ? boxOf(value) : { [sub.name]: value });
  return touchesFixed(attribute, held, merged) ? { refusal: 'mutability' } : { value: merged };
}

function changedWhole(
  entries: readonly JsonValue[],
  { op, value, place: { attribute } }: Change,
): JsonValue[] {
  const given = listOf(value ?? null);
  if (op === 'replace') return [...given];
  if (op === 'remove') {
    if (value === undefined) return [];
    return entries.filter((entry) => !given.some((each) => isNamedBy(attribute, entry, each)));
  }
  const list = [...entries];
  for (const added of given) {
    const index = list.findIndex((entry) => isTwin(attribute, entry, added));
    const existing = list[index];
    if (existing === undefined) list.push(added);
    else if (isBox(existing) && isBox(added)) list[index] = merge(existing, added) ?? existing;
    const at = existing === undefined ? list.length - 1 : index;
    keepOnePrimary(list, new Set([at]));
  }
  return list;
}

function changedEntries(entries: readonly JsonValue[], { op, value: given, place }: Change): Outcome {
  const { attribute, filter } = place;
  const value = op === 'remove' ? null : (given ?? null);
  const isSelected = (entry: JsonValue): boolean =>
    filter === undefined || holds(isBox(entry) ? entry : { value: entry }, filter);
  if (!entries.some(isSelected)) {
    if (value === null) return nullIfEmpty(entries);
    const made = madeEntry(op, value, place);
    if (made === undefined) return { refusal: 'noTarget' };
    const list = [...entries, made];
    keepOnePrimary(list, new Set([list.length - 1]));
    return nullIfEmpty(withoutTwins(list));
  }
  const list: JsonValue[] = [];
  const touched = new Set<number>();
  for (const entry of entries) {
    const next = isSelected(entry) ? changedEntry(entry, op, value, place) : entry;
    if (next === null) continue;
    if (isSelected(entry)) {
      if (isBox(entry) && isBox(next) && touchesFixed(attribute, entry, next))
        return { refusal: 'mutability' };
      touched.add(list.length);
    }
    list.push(next);
  }
  keepOnePrimary(list, touched);
  return nullIfEmpty(withoutTwins(list));
}

function changedEntry(
  entry: JsonValue,
  op: Change['op'],
  value: JsonValue,
  { attribute, filter, sub }: Place,
): JsonValue {
  if (!isBox(entry)) return value;
  if (sub !== undefined) return merge(entry, { [sub.name]: value });
  if (!isBox(value)) return null;
  const saysNothingNew = Object.keys(value).length === 0;
  if (op === 'add' || saysNothingNew || filter === undefined) return merge(entry, value);
  const lasting = Object.keys(demanded(filter) ?? {});
  const isKept = (name: string): boolean => lasting.includes(name) || readOnlyParts(attribute).includes(name);
  return merge(Object.fromEntries(Object.entries(entry).filter(([name]) => isKept(name))), value);
}

function readOnlyParts({ subAttributes = [] }: AttributeDefinition): readonly string[] {
  return subAttributes.filter(({ mutability }) => mutability === 'readOnly').map(({ name }) => name);
}

/** A new entry for a path that selects none: what the path's filter demands, where it is a conjunction of `eq`. */
function madeEntry(
  op: Change['op'],
  value: JsonValue,
  { attribute, filter, sub }: Place,
): JsonValue | undefined {
  if (attribute.type !== 'complex') return undefined;
  const parts = filter === undefined ? {} : demanded(filter);
  if (parts === undefined || readOnlyParts(attribute).some((name) => name in parts)) return undefined;
  const types = attribute.subAttributes?.find(({ name }) => name === 'type')?.canonicalValues;
  const { type } = parts;
  const isListed =
    typeof type !== 'string' || types === undefined || types.some((each) => sameText(each, type));
  if (op === 'replace' && !isListed) return undefined;
  const entry: Box = { ...parts, ...(sub === undefined ? boxOf(value) : { [sub.name]: value }) };
  for (const [name, part] of Object.entries(entry)) if (part === null) delete entry[name];
  return entry;
}

/** The parts that every entry has for which the condition holds; undefined where it is not a conjunction of `eq`. */
function demanded(condition: Condition): Box | undefined {
  if (condition.kind === 'compare') {
    return condition.op === 'eq' ? { [condition.sub.name]: condition.value } : undefined;
  }
  if (condition.kind !== 'and') return undefined;
  const parts: Box = {};
  for (const child of condition.children) {
    const more = demanded(child);
    if (more === undefined) return undefined;
    Object.assign(parts, more);
  }
  return parts;
}

/** `parts` over `held`, null taking away; null when the value goes or nothing is left but labels. */
function merge(held: Box, parts: Box): Box | null {
  const merged: Box = { ...held };
  if (parts['value'] !== undefined && parts['value'] !== held['value']) {
    delete merged['$ref'];
    delete merged['displayName'];
  }
  let takesAway = false;
  for (const [name, part] of Object.entries(parts)) {
    if (part === null) takesAway = true;
    if (part === null) delete merged[name];
    else merged[name] = part;
  }
  const isGone = parts['value'] === null || Object.keys(merged).length === 0;
  return isGone || (takesAway && isHollow(merged)) ? null : merged;
}

function isHollow(entry: Box): boolean {
  const { type: _type, primary: _primary, ...rest } = entry;
  return Object.keys(rest).length === 0;
}

function touchesFixed({ subAttributes = [] }: AttributeDefinition, before: Box, after: Box | null): boolean {
  if (after === null) return false;
  return subAttributes.some(({ name, mutability }) => {
    const was = before[name];
    return mutability === 'immutable' && was !== undefined && !same(was, after[name] ?? null);
  });
}

/** RFC 7643 2.4: a new primary entry takes that from the one that was. */
function keepOnePrimary(list: JsonValue[], touched: ReadonlySet<number>): void {
  const hasNew = list.some((entry, index) => touched.has(index) && isBox(entry) && entry['primary'] === true);
  if (!hasNew) return;
  for (const [index, entry] of list.entries()) {
    if (!touched.has(index) && isBox(entry) && entry['primary'] === true)
      list[index] = { ...entry, primary: false };
  }
}

function isNamedBy(attribute: AttributeDefinition, entry: JsonValue, given: JsonValue): boolean {
  if (!isBox(entry) || !isBox(given)) return same(entry, given);
  const names = 'value' in given ? ['value', ...('type' in given ? ['type'] : [])] : Object.keys(given);
  return names.every((name) => samePart(attribute, name, entry, given));
}

function isTwin(attribute: AttributeDefinition, entry: JsonValue, added: JsonValue): boolean {
  if (!isBox(entry) || !isBox(added)) return same(entry, added);
  if (!('value' in added)) return Object.keys(added).every((name) => samePart(attribute, name, entry, added));
  const bothTyped = 'type' in entry && 'type' in added;
  return (
    samePart(attribute, 'value', entry, added) && (!bothTyped || samePart(attribute, 'type', entry, added))
  );
}

function samePart({ subAttributes = [] }: AttributeDefinition, name: string, a: Box, b: Box): boolean {
  const [left, right] = [a[name], b[name]];
  if (typeof left !== 'string' || typeof right !== 'string') return left === right;
  const isExact = subAttributes.find((sub) => sub.name === name)?.caseExact === true;
  return isExact ? left === right : sameText(left, right);
}

function holds(entry: Box, condition: Condition): boolean {
  switch (condition.kind) {
    case 'and':
      return condition.children.every((child) => holds(entry, child));
    case 'or':
      return condition.children.some((child) => holds(entry, child));
    case 'not':
      return !holds(entry, condition.child);
    case 'present':
      return entry[condition.sub.name] !== undefined;
    case 'compare': {
      const held = entry[condition.sub.name];
      if (held === undefined) return condition.op === 'ne';
      return compares(
        comparable(condition.sub, held),
        condition.op,
        comparable(condition.sub, condition.value),
      );
    }
  }
}

function comparable({ type, caseExact }: AttributeDefinition, value: JsonValue): string | number {
  if (typeof value === 'number') return value;
  const text = typeof value === 'string' ? value : JSON.stringify(value);
  if (type === 'dateTime') return Date.parse(text);
  return caseExact ? text : text.toLowerCase();
}

type Comparison = Extract<Condition, { kind: 'compare' }>['op'];

function compares(held: string | number, op: Comparison, asked: string | number): boolean {
  switch (op) {
    case 'eq':
      return held === asked;
    case 'ne':
      return held !== asked;
    case 'co':
      return String(held).includes(String(asked));
    case 'sw':
      return String(held).startsWith(String(asked));
    case 'ew':
      return String(held).endsWith(String(asked));
    case 'gt':
      return held > asked;
    case 'ge':
      return held >= asked;
    case 'lt':
      return held < asked;
    case 'le':
      return held <= asked;
  }
}

/** What was there, or begins with this PATCH, and is required and missing in the end. */
function firstLost(before: JsonObject, after: Box): { schema: SchemaDefinition; name: string } | undefined {
  for (const { schema, isExtension, attribute } of MODEL_ATTRIBUTES) {
    const kept = isExtension ? after[schema.id] : after;
    if (kept === undefined) continue;
    const hadContainer = !isExtension || before[schema.id] !== undefined;
    const lacks = (value: JsonValue | undefined, part: string): boolean =>
      value !== undefined &&
      (isList(value) ? value : [value]).some((each) => boxOf(each)[part] === undefined);
    const was = valueAt(before, { schema, isExtension, attribute });
    const is = valueAt(after, { schema, isExtension, attribute });
    const { name } = attribute;
    if (name === 'schemas') continue;
    if (attribute.required && is === undefined && (was !== undefined || !hadContainer))
      return { schema, name };
    for (const part of attribute.subAttributes ?? []) {
      if (part.required && lacks(is, part.name) && !lacks(was, part.name)) return { schema, name };
    }
  }
  return undefined;
}

function isRemoved(lost: { schema: SchemaDefinition; name: string }, intents: readonly Intent[]): boolean {
  return intents.some(
    (intent) =>
      intent.kind === 'change' &&
      intent.op === 'remove' &&
      intent.place.schema === lost.schema &&
      intent.place.attribute.name === lost.name,
  );
}

function dropHollow(world: Box, place: Place): void {
  if (!place.attribute.multiValued) return;
  const box = place.isExtension ? world[place.schema.id] : world;
  if (!isBox(box)) return;
  const kept = listOf(box[place.attribute.name] ?? null).filter((entry) => !isBox(entry) || !isHollow(entry));
  if (kept.length === 0) delete box[place.attribute.name];
  else box[place.attribute.name] = kept;
  if (place.isExtension && Object.keys(box).length === 0) delete world[place.schema.id];
}

function primaries(value: JsonValue | undefined): number {
  return listOf(value ?? null).filter((entry) => isBox(entry) && entry['primary'] === true).length;
}

function valueAt(
  resource: JsonObject,
  { schema, isExtension, attribute }: Pick<Place, 'schema' | 'isExtension' | 'attribute'>,
): JsonValue | undefined {
  return (isExtension ? boxOf(resource[schema.id]) : resource)[attribute.name];
}

function withoutTwins(list: readonly JsonValue[]): readonly JsonValue[] {
  return list.filter((entry, index) => list.findIndex((other) => same(other, entry)) === index);
}

function nullIfEmpty(list: readonly JsonValue[]): Outcome {
  return { value: list.length === 0 ? null : list };
}

function isBox(value: JsonValue | undefined): value is Box {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function isList(value: JsonValue): value is readonly JsonValue[] {
  return Array.isArray(value);
}

function boxOf(value: JsonValue | undefined): Box {
  return isBox(value) ? { ...value } : {};
}

function listOf(value: JsonValue): readonly JsonValue[] {
  return isList(value) ? value : [];
}

function sameText(a: string, b: string): boolean {
  return a.toLowerCase() === b.toLowerCase();
}

export function same(a: JsonValue, b: JsonValue): boolean {
  return textOf(a) === textOf(b);
}

function textOf(value: JsonValue): string {
  return JSON.stringify(inOneOrder(value));
}

/** The value with its keys and its lists sorted: neither has an order (RFC 7643 2.4). */
export function inOneOrder(value: JsonValue): JsonValue {
  if (isList(value)) {
    return value.map(inOneOrder).toSorted((a, b) => (JSON.stringify(a) < JSON.stringify(b) ? -1 : 1));
  }
  if (!isBox(value)) return value;
  const parts = Object.entries(value).toSorted(([a], [b]) => (a < b ? -1 : 1));
  return Object.fromEntries(parts.map(([name, part]) => [name, inOneOrder(part)]));
}
