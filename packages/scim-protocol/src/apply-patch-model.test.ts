import fc from 'fast-check';
import { expect, test } from 'vitest';

import { fuzzing } from '../test/fuzzing.ts';
import { MODEL_ATTRIBUTES, MODEL_USER, type ModelAttribute } from '../test/patch-model/model-user.ts';
import { operationOn } from '../test/patch-model/operations.ts';
import { inOneOrder, referencePatch, same } from '../test/patch-model/reference.ts';
import { listValue, oneValue } from '../test/patch-model/values.ts';
import { applyPatch } from './apply-patch.ts';
import { ScimError } from './errors.ts';
import { isJsonObject, parseJsonBody, type JsonObject, type JsonValue } from './json.ts';
import { parsePatchRequest } from './patch-request.ts';
import { createReading, LENIENCIES, type Dialects, type Leniency } from './reading.ts';
import type { SchemaDefinition } from './schemas/attribute.ts';
import { CORE_USER_URN } from './schemas/core-user.ts';
import { readResource } from './validate-resource.ts';

const PATCH_OP = 'urn:ietf:params:scim:api:messages:2.0:PatchOp';
const ANA: JsonObject = { schemas: [CORE_USER_URN], userName: 'ana' };

interface Outcome {
  /** The resource, or the keyword of the refusal. */
  readonly result: JsonObject | string;
  readonly detail: string;
  readonly leniencies: readonly Leniency[];
}

function patched(resource: JsonObject, operations: JsonValue, dialects: Dialects = 'lenient'): Outcome {
  const reading = createReading(dialects);
  try {
    const body = { schemas: [PATCH_OP], Operations: operations };
    const result = applyPatch(resource, parsePatchRequest(body, MODEL_USER, reading), MODEL_USER, reading);
    return { result, detail: '', leniencies: reading.leniencies };
  } catch (error) {
    if (!(error instanceof ScimError)) throw error;
    return { result: String(error.scimType), detail: error.detail, leniencies: reading.leniencies };
  }
}

/** A user with values at some of the attributes given. */
function userWith(attributes: readonly ModelAttribute[]): fc.Arbitrary<JsonObject> {
  const values = attributes.map(({ attribute }) => {
    const value = attribute.multiValued ? listValue(attribute) : oneValue(attribute);
    // What nobody may write has no value that could be given.
    return attribute.mutability === 'readOnly'
      ? fc.constant(null)
      : fc.option(value.filter(isSomething), { freq: 5 });
  });
  return fc.tuple(...values).map((chosen) => {
    const user: Record<string, JsonValue> = { ...ANA };
    for (const [index, { schema, isExtension, attribute }] of attributes.entries()) {
      const value = chosen[index]?.value;
      if (value === undefined || attribute.name === 'schemas') continue;
      if (isExtension) user[schema.id] = { ...extensionOf(user, schema), [attribute.name]: value };
      else user[attribute.name] = value;
    }
    return user;
  });
}

function isSomething({ value }: { readonly value: JsonValue | undefined }): boolean {
  return value !== undefined && value !== null;
}

/** What the user has of an extension, or what the extension requires. */
function extensionOf(user: JsonObject, { id, attributes }: SchemaDefinition): JsonObject {
  const data = user[id];
  if (isJsonObject(data)) return data;
  return Object.fromEntries(attributes.filter(({ required }) => required).map(({ name }) => [name, 'a']));
}

const LISTS = MODEL_ATTRIBUTES.filter(
  ({ attribute }) => attribute.multiValued && attribute.type === 'complex',
);

/** A few attributes, so that the operations meet, and a user who has most of them. */
const scene = fc
  .uniqueArray(fc.oneof(fc.constantFrom(...LISTS), fc.constantFrom(...MODEL_ATTRIBUTES)), {
    minLength: 1,
    maxLength: 3,
  })
  .chain((attributes) =>
    fc.record({
      body: userWith(attributes),
      operations: fc.array(operationOn(attributes), { minLength: 1, maxLength: 5 }),
    }),
  );

/** The user as stored, or undefined where the schemas do not allow it. */
function stored(body: JsonObject): JsonObject | undefined {
  try {
    return readResource(body, MODEL_USER, createReading('lenient'));
  } catch (error) {
    if (error instanceof ScimError) return undefined;
    throw error;
  }
}

test('any operations on any user give what a plain reference gives, or are refused with its keyword', () => {
  const seen = { changed: 0, refused: new Set<string>(), leniencies: new Set<string>() };
  fc.assert(
    fc.property(scene, ({ body, operations }) => {
      const user = stored(body);
      fc.pre(user !== undefined);
      const text = JSON.stringify(user);
      const { result, detail, leniencies } = patched(
        user,
        operations.map(({ wire }) => wire),
      );
      const expected = referencePatch(
        user,
        operations.flatMap(({ intents }) => intents),
      );
      expect(JSON.stringify(user)).toBe(text);
      expect({ result: inOneOrder(result), detail }).toEqual({ result: inOneOrder(expected), detail });

      if (typeof result === 'string') seen.refused.add(result);
      else if (!same(result, user)) seen.changed += 1;
      for (const { code } of leniencies) seen.leniencies.add(code);
    }),
    fuzzing(2_500),
  );
  // The generator reaches what it is there for.
  expect(seen.changed).toBeGreaterThan(500);
  expect([...seen.refused].toSorted()).toEqual([
    'invalidFilter',
    'invalidPath',
    'invalidSyntax',
    'invalidValue',
    'mutability',
    'noTarget',
  ]);
  expect(seen.leniencies.size).toBeGreaterThan(9);
});

test('a strict account does the same with what is to the letter, and refuses by name whatever was read leniently', () => {
  fc.assert(
    fc.property(scene, ({ body, operations }) => {
      const user = stored(body);
      fc.pre(user !== undefined);
      const wires = operations.map(({ wire }) => wire);
      const lenient = patched(user, wires);
      const strict = patched(user, wires, 'strict');
      const isNamed = Object.keys(LENIENCIES).some((code) => strict.detail.includes(`"${code}"`));
      expect(isNamed).toBe(lenient.leniencies.length > 0);
      expect(isNamed ? lenient.result : strict.result).toEqual(lenient.result);
    }),
    fuzzing(800),
  );
});

test('a patched user is one that a POST would be allowed to make, to the letter', () => {
  fc.assert(
    fc.property(scene, ({ body, operations }) => {
      const user = stored(body);
      fc.pre(user !== undefined);
      const { result } = patched(
        user,
        operations.map(({ wire }) => wire),
      );
      fc.pre(typeof result !== 'string');
      expect(readResource(result, MODEL_USER, createReading('strict'))).toEqual(withoutPassword(result));
    }),
    fuzzing(800),
  );
});

function withoutPassword({ password: _password, ...user }: JsonObject): JsonObject {
  return user;
}

test('any JSON is refused as a SCIM error or gives a user that is valid to the letter', () => {
  const user = { ...ANA, emails: [{ value: 'a', type: 'work', primary: true }, { value: 'b' }] };
  const path = fc.constantFrom(
    'title',
    'name',
    'emails',
    'emails[type eq "work"]',
    'emails.primary',
    '__proto__',
    '',
  );
  const operation = fc.record(
    {
      op: fc.constantFrom('add', 'Replace', 'remove', '__proto__'),
      path,
      value: fc.jsonValue({ maxDepth: 3 }),
    },
    { requiredKeys: ['op'] },
  );
  fc.assert(
    fc.property(fc.oneof(fc.array(operation, { maxLength: 4 }), fc.jsonValue()), (operations) => {
      const { result } = patched(user, parseJsonBody(JSON.stringify(operations)));
      if (typeof result === 'string') return;
      expect(readResource(result, MODEL_USER, createReading('strict'))).toEqual(result);
    }),
    fuzzing(1_500),
  );
});
