import fc from 'fast-check';

import type { JsonObject, JsonValue } from '../../src/json.ts';
import type { AttributeDefinition } from '../../src/schemas/attribute.ts';

/** A value as a client may write it, and what it means: null is "no value", undefined a refusal as `invalidValue`. */
export interface Given {
  readonly wire: JsonValue;
  readonly value: JsonValue | undefined;
}

const TEXTS = ['a', 'A', 'ba', 'x "y" \\z'];
const TYPES = ['work', 'home', 'Work', 'office'];
const DATES = [
  '2026-01-01T00:00:00Z',
  '2026-01-01T01:00:00+01:00',
  '2026-01-01T00:00:00.0000000Z',
  '2025-12-31T23:59:59.5Z',
];

/** The few values that an attribute has in the model, so that they meet. */
export function valuesOf(definition: AttributeDefinition): readonly (string | number | boolean)[] {
  switch (definition.type) {
    case 'boolean':
      return [true, false];
    case 'integer':
      return [0, 1, -7];
    case 'decimal':
      return [0, 0.5, 1];
    case 'dateTime':
      return DATES;
    case 'binary':
      return ['YQ==', 'yq=='];
    case 'string':
    case 'reference':
    case 'complex':
      return definition.name === 'type' ? TYPES : TEXTS;
  }
}

/** A value of an attribute that has one, or of one entry's part. */
export function oneValue(definition: AttributeDefinition): fc.Arbitrary<Given> {
  const bare = definition.type === 'complex' ? complexValue(definition) : scalar(definition);
  return fc.oneof(
    { weight: 60, arbitrary: bare },
    { weight: 1, arbitrary: bare.map(({ wire, value }) => ({ wire: [wire], value })) },
    { weight: 1, arbitrary: fc.constant({ wire: [], value: null }) },
    { weight: 1, arbitrary: bare.map(({ wire }) => ({ wire: [wire, wire], value: undefined })) },
  );
}

/** The value of a multi-valued attribute as a whole. */
export function listValue(definition: AttributeDefinition): fc.Arbitrary<Given> {
  const item = definition.type === 'complex' ? entry(definition) : scalar(definition);
  const list = fc.array(item, { maxLength: 3 }).map((items) => ({
    wire: items.map(({ wire }) => wire),
    value: listOf(items.map(({ value }) => value)),
  }));
  const alone =
    definition.type === 'complex'
      ? item
          .filter(({ wire }) => typeof wire === 'object' && wire !== null)
          .map(({ wire, value }) => ({ wire, value: listOf([value]) }))
      : fc.constant({ wire: valuesOf(definition)[0] ?? '', value: undefined });
  return fc.oneof(
    { weight: 8, arbitrary: list },
    { weight: 1, arbitrary: alone },
    { weight: 1, arbitrary: fc.constantFrom<Given>({ wire: null, value: null }, { wire: '', value: null }) },
  );
}

function listOf(values: readonly (JsonValue | undefined)[]): JsonValue | undefined {
  const kept: JsonValue[] = [];
  const seen = new Set<string>();
  for (const value of values) {
    if (value === undefined) return undefined;
    const text = keyOf(value);
    if (value !== null && !seen.has(text)) kept.push(value);
    seen.add(text);
  }
  const primaries = kept.filter((each) => isObject(each) && each['primary'] === true);
  if (primaries.length > 1) return undefined;
  return kept.length === 0 ? null : kept;
}

function scalar(definition: AttributeDefinition): fc.Arbitrary<Given> {
  const values = fc.constantFrom(...valuesOf(definition));
  const right = values.map((value) => ({ wire: value, value }));
  const nothing = fc.constantFrom<Given>({ wire: null, value: null }, { wire: '', value: null });
  const asText = fc.constantFrom<Given>(
    { wire: 'True', value: true },
    { wire: 'FALSE', value: false },
    { wire: 'false', value: false },
  );
  return fc.oneof(
    { weight: 60, arbitrary: right },
    { weight: 6, arbitrary: nothing },
    { weight: definition.type === 'boolean' ? 9 : 0, arbitrary: asText },
    {
      weight: 1,
      arbitrary: fc.constantFrom(...wrongFor(definition)).map((wire) => ({ wire, value: undefined })),
    },
  );
}

function wrongFor({ type }: AttributeDefinition): readonly JsonValue[] {
  switch (type) {
    case 'boolean':
      return ['maybe', 1, {}];
    case 'integer':
      return [1.5, '1', true];
    case 'decimal':
      return ['1', false, { value: 1 }];
    case 'dateTime':
      return ['yesterday', 2026, '2026-02-30T00:00:00Z'];
    case 'binary':
      return ['ä', 5];
    case 'string':
    case 'reference':
    case 'complex':
      return [5, true, { value: 'a' }];
  }
}

/** One complex value in a PATCH: its nulls take parts away, and an empty object the whole. */
function complexValue(definition: AttributeDefinition): fc.Arbitrary<Given> {
  const whole = partsOf(definition).map(({ wire, parts }) => {
    if (parts === undefined) return { wire, value: undefined };
    const clears = 'value' in parts && Object.values(parts).every((part) => part === null);
    return { wire, value: clears || Object.keys(wire).length === 0 ? null : parts };
  });
  return fc.oneof({ weight: 8, arbitrary: whole }, { weight: 1, arbitrary: looseComplex(definition) });
}

/** One entry of a list, whole: what is null in it is not there, and an entry without content is none. */
function entry(definition: AttributeDefinition): fc.Arbitrary<Given> {
  const whole = partsOf(definition).map(({ wire, parts }) => ({ wire, value: entryOf(definition, parts) }));
  const loose = looseComplex(definition).map(({ wire, value }) => ({
    wire,
    value: isObject(value) ? entryOf(definition, value) : value,
  }));
  return fc.oneof({ weight: 8, arbitrary: whole }, { weight: 1, arbitrary: loose });
}

function entryOf(
  { subAttributes = [] }: AttributeDefinition,
  parts: JsonObject | undefined,
): JsonValue | undefined {
  if (parts === undefined) return undefined;
  const kept = Object.fromEntries(Object.entries(parts).filter(([, part]) => part !== null));
  if (subAttributes.some(({ name, required }) => required && !(name in kept))) return undefined;
  return Object.keys(kept).every((name) => name === 'type' || name === 'primary') ? null : kept;
}

function looseComplex({ subAttributes = [] }: AttributeDefinition): fc.Arbitrary<Given> {
  const hasValue = subAttributes.some(({ name }) => name === 'value');
  return fc.constantFrom<Given>(
    { wire: null, value: null },
    { wire: '', value: null },
    { wire: 'ba', value: hasValue ? { value: 'ba' } : undefined },
    { wire: 7, value: undefined },
  );
}

function partsOf({
  subAttributes = [],
}: AttributeDefinition): fc.Arbitrary<{ wire: JsonObject; parts: JsonObject | undefined }> {
  const given = subAttributes.map((sub) =>
    fc.record({
      sub: fc.constant(sub),
      key: spelling(sub.name),
      given: sub.mutability === 'readOnly' ? fc.constant<Given>({ wire: 'x', value: 'x' }) : oneValue(sub),
    }),
  );
  const some = given.map((each) => fc.option(each, { freq: 2 }));
  return fc.tuple(fc.boolean(), fc.tuple(...some)).map(([withUnknown, chosen]) => {
    const wire: Record<string, JsonValue> = withUnknown ? { shoeSize: 42 } : {};
    let parts: Record<string, JsonValue> | undefined = {};
    for (const each of chosen) {
      if (each === null) continue;
      wire[each.key] = each.given.wire;
      if (each.sub.mutability === 'readOnly') continue;
      if (each.given.value === undefined) parts = undefined;
      if (parts !== undefined) parts[each.sub.name] = each.given.value ?? null;
    }
    return { wire, parts };
  });
}

/** A name in the letter case that a client likes. */
export function spelling(name: string): fc.Arbitrary<string> {
  return fc.constantFrom(name, name, name, name.toUpperCase(), name.toLowerCase());
}

function keyOf(value: JsonValue): string {
  if (!isObject(value)) return JSON.stringify(value);
  return JSON.stringify(Object.entries(value).toSorted(([a], [b]) => (a < b ? -1 : 1)));
}

function isObject(value: JsonValue | undefined): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
