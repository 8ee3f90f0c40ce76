import fc from 'fast-check';
import { expect, test } from 'vitest';

import { refusalOf } from '../../test/refusal-of.ts';
import { parseSelection, selectAttributes } from '../attribute-selection.ts';
import { findTarget } from '../attribute-lookup.ts';
import { keepImmutable } from '../immutable-attributes.ts';
import type { JsonObject, JsonValue } from '../json.ts';
import { createReading } from '../reading.ts';
import { userResourceType, type ResourceType } from '../resource-types.ts';
import { readResource } from '../validate-resource.ts';
import { attribute, type AttributeDefinition, type AttributeType } from './attribute.ts';
import { CORE_USER_URN } from './core-user.ts';

const URN = 'urn:example:scim:Anything';
const RUNS = { seed: 2_026, numRuns: 300 };

const SIMPLE_TYPES = ['string', 'boolean', 'decimal', 'integer', 'dateTime', 'binary', 'reference'] as const;
const NAMES = ['constructor', 'toString', 'a-b', 'a_b', 'grade', 'Site', 'x$1', 'valueOf', 'hasOwnProperty'];

/** Definitions of every kind, some of them with names that every JavaScript object has. */
const definitions: fc.Arbitrary<readonly AttributeDefinition[]> = fc
  .uniqueArray(fc.constantFrom(...NAMES), { minLength: 1, maxLength: 5 })
  .chain((names) => fc.tuple(...names.map(definitionCalled)));

/** A resource type with such an extension, and values of it that are right. */
const extended = definitions.chain((attributes) => {
  const schema = { id: URN, name: 'Anything', description: '', attributes };
  const type = userResourceType({ emailsRequired: false, customSchemas: [schema] });
  return fc.record({ type: fc.constant(type), values: valuesOf(attributes) });
});

const anyValue: fc.Arbitrary<JsonValue> = fc.oneof(
  fc.constantFrom(null, '', true, 0.5, -1),
  fc.string(),
  fc.array(fc.oneof(fc.string(), fc.integer(), fc.constant(null))),
  fc.dictionary(fc.constantFrom(...NAMES, 'VALUE', 'primary', '__proto__'), fc.string()),
);

test('what is right is read to the letter, shown whole, and found by each of its names', () => {
  fc.assert(
    fc.property(extended, ({ type, values }) => {
      const resource = read(type, values);
      expect(resource[URN]).toEqual(values);
      expect(selectAttributes(resource, parseSelection({}, type), type)[URN]).toEqual(values);
      expect(keepImmutable(resource, resource, type)).toEqual(resource);
      for (const name of Object.keys(values)) {
        expect(findTarget(type, `${URN}:${name}`.toUpperCase())?.attribute.name).toBe(name);
        const selection = parseSelection({ attributes: `${URN}:${name}` }, type);
        expect(selectAttributes(resource, selection, type)[URN]).toEqual({ [name]: values[name] });
      }
    }),
    RUNS,
  );
});

test('whatever else is sent is read or refused by a SCIM error, and what was read is read again to the same', () => {
  fc.assert(
    fc.property(extended, anyValue, fc.nat(), ({ type, values }, junk, at) => {
      const names = Object.keys(values);
      const spoilt: JsonObject = { ...values, [names[at % names.length] ?? 'x']: junk };
      const said = refusalOf(() => read(type, spoilt));
      if (said !== 'not refused') return;
      const resource = read(type, spoilt);
      expect(read(type, resource[URN] ?? null)).toEqual(resource);
    }),
    RUNS,
  );
});

function read(type: ResourceType, values: JsonValue): JsonObject {
  const body = { schemas: [CORE_USER_URN, URN], userName: 'ana', [URN]: values };
  return readResource(body, type, createReading('strict'));
}

function definitionCalled(name: string): fc.Arbitrary<AttributeDefinition> {
  const simple = fc.record({ type: fc.constantFrom(...SIMPLE_TYPES), multiValued: fc.boolean() });
  const parts = fc
    .uniqueArray(fc.constantFrom('value', 'display', 'part', 'constructor'), { minLength: 1, maxLength: 3 })
    .chain((names) =>
      fc.tuple(
        ...names.map((each) => fc.constantFrom(...SIMPLE_TYPES).map((type) => attribute(each, type, ''))),
      ),
    );
  return fc.oneof(
    simple.map(({ type, multiValued }) => attribute(name, type, '', { multiValued })),
    fc
      .record({ parts, multiValued: fc.boolean() })
      .map(({ parts: subAttributes, multiValued }) =>
        attribute(name, 'complex', '', { multiValued, subAttributes }),
      ),
  );
}

function valuesOf(attributes: readonly AttributeDefinition[]): fc.Arbitrary<JsonObject> {
  return fc.record(Object.fromEntries(attributes.map((each) => [each.name, valueOf(each)])));
}

function valueOf(definition: AttributeDefinition): fc.Arbitrary<JsonValue> {
  const one: fc.Arbitrary<JsonValue> =
    definition.type === 'complex' ? valuesOf(definition.subAttributes ?? []) : simpleValue(definition.type);
  if (!definition.multiValued) return one;
  return fc.uniqueArray(one, { minLength: 1, maxLength: 3, selector: (entry) => JSON.stringify(entry) });
}

function simpleValue(type: AttributeType): fc.Arbitrary<JsonValue> {
  switch (type) {
    case 'boolean':
      return fc.boolean();
    case 'integer':
      return fc.maxSafeInteger();
    case 'decimal':
      return fc
        .double({ noNaN: true, noDefaultInfinity: true })
        .map((number) => (Object.is(number, -0) ? 0 : number));
    case 'dateTime':
      return fc
        .date({ min: new Date('0001-01-01'), max: new Date('9999-12-31'), noInvalidDate: true })
        .map((date) => date.toISOString());
    case 'binary':
      return fc.base64String({ minLength: 4 });
    case 'string':
    case 'reference':
    case 'complex':
      return fc.string({ minLength: 1 });
  }
}
