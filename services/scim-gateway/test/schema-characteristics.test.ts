import { isJsonArray, isJsonObject, type JsonObject, type JsonValue } from '@rollcall/scim-protocol/json';
import {
  groupResourceType,
  type ResourceType,
  userResourceType,
} from '@rollcall/scim-protocol/resource-types';
import type { AttributeDefinition } from '@rollcall/scim-protocol/schemas/attribute';
import { COMMON_ATTRIBUTES } from '@rollcall/scim-protocol/schemas/common-attributes';
import { ENTERPRISE_USER_URN } from '@rollcall/scim-protocol/schemas/enterprise-user';
import { LICENSE_USER_URN } from '@rollcall/scim-protocol/schemas/license-user';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import {
  addGroup,
  groupBody,
  type ScimAnswer,
  type ScimClient,
  startTestGateway,
  type TestGateway,
  textOf,
} from './harness.ts';

/** One attribute or sub-attribute of the built-in schemas, as /Schemas prints it. */
interface Row {
  readonly type: ResourceType;
  /** Undefined for the core schema and the common attributes. */
  readonly urn: string | undefined;
  readonly attribute: AttributeDefinition;
  readonly sub: AttributeDefinition | undefined;
  /** As filters and `attributes` name it. */
  readonly path: string;
  readonly title: string;
}

const USER = userResourceType({ emailsRequired: false });
const GROUP = groupResourceType();
const ROWS = [USER, GROUP].flatMap((type) => [
  ...rowsOf(type, undefined, [...COMMON_ATTRIBUTES, ...type.schema.attributes]),
  ...type.extensions.flatMap(({ id, attributes }) => rowsOf(type, id, attributes)),
]);

/** What clients may write; a group's members are set operations of their own, with tests of their own. */
const WRITABLE = ROWS.filter(
  ({ attribute, sub }) =>
    attribute.mutability === 'readWrite' &&
    sub?.mutability !== 'readOnly' &&
    !['schemas', 'members'].includes(attribute.name),
);
const READ_ONLY = ROWS.filter(
  ({ attribute, sub }) =>
    attribute.mutability === 'readOnly' || (sub?.mutability === 'readOnly' && attribute.name !== 'members'),
);
const TEXTS = WRITABLE.filter((row) => ['string', 'reference'].includes(leaf(row).type));

let gateway: TestGateway;
let client: ScimClient;
beforeAll(async () => {
  gateway = await startTestGateway();
  client = await gateway.addAccount('characteristics', { userNamePolicy: 'any' });
});
afterAll(() => gateway[Symbol.asyncDispose]());

test('the tables below are about every attribute that /Schemas prints', async () => {
  const { resources } = await client.get('/Schemas');
  const printed = resources.flatMap(({ id, attributes }) => {
    const ofType = [USER, GROUP].some(({ schema, extensions }) =>
      [schema, ...extensions].some((each) => each.id === id),
    );
    return ofType && isJsonArray(attributes) ? attributes.filter(isJsonObject) : [];
  });
  const names = printed.flatMap(({ name, subAttributes }) =>
    isJsonArray(subAttributes)
      ? subAttributes.filter(isJsonObject).map((sub) => `${textOf(name)}.${textOf(sub['name'])}`)
      : [textOf(name)],
  );
  const listed = ROWS.map(({ attribute, sub }) =>
    sub === undefined ? attribute.name : `${attribute.name}.${sub.name}`,
  );
  expect(names.length).toBeGreaterThan(70);
  expect(listed).toEqual(expect.arrayContaining(names));
});

describe('what clients may write', () => {
  test.each(WRITABLE)('$title comes back as sent, changes by path, and goes', async (row) => {
    const [first, second] = [sample(row, 'A'), sample(row, 'B')];
    const { id, status, text } = await create(row, first);
    expect(status).toBe(201);
    expect(text).not.toBe('');
    expect(valueAt(row, await read(row, id))).toEqual(first);
    await change(row, id, { op: 'replace', value: second });
    expect(valueAt(row, await read(row, id))).toEqual(second);
    const removal = await change(row, id, { op: 'remove' });
    expect(removal.body['scimType']).toBe(leaf(row).required ? 'mutability' : undefined);
    expect(valueAt(row, await read(row, id))).toEqual(afterRemoval(row, second));
  });

  test.each(WRITABLE)('$title shows when it is asked for, and not when it is excluded', async (row) => {
    const value = sample(row, 'A');
    const { id } = await create(row, value);
    const asked = await client.get(`${row.type.endpoint}/${id}?attributes=${row.path}`);
    expect(valueAt(row, asked.body)).toEqual(value);
    const without = await client.get(`${row.type.endpoint}/${id}?excludedAttributes=${row.path}`);
    expect(valueAt(row, without.body)).toBeUndefined();
    expect(without.body).toMatchObject({ id });
    expect(without.body).toHaveProperty('schemas');
  });

  test.each(TEXTS)('$title is compared as caseExact says', async (row) => {
    const value = textOf(sample(row, 'A'));
    const { id } = await create(row, value);
    const found = async (text: string): Promise<boolean> => {
      const filter = `${row.path} eq ${JSON.stringify(text)}`;
      const { status, resources } = await client.get(
        `${row.type.endpoint}?filter=${encodeURIComponent(filter)}&count=1000`,
      );
      expect(status).toBe(200);
      return resources.some((resource) => resource['id'] === id);
    };
    expect(await found(value)).toBe(true);
    expect(await found(swapped(value))).toBe(!leaf(row).caseExact);
  });

  const suggesting = WRITABLE.filter(
    (row) => leaf(row).canonicalValues !== undefined && row.urn !== LICENSE_USER_URN,
  );
  test.each(suggesting)('$title takes values that the schema does not suggest', async (row) => {
    const { id } = await create(row, 'of our own');
    expect(valueAt(row, await read(row, id))).toBe('of our own');
  });

  test('licenseType takes the suggested values alone: what a license is, is a rule of the product', async () => {
    const answer = await client.post('/Users', body(USER, { [LICENSE_USER_URN]: { licenseType: 'gold' } }));
    expect(answer.body).toMatchObject({ status: '400', scimType: 'invalidValue' });
  });
});

describe('what only the service sets', () => {
  test.each(READ_ONLY)('$title in a body is ignored, and by a path refused', async (row) => {
    const forged = sample(row, 'A');
    const { id, status } = await create(row, forged);
    expect(status).toBe(201);
    const before = await read(row, id);
    expect(valueAt(row, before)).not.toEqual(forged);
    expect(
      (await client.put(`${row.type.endpoint}/${id}`, { ...before, ...written(row, forged) })).status,
    ).toBe(200);
    expect(valueAt(row, await read(row, id))).toEqual(valueAt(row, before));
    const path = row.path;
    for (const operation of [
      { op: 'replace', path, value: forged },
      { op: 'remove', path },
    ]) {
      const refused = await client.patch(`${row.type.endpoint}/${id}`, [operation]);
      expect(refused.body).toMatchObject({ status: '400', scimType: 'mutability' });
    }
  });

  test('a password is taken in every write, shown by none, and no filter can ask for it', async () => {
    const created = await client.post('/Users', body(USER, { password: 's3cret-A' }));
    const path = `/Users/${created.id}`;
    const answers = [
      created,
      await client.put(path, { ...created.body, password: 's3cret-B' }),
      await client.patch(path, [{ op: 'replace', path: 'password', value: 's3cret-C' }]),
      await client.get(`${path}?attributes=password,userName`),
      await client.get('/Users?count=1000'),
    ];
    for (const { status, text } of answers) {
      expect([200, 201]).toContain(status);
      expect(text).not.toContain('s3cret');
      expect(text).not.toContain('"password"');
    }
    expect((await client.get('/Users?filter=password pr')).body).toMatchObject({ scimType: 'invalidFilter' });
    expect((await client.get('/Users?sortBy=password')).body).toMatchObject({ status: '400' });
  });

  test.each(['id', 'schemas'])('%s is always returned', async (name) => {
    const { id } = await client.post('/Users', body(USER));
    for (const query of ['attributes=userName', `excludedAttributes=${name}`, 'attributes=unknown']) {
      expect((await client.get(`/Users/${id}?${query}`)).body).toHaveProperty(name);
    }
  });
});

describe('what is required and unique', () => {
  test.each([
    ['/Users', { schemas: [USER.schema.id], displayName: 'Nobody' }],
    ['/Users', { schemas: [USER.schema.id], userName: null }],
    ['/Groups', { schemas: [GROUP.schema.id], externalId: 'x' }],
  ])('a POST to %s without it is invalidValue', async (path, given) => {
    expect((await client.post(path, given)).body).toMatchObject({ status: '400', scimType: 'invalidValue' });
  });

  test('userName and displayName of groups are unique whatever their case, and nothing else is', async () => {
    const first = body(USER, {
      externalId: 'same',
      displayName: 'Same',
      emails: [{ value: 'same@acme.io' }],
    });
    expect((await client.post('/Users', first)).status).toBe(201);
    const clash = await client.post('/Users', {
      ...first,
      userName: textOf(first['userName']).toUpperCase(),
    });
    expect(clash.body).toMatchObject({ status: '409', scimType: 'uniqueness' });
    expect((await client.post('/Users', { ...first, userName: 'another' })).status).toBe(201);
    await addGroup(client, 'Unique');
    expect((await client.post('/Groups', groupBody('UNIQUE'))).body).toMatchObject({
      scimType: 'uniqueness',
    });
  });
});

describe('what refers to others', () => {
  test.each<[string, JsonValue, JsonValue]>([
    ['an object', { value: 'nobody-1' }, { value: 'nobody-1' }],
    ['an object with a reference', { value: 'b', $ref: '../Users/b' }, { value: 'b', $ref: '../Users/b' }],
    [
      'an object with a name, which only the service sets',
      { value: 'b', displayName: 'Boss' },
      { value: 'b' },
    ],
    ['bare text', 'nobody-1', { value: 'nobody-1' }],
    ['a list of one', [{ value: 'nobody-1' }], { value: 'nobody-1' }],
    ['""', '', null],
    ['null', null, null],
    ['an object of nothing', {}, null],
    ['an object with an empty value', { value: '' }, null],
  ])('a manager given as %s, known or not, in each kind of write', async (_, manager, expected) => {
    const managerOf = async (id: string): Promise<JsonValue> => {
      const data = (await client.get(`/Users/${id}`)).body[ENTERPRISE_USER_URN];
      return isJsonObject(data) ? (data['manager'] ?? null) : null;
    };
    const person = body(USER, { [ENTERPRISE_USER_URN]: { department: 'Data', manager } });
    const { id } = await client.post('/Users', person);
    expect(await managerOf(id)).toEqual(expected);
    const other = { op: 'add', path: `${ENTERPRISE_USER_URN}:manager`, value: { value: 'other' } };
    await client.patch(`/Users/${id}`, [other]);
    await client.patch(`/Users/${id}`, [
      { op: 'replace', path: `${ENTERPRISE_USER_URN}:manager`, value: manager },
    ]);
    expect(await managerOf(id)).toEqual(expected);
    await client.patch(`/Users/${id}`, [other]);
    await client.put(`/Users/${id}`, person);
    expect(await managerOf(id)).toEqual(expected);
  });

  test("a user's groups follow their memberships, with type and reference", async () => {
    const { id } = await client.post('/Users', body(USER));
    const groupId = await addGroup(client, 'Follows', [id]);
    expect((await client.get(`/Users/${id}`)).body['groups']).toEqual([
      { value: groupId, $ref: `${client.location}/Groups/${groupId}`, display: 'Follows', type: 'direct' },
    ]);
    await client.delete(`/Groups/${groupId}`);
    expect((await client.get(`/Users/${id}`)).body['groups']).toEqual([]);
  });

  test("a member's type, reference and name are the service's, whatever the client sends", async () => {
    const { id } = await client.post('/Users', body(USER, { displayName: 'Ana Ito' }));
    const { body: group } = await client.post('/Groups', {
      ...groupBody('Members'),
      members: [{ value: id, type: 'User', $ref: 'https://elsewhere.example/x', display: 'Somebody' }],
    });
    expect(group['members']).toEqual([
      { value: id, type: 'User', $ref: `${client.location}/Users/${id}`, display: 'Ana Ito' },
    ]);
  });
});

function rowsOf(
  type: ResourceType,
  urn: string | undefined,
  attributes: readonly AttributeDefinition[],
): readonly Row[] {
  return attributes.flatMap((attribute) => {
    const prefix = urn === undefined ? '' : `${urn}:`;
    const whole = { type, urn, attribute, sub: undefined, path: `${prefix}${attribute.name}` };
    const parts = attribute.subAttributes ?? [];
    const rows =
      parts.length === 0
        ? [whole]
        : parts.map((sub) => ({ ...whole, sub, path: `${whole.path}.${sub.name}` }));
    return rows.map((row) => ({ ...row, title: `${type.name} ${row.path}` }));
  });
}

function leaf({ attribute, sub }: Row): AttributeDefinition {
  return sub ?? attribute;
}

let made = 0;

/** A value that the attribute may have, each time another where it has to be unique. */
function sample(row: Row, variant: 'A' | 'B'): JsonValue {
  const { name, type, uniqueness, canonicalValues } = leaf(row);
  if (name === 'licenseType') return variant === 'A' ? 'developer' : 'it';
  if (row.attribute.name === 'active') return variant === 'B';
  switch (type) {
    case 'boolean':
      return true;
    case 'dateTime':
      return '2001-01-01T00:00:00Z';
    case 'reference':
      return `https://example.com/${variant}`;
    case 'binary':
      return variant === 'A' ? 'AAEC' : 'AwQF';
    case 'string':
    case 'integer':
    case 'decimal':
    case 'complex':
      if (canonicalValues !== undefined) return canonicalValues[variant === 'A' ? 0 : 1] ?? '';
      made += 1;
      return uniqueness === 'server' ? `Sample ${variant} ${made}` : `Sample ${variant}`;
  }
}

/** The members of a body that give the attribute this value. */
function written(row: Row, value: JsonValue): JsonObject {
  const { attribute, sub, urn } = row;
  const inner = sub === undefined ? value : { ...beside(row), [sub.name]: value };
  const whole = attribute.multiValued && sub !== undefined ? [inner] : inner;
  return urn === undefined ? { [attribute.name]: whole } : { [urn]: { [attribute.name]: whole } };
}

/** What an entry needs besides the attribute: one of a type or a flag alone says nothing. */
function beside({ attribute, sub }: Row): JsonObject {
  if (!attribute.multiValued || (sub?.name !== 'type' && sub?.name !== 'primary')) return {};
  return attribute.name === 'addresses' ? { locality: 'Oslo' } : { value: 'AAEC' };
}

function create(row: Row, value: JsonValue): Promise<ScimAnswer> {
  const base = row.type.name === 'User' ? body(USER) : groupBody(`Group ${(made += 1)}`);
  return client.post(row.type.endpoint, { ...base, ...written(row, value) });
}

function change(row: Row, id: string, operation: JsonObject): Promise<ScimAnswer> {
  return client.patch(`${row.type.endpoint}/${id}`, [{ ...operation, path: row.path }]);
}

async function read(row: Row, id: string): Promise<JsonObject> {
  return (await client.get(`${row.type.endpoint}/${id}`)).body;
}

function valueAt({ urn, attribute, sub }: Row, resource: JsonObject): JsonValue | undefined {
  const container = urn === undefined ? resource : resource[urn];
  const value = isJsonObject(container) ? container[attribute.name] : undefined;
  if (sub === undefined) return value;
  const [only] = isJsonArray(value) ? value : [value];
  return isJsonObject(only) ? only[sub.name] : undefined;
}

function body(type: ResourceType, more: JsonObject = {}): JsonObject {
  made += 1;
  return { schemas: [type.schema.id], userName: `person ${made}`, ...more };
}

/** Whoever is not said to be inactive is active; what is required stays. */
function afterRemoval(row: Row, value: JsonValue): JsonValue | undefined {
  if (leaf(row).required) return value;
  return row.attribute.name === 'active' ? true : undefined;
}

function swapped(text: string): string {
  return text === text.toUpperCase() ? text.toLowerCase() : text.toUpperCase();
}
