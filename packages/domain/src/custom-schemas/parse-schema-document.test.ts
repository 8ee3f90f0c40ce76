import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { schemaDocuments } from '@rollcall/scim-protocol/discovery';
import { userResourceType } from '@rollcall/scim-protocol/resource-types';
import { ENTERPRISE_USER_SCHEMA } from '@rollcall/scim-protocol/schemas/enterprise-user';
import { InvalidInputError } from '../errors.ts';
import type { JsonObject } from '../json.ts';
import { payroll } from './custom-schema-testing.ts';
import { LONGEST_SCHEMA, MOST_ATTRIBUTES, parseSchemaDocument } from './parse-schema-document.ts';
import { MOST_SUB_ATTRIBUTES } from './parse-attribute.ts';

const RUNS = { seed: 7_643, numRuns: 500 };

function refusal(document: unknown): string {
  try {
    parseSchemaDocument(document);
  } catch (error) {
    if (error instanceof InvalidInputError) return error.message;
    throw error;
  }
  return 'not refused';
}

describe('a schema document', () => {
  test('that /Schemas of another service prints can be defined here', () => {
    const attributes = ENTERPRISE_USER_SCHEMA.attributes.filter(({ type }) => type !== 'complex');
    const exported = { ...ENTERPRISE_USER_SCHEMA, id: 'urn:example:Hr', attributes };
    const type = userResourceType({ emailsRequired: false, customSchemas: [exported] });
    const document = schemaDocuments([type], 'https://x').find(({ id }) => id === exported.id);
    expect(parseSchemaDocument(document)).toEqual(exported);
  });

  test('that leaves things out has the defaults of RFC 7643 2.2', () => {
    expect(parseSchemaDocument(payroll('number', { name: 'seal', type: 'binary' })).attributes).toEqual([
      {
        name: 'number',
        type: 'string',
        multiValued: false,
        description: '',
        required: false,
        caseExact: false,
        mutability: 'readWrite',
        returned: 'default',
        uniqueness: 'none',
      },
      expect.objectContaining({ name: 'seal', caseExact: true }),
    ]);
  });

  test.each([
    [null, 'must be a JSON object'],
    [[], 'must be a JSON object'],
    ['urn:a:b', 'must be a JSON object'],
    [{}, 'needs "id"'],
    [{ ...payroll('a'), atributes: [] }, 'has the member "atributes"'],
    [{ ...payroll('a'), name: 7 }, 'must be a text'],
    [{ ...payroll('a'), name: 'a\u0007' }, 'control character'],
    [{ ...payroll('a'), attributes: {} }, 'must be a list'],
    [payroll(), 'it needs 1 to'],
    [payroll(...Array.from({ length: MOST_ATTRIBUTES + 1 }, (_, index) => `a${index}`)), 'it needs 1 to'],
    [payroll('a', 'A'), 'twice'],
    [payroll({ type: 'string' }), 'attributes[0] needs "name"'],
    [payroll({ name: 'a' }), '"type" of attributes[0] (a) must be one of'],
    [payroll({ name: 'a', type: 'String' }), 'must be one of'],
    [payroll({ name: 'a', type: 'string', mutabilty: 'immutable' }), 'has the member "mutabilty"'],
    [payroll({ name: 'a', type: 'string', multiValued: 'true' }), 'must be true or false'],
    [payroll({ name: 'a', type: 'string', mutability: 'readOnly' }), 'nobody could ever give it a value'],
    [payroll({ name: 'a', type: 'string', mutability: 'writeOnly' }), 'keeps no secrets'],
    [payroll({ name: 'a', type: 'string', uniqueness: 'server' }), 'Write "none"'],
    [payroll({ name: 'a', type: 'string', uniqueness: 'global' }), 'Write "none"'],
    [payroll({ name: 'a', type: 'string', returned: 'sometimes' }), 'must be one of'],
    [payroll({ name: 'a', type: 'boolean', canonicalValues: ['x'] }), 'only as a string'],
    [payroll({ name: 'a', type: 'string', canonicalValues: ['x', 'x'] }), 'has a value twice'],
    [payroll({ name: 'a', type: 'string', canonicalValues: [7] }), 'must be a text'],
    [payroll({ name: 'a', type: 'string', referenceTypes: ['User'] }), 'only as a reference'],
    [payroll({ name: 'a', type: 'string', subAttributes: [{}] }), 'is no complex attribute'],
    [payroll({ name: 'a', type: 'complex' }), `it needs 1 to ${MOST_SUB_ATTRIBUTES}`],
    [payroll(complex({ name: 'b', type: 'complex' })), 'must be one of'],
    [payroll(complex({ name: 'b', type: 'string', multiValued: true })), 'neither lists nor complex'],
    [payroll(complex({ name: 'b', type: 'string', returned: 'never' })), 'must be one of'],
    [payroll(complex({ name: 'primary', type: 'string' })), 'of the type boolean'],
    [payroll(complex({ name: 'Type', type: 'string' })), 'must be called "type"'],
    [
      payroll({ ...complex({ name: 'type', type: 'string' }), multiValued: true }),
      'besides "type" and "primary"',
    ],
    [{ ...payroll('a'), description: 'x'.repeat(1_001) }, 'at most 1000'],
  ])('%j is refused: %s', (document, why) => {
    expect(refusal(document)).toContain(why);
  });

  test('that is too large as a whole is refused', () => {
    const large = Array.from({ length: 80 }, (_, index) => ({
      name: `a${index}`,
      type: 'string',
      description: 'x'.repeat(900),
    }));
    expect(refusal(payroll(...large))).toContain(`at most ${LONGEST_SCHEMA}`);
  });

  test.each([
    '__proto__',
    '_a',
    '1a',
    'a.b',
    'a:b',
    'a b',
    'ä',
    '',
    '$ref',
    'not',
    'EQ',
    'true',
    'id',
    'externalId',
    'groups',
    'password',
    'apiKey',
    'clientSecret',
  ])('the attribute name %j is refused', (name) => {
    expect(refusal(payroll({ name, type: 'string' }))).toContain('attributes[0]');
  });

  test.each(['constructor', 'hasOwnProperty', 'toString', 'a-b', 'a_b', 'a$', 'A1'])(
    'the attribute name %s is one',
    (name) => {
      expect(parseSchemaDocument(payroll(name)).attributes[0]?.name).toBe(name);
    },
  );

  test('$ref is a name for a part', () => {
    expect(refusal(payroll(complex({ name: '$ref', type: 'reference' })))).toBe('not refused');
  });

  test('members of the prototype are no members', () => {
    const document: unknown = JSON.parse('{"__proto__": {"id": "urn:a:b"}, "name": "x"}');
    expect(refusal(document)).toContain('has the member "__proto__"');
  });
});

describe('the URN of a schema', () => {
  test.each([
    'urn:example:a',
    'urn:acme-corp:params:scim:schemas:extension:hr:2.0:User',
    'urn:ietf:params:scim:schemas:extension:AcmeCorp:2.0:User',
    'urn:ietf:params:scim:schemas:extension:acme:custom:2.0:Group',
  ])('%s can be defined', (id) => {
    expect(refusal({ ...payroll('a'), id })).toBe('not refused');
  });

  test.each([
    'urn:ietf:params:scim:schemas:core:2.0:User',
    'URN:IETF:params:SCIM:schemas:core:2.0:User',
    'urn:ietf:params:scim:schemas:core:2.0:Device',
    'urn:ietf:params:scim:schemas:extension:enterprise:2.0:User',
    'urn:ietf:params:scim:schemas:extension:ENTERPRISE:3.0:User',
    'urn:ietf:params:scim:schemas:extension:dbtLabs:2.0:User',
    'urn:ietf:params:scim:schemas:extension:acme',
    'urn:ietf:params:scim:api:messages:2.0:PatchOp',
    'urn:scim:schemas:core:1.0',
    'urn:example',
    'urn::a',
    'urn:example:a:',
    'urn:example:a.',
    'urn:example:a b',
    'urn:example:a"',
    'urn:example:ä',
    'https://example.com/a',
    'a',
    '',
  ])('%j cannot', (id) => {
    expect(refusal({ ...payroll('a'), id })).not.toBe('not refused');
  });
});

test('whatever is sent is read or refused in words, never anything else', () => {
  fc.assert(
    fc.property(fc.oneof(fc.anything(), almostASchema()), (document) => {
      const said = refusal(document);
      expect(said.length).toBeGreaterThan(0);
    }),
    RUNS,
  );
});

test('what was read is read again to the same, through JSON', () => {
  fc.assert(
    fc.property(almostASchema(), (document) => {
      fc.pre(refusal(document) === 'not refused');
      const schema = parseSchemaDocument(document);
      expect(parseSchemaDocument(JSON.parse(JSON.stringify(schema)))).toEqual(schema);
    }),
    RUNS,
  );
});

function complex(part: JsonObject): JsonObject {
  return { name: 'a', type: 'complex', subAttributes: [part] };
}

/** Mostly right, with now and then a value of any kind in the place of a right one. */
function almostASchema(): fc.Arbitrary<unknown> {
  const characteristics = {
    name: spoilt(fc.stringMatching(/^[a-z][a-z0-9]{3,6}$/)),
    type: spoilt(
      fc.constantFrom('string', 'boolean', 'decimal', 'integer', 'dateTime', 'binary', 'reference'),
    ),
    required: spoilt(fc.boolean()),
    caseExact: spoilt(fc.boolean()),
    mutability: spoilt(fc.constantFrom('readWrite', 'immutable')),
    returned: spoilt(fc.constantFrom('default', 'always', 'request')),
    description: spoilt(fc.string({ maxLength: 20 })),
  };
  const options = { requiredKeys: ['name', 'type'] } as const;
  const simple = fc.record(
    { ...characteristics, multiValued: spoilt(fc.boolean()) },
    { requiredKeys: [...options.requiredKeys] },
  );
  const parts = fc.array(fc.record(characteristics, { requiredKeys: [...options.requiredKeys] }), {
    minLength: 1,
    maxLength: 3,
  });
  const complexOne = fc.record({
    ...characteristics,
    type: fc.constant('complex'),
    subAttributes: spoilt(parts),
  });
  return fc.record({
    id: spoilt(fc.stringMatching(/^urn:[a-z]{2,5}:[a-z0-9]{1,5}$/)),
    name: spoilt(fc.stringMatching(/^[A-Z][a-z]{1,8}$/)),
    attributes: spoilt(fc.array(fc.oneof(simple, complexOne), { minLength: 1, maxLength: 4 })),
  });
}

function spoilt<Value>(right: fc.Arbitrary<Value>): fc.Arbitrary<unknown> {
  return fc.oneof({ weight: 40, arbitrary: right }, { weight: 1, arbitrary: fc.anything() });
}
