import { expect, test } from 'vitest';

import { readFixture } from '../test/read-fixture.ts';
import { refusalOf } from '../test/refusal-of.ts';
import { parseJsonBody, type JsonObject, type JsonValue } from './json.ts';
import { createReading, type Dialects } from './reading.ts';
import { groupResourceType, userResourceType } from './resource-types.ts';
import { CORE_GROUP_URN } from './schemas/core-group.ts';
import { CORE_USER_URN } from './schemas/core-user.ts';
import { ENTERPRISE_USER_URN } from './schemas/enterprise-user.ts';
import { LICENSE_USER_URN } from './schemas/license-user.ts';
import { readResource } from './validate-resource.ts';

const USER = userResourceType({ emailsRequired: true });
const GROUP = groupResourceType();

function readUser(body: JsonValue, dialects: Dialects = 'lenient'): JsonObject {
  return readResource(body, USER, createReading(dialects));
}

function readGroup(fixture: string): JsonObject {
  return readResource(readFixture(fixture), GROUP, createReading('lenient'));
}

function userWith(attributes: JsonObject): JsonObject {
  return { schemas: [CORE_USER_URN], userName: 'ana@acme.io', ...attributes };
}

test('a whole RFC 7643 user is kept as sent, without its password and its groups, even to the letter', () => {
  const body = readFixture('rfc7643/8.2-full-user');
  const kept = Object.entries(body ?? {}).filter(([name]) => name !== 'password' && name !== 'groups');
  expect(readUser(body, 'strict')).toEqual(Object.fromEntries(kept));
});

test('read-only attributes in a body are ignored', () => {
  expect(readUser(readFixture('rfc7643/8.1-minimal-user'), 'strict')).toEqual({
    schemas: [CORE_USER_URN],
    userName: 'noor@example.com',
  });
  expect(readUser(readFixture('rfc7643/8.3-enterprise-user'), 'strict')[ENTERPRISE_USER_URN]).toMatchObject({
    manager: {
      value: '018f2d00-0000-7000-8000-00000000000b',
      $ref: '../Users/018f2d00-0000-7000-8000-00000000000b',
    },
  });
});

test("Okta's create is read whole, its password and its empty groups left out", () => {
  expect(readUser(readFixture('okta/create-user'), 'strict')).toEqual({
    schemas: [CORE_USER_URN],
    userName: 'ana@acme.io',
    name: { givenName: 'Ana', familyName: 'Ito' },
    emails: [{ primary: true, value: 'ana@acme.io', type: 'work' }],
    displayName: 'Ana Ito',
    locale: 'en-US',
    externalId: '00u1abcd2EFGHIJKL3x7',
    active: true,
  });
});

test("Okta's PUT of what it read is accepted: id, meta and groups are ignored, an empty middle name is no value", () => {
  expect(readUser(readFixture('okta/put-user-read-back'))).toEqual({
    schemas: [CORE_USER_URN],
    userName: 'ana@acme.io',
    name: { givenName: 'Ana', familyName: 'Ito-Lee' },
    emails: [{ primary: true, value: 'ana@acme.io', type: 'work', display: 'ana@acme.io' }],
    active: true,
  });
});

test("Entra's create is read: manager as text, an empty list of roles, extension data whether or not listed", () => {
  const user = readUser(readFixture('entra/create-user'));
  expect(user[ENTERPRISE_USER_URN]).toEqual({ department: 'Data', manager: { value: 'c9b1' } });
  expect(user).not.toHaveProperty('roles');
  const unlisted = readUser(readFixture('entra/create-user-with-unlisted-extension'));
  expect(unlisted).toEqual({
    schemas: [CORE_USER_URN, LICENSE_USER_URN],
    userName: 'ana@acme.io',
    [LICENSE_USER_URN]: { licenseType: 'read_only' },
  });
});

test('nulls mean unassigned, and unknown attributes are dropped', () => {
  expect(readUser(readFixture('entra/create-user-with-nulls'), 'strict')).toEqual({
    schemas: [CORE_USER_URN],
    userName: 'ana@acme.io',
    emails: [{ type: 'work', value: 'ana@acme.io' }],
  });
});

test('names in any case come back in canonical spelling', () => {
  expect(readUser(readFixture('entra/create-user-with-capital-keys'))).toEqual({
    schemas: [CORE_USER_URN, ENTERPRISE_USER_URN],
    userName: 'ana@acme.io',
    active: true,
    emails: [{ primary: true, type: 'work', value: 'ana@acme.io' }],
    name: { familyName: 'Ito' },
    [ENTERPRISE_USER_URN]: { department: 'Data' },
  });
});

test("OneLogin's template is read: blank values leave no entry, the SCIM 1.x URN counts as the 2.0 one", () => {
  expect(readUser(readFixture('onelogin/create-user-from-template'))).toEqual({
    schemas: [CORE_USER_URN],
    userName: 'ana@acme.io',
    name: { givenName: 'Ana' },
    emails: [{ value: 'ana@acme.io', type: 'work', primary: true }],
    addresses: [{ locality: 'Basel' }],
  });
});

test("groups are read, unknown URNs in schemas and bare members included, a nested group's type kept", () => {
  expect(readGroup('entra/create-group')).toEqual({
    schemas: [CORE_GROUP_URN],
    externalId: '8aa1a0c0-6c3b-45c6-bf9f-1a5e0b1f3c11',
    displayName: 'Data Team',
  });
  expect(readGroup('okta/create-group')).toEqual({ schemas: [CORE_GROUP_URN], displayName: 'Data Team' });
  expect(readGroup('rfc7643/8.4-group')['members']).toEqual([
    {
      value: '018f2d00-0000-7000-8000-00000000000a',
      $ref: 'https://scim.example.com/v2/Users/018f2d00-0000-7000-8000-00000000000a',
    },
    { value: '018f2d00-0000-7000-8000-00000000000b', type: 'User' },
  ]);
  expect(readGroup('microsoft-collection/group-with-bare-members')['members']).toEqual([
    { value: '018f2d00-0000-7000-8000-00000000000a' },
    { value: '018f2d00-0000-7000-8000-00000000000b' },
  ]);
  expect(readGroup('okta/put-group')['members']).toEqual([{ value: '018f2d00-0000-7000-8000-00000000000a' }]);
});

test.each<[string, JsonValue, string]>([
  ['a list', [], 'invalidSyntax: The request body'],
  ['text', 'x', 'invalidSyntax: The request body'],
  ['null', null, 'invalidSyntax: The request body'],
  ['no userName', { schemas: [CORE_USER_URN] }, 'invalidValue: "userName"'],
  ['an empty userName', userWith({ userName: '' }), 'invalidValue: "userName"'],
  ['a number as userName', userWith({ userName: 5 }), 'invalidValue: userName'],
  ['an object as userName', userWith({ userName: { value: 'x' } }), 'invalidValue: userName'],
  ['text for a boolean', userWith({ active: 'yes' }), 'invalidValue: active'],
  ['a number for a boolean', userWith({ active: 1 }), 'invalidValue: active'],
  ['text for a complex attribute', userWith({ name: 'Ana' }), 'invalidValue: name'],
  ['a number in a complex attribute', userWith({ name: { givenName: 1 } }), 'invalidValue: name.givenName'],
  ['text for a list', userWith({ emails: 'a@b' }), 'invalidValue: emails'],
  ['a number in a list', userWith({ emails: [5] }), 'invalidValue: emails[0]'],
  [
    'a wrong part of an entry',
    userWith({ emails: [{ value: 'a@b' }, { value: true }] }),
    'invalidValue: emails[1].value',
  ],
  [
    'two primary entries',
    userWith({
      emails: [
        { value: 'a', primary: true },
        { value: 'b', primary: 'True' },
      ],
    }),
    'invalidValue: emails has 2 primary',
  ],
  [
    'a certificate that is not base64',
    userWith({ x509Certificates: [{ value: '<pem>' }] }),
    'invalidValue: x509Certificates[0].value',
  ],
  [
    'text for an extension',
    userWith({ [ENTERPRISE_USER_URN]: 'x' }),
    'invalidValue: urn:ietf:params:scim:schemas:extension:enterprise:2.0:User',
  ],
  [
    'a license type that is no text',
    userWith({ [LICENSE_USER_URN]: { licenseType: 5 } }),
    'licenseType has a value of the wrong type',
  ],
  [
    'one attribute in two spellings',
    userWith({ USERNAME: 'x' }),
    'invalidSyntax: The resource names the attribute "userName" twice',
  ],
  [
    'one part in two spellings',
    userWith({ name: { givenName: 'a', GivenName: 'b' } }),
    'invalidSyntax: name names the attribute "givenName" twice',
  ],
  ['schemas that are no list', userWith({ schemas: CORE_USER_URN }), 'invalidValue: schemas'],
  ['a number in schemas', userWith({ schemas: [5] }), 'invalidValue: schemas'],
  [
    'schemas without the core URN',
    userWith({ schemas: ['urn:made:up'] }),
    'invalidValue: "schemas" must list',
  ],
  [
    'too many entries',
    userWith({ roles: Array.from({ length: 501 }, (_, index) => `r${index}`) }),
    'at most 500',
  ],
])('a user body with %s is refused, naming the place', (_, body, refusal) => {
  expect(refusalOf(() => readUser(body))).toContain(`400 `);
  expect(refusalOf(() => readUser(body))).toContain(refusal);
});

test('members without a value are refused', () => {
  const body = { schemas: [CORE_GROUP_URN], displayName: 'x', members: [{ display: 'Ana' }] };
  expect(refusalOf(() => readResource(body, GROUP, createReading('lenient')))).toContain(
    'members[0] has no "value"',
  );
});

test('keys that name parts of JavaScript objects are unknown attributes like any other', () => {
  const body = parseJsonBody(
    '{"schemas":["urn:ietf:params:scim:schemas:core:2.0:User"],"userName":"a","__proto__":{"active":true},"constructor":"x","name":{"__proto__":{"givenName":"x"},"toString":1}}',
  );
  expect(readUser(body)).toEqual({ schemas: [CORE_USER_URN], userName: 'a' });
});

test('without a required e-mail policy nor e-mails a user is read all the same', () => {
  const plain = userResourceType({ emailsRequired: false });
  expect(readResource({ schemas: [CORE_USER_URN], userName: 'ana' }, plain, createReading('strict'))).toEqual(
    {
      schemas: [CORE_USER_URN],
      userName: 'ana',
    },
  );
});
