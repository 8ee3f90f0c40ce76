import { describe, expect, test } from 'vitest';

import { refusalOf } from '../../test/refusal-of.ts';
import { applyPatch } from '../apply-patch.ts';
import { parseSelection, selectAttributes } from '../attribute-selection.ts';
import { resourceTypeDocuments, schemaDocuments } from '../discovery.ts';
import { keepImmutable } from '../immutable-attributes.ts';
import type { JsonObject, JsonValue } from '../json.ts';
import { parsePatchRequest } from '../patch-request.ts';
import { createReading } from '../reading.ts';
import { groupResourceType, userResourceType } from '../resource-types.ts';
import { readResource } from '../validate-resource.ts';
import { attribute, type SchemaDefinition } from './attribute.ts';
import { CORE_USER_URN } from './core-user.ts';

const URN = 'urn:example:scim:Payroll';
const PAYROLL: SchemaDefinition = {
  id: URN,
  name: 'Payroll',
  description: 'What payroll knows.',
  attributes: [
    attribute('number', 'string', 'The payroll number.', { required: true, mutability: 'immutable' }),
    attribute('hired', 'dateTime', 'The first day.'),
    attribute('grade', 'integer', 'The pay grade.'),
    attribute('rate', 'decimal', 'The hourly rate.', { returned: 'request' }),
    attribute('exempt', 'boolean', 'Whether overtime is unpaid.'),
    attribute('seal', 'binary', 'A signature.', { returned: 'never' }),
    attribute('contract', 'reference', 'Where the contract is.', { referenceTypes: ['external'] }),
    attribute('constructor', 'string', 'A name that every JavaScript object has.'),
    attribute('sites', 'string', 'Where the person works.', { multiValued: true, returned: 'always' }),
    attribute('bank', 'complex', 'The bank account.', {
      subAttributes: [
        attribute('iban', 'string', 'The number.', { required: true, caseExact: true }),
        attribute('bic', 'string', 'The bank.', { mutability: 'immutable' }),
        attribute('holder', 'string', 'Whose it is.', { returned: 'request' }),
        attribute('country', 'string', 'Where it is.', { returned: 'always' }),
      ],
    }),
    attribute('badges', 'complex', 'Badges.', {
      multiValued: true,
      subAttributes: [
        attribute('value', 'string', 'The number.', { required: true }),
        attribute('type', 'string', 'The kind.', { canonicalValues: ['door', 'desk'] }),
        attribute('primary', 'boolean', 'Whether it is the usual one.'),
      ],
    }),
  ],
};
const USER = userResourceType({ emailsRequired: false, customSchemas: [PAYROLL] });
const GROUP = groupResourceType([{ ...PAYROLL, id: 'urn:example:scim:Team' }]);

function read(payroll: JsonValue): JsonObject {
  const body = { schemas: [CORE_USER_URN, URN], userName: 'ana', [URN]: payroll };
  return readResource(body, USER, createReading('strict'));
}

function patched(payroll: JsonValue, ...operations: readonly JsonObject[]): JsonObject {
  const reading = createReading('lenient');
  const body = { schemas: ['urn:ietf:params:scim:api:messages:2.0:PatchOp'], Operations: operations };
  return applyPatch(read(payroll), parsePatchRequest(body, USER, reading), USER, reading);
}

const WHOLE: JsonObject = {
  number: '0007',
  hired: '2026-01-31T08:00:00Z',
  grade: 7,
  rate: 41.5,
  exempt: true,
  seal: 'AAEC',
  contract: 'https://example.com/c/7',
  constructor: 'c',
  sites: ['Oslo', 'Kyiv'],
  bank: { iban: 'NO93', bic: 'DNBANOKK', holder: 'Ana Ito', country: 'NO' },
  badges: [{ value: '12', type: 'door', primary: true }],
};

describe('an extension that an account defined', () => {
  test('is read with every type of attribute, to the letter, and listed in "schemas"', () => {
    expect(read(WHOLE)).toEqual({ schemas: [CORE_USER_URN, URN], userName: 'ana', [URN]: WHOLE });
  });

  test('is found by its URN and its names in any letter case, and kept in its own spelling', () => {
    const body = {
      schemas: [CORE_USER_URN, URN],
      userName: 'ana',
      [URN.toUpperCase()]: { NUMBER: '7', GRADE: 1 },
    };
    expect(readResource(body, USER, createReading('lenient'))[URN]).toEqual({ number: '7', grade: 1 });
  });

  test('is not there when nothing of it is said', () => {
    expect(read(null)).toEqual({ schemas: [CORE_USER_URN], userName: 'ana' });
    expect(read({ unknown: 1, hired: null, sites: [] })).toEqual(read(null));
  });

  test.each([
    ['grade', 1.5, 'needs an integer'],
    ['grade', '7', 'needs an integer'],
    ['rate', '41', 'needs a number'],
    ['hired', '2026-02-30T00:00:00Z', 'needs a date'],
    ['hired', 20260131, 'needs a date'],
    ['exempt', 1, 'needs true or false'],
    ['seal', '***', 'is not base64'],
    ['contract', 7, 'needs text'],
    ['constructor', {}, 'needs text'],
    ['sites', 'Oslo', 'needs a list'],
    ['bank', 'NO93', 'needs an object'],
    ['badges', [{ value: 7 }], 'needs text'],
  ])('%s given as %j is invalidValue that names the place', (name, value, why) => {
    const refusal = refusalOf(() => read({ number: '7', [name]: value }));
    expect(refusal).toMatch(`400 invalidValue: ${URN}:${name}`);
    expect(refusal).toContain(why);
  });

  test('needs what it requires once anything of it is there, parts and entries included', () => {
    expect(refusalOf(() => read({ grade: 7 }))).toBe(
      `400 invalidValue: "${URN}:number" is required and has no value; map an attribute that is never empty to it.`,
    );
    expect(refusalOf(() => read({ number: '7', bank: { bic: 'X' } }))).toContain(
      `"${URN}:bank.iban" is required`,
    );
    expect(refusalOf(() => read({ number: '7', badges: [{ type: 'door' }] }))).toContain('has no "value"');
  });

  test('takes at most 500 entries in a list', () => {
    const sites = Array.from({ length: 501 }, (_, index) => `site ${index}`);
    expect(refusalOf(() => read({ number: '7', sites }))).toContain('at most 500');
    expect(read({ number: '7', sites: sites.slice(1) })[URN]).toMatchObject({ sites: sites.slice(1) });
  });

  test('suggests canonical values and takes others', () => {
    const badges = [{ value: '12', type: 'garage' }];
    expect(read({ number: '7', badges })[URN]).toEqual({ number: '7', badges });
  });
});

describe('PATCH of an extension that an account defined', () => {
  test.each<[string, JsonObject, JsonObject]>([
    ['an attribute', { op: 'replace', path: `${URN}:grade`, value: 9 }, { grade: 9 }],
    ['in any letter case', { op: 'replace', path: `${URN.toUpperCase()}:GRADE`, value: 9 }, { grade: 9 }],
    ['a part', { op: 'replace', path: `${URN}:bank.iban`, value: 'SE12' }, { bank: { iban: 'SE12' } }],
    [
      'the part of a selected entry',
      { op: 'replace', path: `${URN}:badges[type eq "door"].value`, value: '99' },
      { badges: [{ value: '99' }] },
    ],
    ['the whole of it', { op: 'add', path: URN, value: { grade: 9 } }, { grade: 9 }],
    ['by an object', { op: 'add', value: { [URN]: { grade: 9 } } }, { grade: 9 }],
    ['by a dotted key', { op: 'add', value: { [`${URN}:bank.iban`]: 'SE12' } }, { bank: { iban: 'SE12' } }],
    [
      'a list, by one more',
      { op: 'add', path: `${URN}:sites`, value: ['Riga'] },
      { sites: ['Oslo', 'Kyiv', 'Riga'] },
    ],
  ])('changes %s', (_, operation, expected) => {
    expect(patched(WHOLE, operation)[URN]).toMatchObject({ number: '0007', ...expected });
  });

  test('an unknown attribute under a known URN is invalidPath', () => {
    expect(refusalOf(() => patched(WHOLE, { op: 'add', path: `${URN}:nothing`, value: 1 }))).toContain(
      '400 invalidPath',
    );
  });
});

describe('PUT and what is immutable', () => {
  test('a value that is left out stays', () => {
    expect(keepImmutable(read(WHOLE), read({ number: '0007', grade: 1 }), USER)[URN]).toEqual({
      number: '0007',
      grade: 1,
    });
    expect(keepImmutable(read(WHOLE), read(null), USER)[URN]).toEqual({ number: '0007' });
    const bank = { iban: 'SE12' };
    expect(keepImmutable(read(WHOLE), read({ number: '0007', bank }), USER)[URN]).toEqual({
      number: '0007',
      bank: { iban: 'SE12', bic: 'DNBANOKK' },
    });
  });

  test('what the schema requires stays with an immutable value when the body does not mention the schema', () => {
    const schema: SchemaDefinition = {
      ...PAYROLL,
      attributes: [
        attribute('number', 'string', '', { mutability: 'immutable' }),
        attribute('grade', 'integer', '', { required: true }),
        attribute('site', 'string', ''),
      ],
    };
    const type = userResourceType({ emailsRequired: false, customSchemas: [schema] });
    const current = { userName: 'ana', [URN]: { number: '7', grade: 1, site: 'Oslo' } };
    expect(keepImmutable(current, { userName: 'ana' }, type)[URN]).toEqual({ number: '7', grade: 1 });
    const { number: _number, ...changeable } = current[URN];
    const withoutFixed = { userName: 'ana', [URN]: changeable };
    expect(keepImmutable(withoutFixed, { userName: 'ana' }, type)).toEqual({ userName: 'ana' });
  });

  test('the same value passes and a first one is taken', () => {
    expect(keepImmutable(read(WHOLE), read(WHOLE), USER)).toEqual(read(WHOLE));
    expect(keepImmutable(read(null), read(WHOLE), USER)).toEqual(read(WHOLE));
  });

  test('another value is refused as mutability, of a part as of the whole', () => {
    expect(refusalOf(() => keepImmutable(read(WHOLE), read({ number: '8' }), USER))).toBe(
      `400 mutability: "${URN}:number" cannot be changed once it has a value.`,
    );
    const other = { number: '0007', bank: { iban: 'NO93', bic: 'OTHER' } };
    expect(refusalOf(() => keepImmutable(read(WHOLE), read(other), USER))).toContain(`"${URN}:bank.bic"`);
  });
});

describe('what an answer shows of it', () => {
  const select = (query: Parameters<typeof parseSelection>[0]): JsonValue =>
    selectAttributes(read(WHOLE), parseSelection(query, USER), USER)[URN] ?? null;
  const { rate: _rate, seal: _seal, ...byDefault } = WHOLE;
  const bankByDefault = { iban: 'NO93', bic: 'DNBANOKK', country: 'NO' };

  test('everything but what is returned never, or on request', () => {
    expect(select({})).toEqual({ ...byDefault, bank: bankByDefault });
  });

  test.each([
    [`${URN}:rate`, { rate: 41.5, sites: WHOLE['sites'] }],
    [`${URN}:seal`, { sites: WHOLE['sites'] }],
    [`${URN}:bank`, { bank: bankByDefault, sites: WHOLE['sites'] }],
    [`${URN}:bank.holder`, { bank: { holder: 'Ana Ito', country: 'NO' }, sites: WHOLE['sites'] }],
    [`${URN}:bank.iban`, { bank: { iban: 'NO93', country: 'NO' }, sites: WHOLE['sites'] }],
    ['userName', { sites: WHOLE['sites'] }],
  ])('attributes=%s shows it, and what is returned always', (attributes, expected) => {
    expect(select({ attributes })).toEqual(expected);
  });

  test('what is returned always stays where it is excluded', () => {
    const excludedAttributes = [
      `${URN}:sites`,
      `${URN}:bank.country`,
      `${URN}:bank.iban`,
      `${URN}:badges`,
    ].join();
    expect(select({ excludedAttributes })).toEqual({
      number: '0007',
      hired: WHOLE['hired'],
      grade: 7,
      exempt: true,
      contract: WHOLE['contract'],
      constructor: 'c',
      sites: WHOLE['sites'],
      bank: { bic: 'DNBANOKK', country: 'NO' },
    });
  });
});

test('discovery lists it with the built-in ones, as an extension that nobody must have', () => {
  const ids = schemaDocuments([USER, GROUP], 'https://x').map(({ id }) => id);
  expect(ids).toContain(URN);
  expect(ids).toContain('urn:example:scim:Team');
  const [user, group] = resourceTypeDocuments([USER, GROUP], 'https://x');
  expect(user?.['schemaExtensions']).toContainEqual({ schema: URN, required: false });
  expect(group?.['schemaExtensions']).toEqual([{ schema: 'urn:example:scim:Team', required: false }]);
});
