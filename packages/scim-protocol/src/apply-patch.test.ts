import { expect, test } from 'vitest';

import { readFixture } from '../test/read-fixture.ts';
import { refusalOf } from '../test/refusal-of.ts';
import { applyPatch, sameResource } from './apply-patch.ts';
import type { JsonObject, JsonValue } from './json.ts';
import { parsePatchRequest } from './patch-request.ts';
import { createReading, type Dialects } from './reading.ts';
import { userResourceType, type ResourceType } from './resource-types.ts';
import { attribute } from './schemas/attribute.ts';
import { CORE_USER_URN } from './schemas/core-user.ts';
import { ENTERPRISE_USER_URN } from './schemas/enterprise-user.ts';
import { LICENSE_USER_URN } from './schemas/license-user.ts';

const USER = userResourceType({ emailsRequired: true });

const ANA: JsonObject = {
  schemas: [CORE_USER_URN, ENTERPRISE_USER_URN],
  id: 'u1',
  userName: 'ana@acme.io',
  name: { givenName: 'Ana', familyName: 'Ito', middleName: 'Mei' },
  title: 'Analyst',
  active: true,
  emails: [
    { value: 'ana@acme.io', type: 'work', primary: true, display: 'Ana' },
    { value: 'ana@home.example', type: 'home' },
  ],
  phoneNumbers: [{ value: '+1 555 0101', type: 'work' }],
  addresses: [{ type: 'work', streetAddress: '1 Lake Road', locality: 'Zug', primary: true }],
  [ENTERPRISE_USER_URN]: {
    department: 'Data',
    manager: { value: 'm1', $ref: '../Users/m1', displayName: 'Jo' },
  },
};

function patch(body: JsonValue, dialects: Dialects = 'lenient', resource = ANA): JsonObject {
  const reading = createReading(dialects);
  return applyPatch(resource, parsePatchRequest(body, USER, reading), USER, reading);
}

function operations(...list: readonly JsonObject[]): JsonObject {
  return { schemas: ['urn:ietf:params:scim:api:messages:2.0:PatchOp'], Operations: list };
}

function enterprise(resource: JsonObject): JsonValue | undefined {
  return resource[ENTERPRISE_USER_URN];
}

test.each<[string, Dialects, JsonObject]>([
  ['okta/deactivate-user', 'strict', { active: false }],
  ['okta/sync-password', 'strict', {}],
  ['entra/disable-user', 'lenient', { active: false }],
  ['entra/disable-user-flag', 'strict', { active: false }],
  ['entra/empty-operations', 'lenient', {}],
  ['entra/replace-external-id', 'strict', { externalId: '8aa1a0c0-0000-45c6-bf9f-1a5e0b1f3c12' }],
  ['entra/remove-add-replace', 'lenient', { title: 'Lead' }],
  [
    'entra/update-user',
    'lenient',
    {
      name: { givenName: 'Ana', familyName: 'Ito-Lee', middleName: 'Mei' },
      emails: [
        { value: 'ana@new.example', type: 'work', primary: true, display: 'Ana' },
        { value: 'ana@home.example', type: 'home' },
      ],
    },
  ],
  [
    'entra/add-mobile-phone',
    'lenient',
    {
      phoneNumbers: [
        { value: '+1 555 0101', type: 'work' },
        { value: '+1 555 0100', type: 'mobile' },
      ],
    },
  ],
  [
    'entra/add-address-parts',
    'lenient',
    {
      addresses: [
        {
          type: 'work',
          streetAddress: '1 Lake Road',
          locality: 'Basel',
          primary: true,
          country: 'Helvetia',
          formatted: 'Basel, Helvetia',
        },
      ],
    },
  ],
  ['entra/add-primary-role', 'lenient', { roles: [{ primary: true, value: 'Admin' }] }],
  [
    'entra/add-role-as-text',
    'lenient',
    { roles: [{ value: '{"id":"18d1","value":"Admin","displayName":"Admin"}' }] },
  ],
  [
    'entra/add-app-roles',
    'lenient',
    {
      roles: [
        { primary: false, type: 'WindowsAzureActiveDirectoryRole', display: 'Admin', value: 'Admin' },
        { primary: false, type: 'WindowsAzureActiveDirectoryRole', display: 'User', value: 'User' },
      ],
    },
  ],
  [
    'rfc7644/3.5.2.1-add-without-path',
    'strict',
    {
      nickName: 'Noo',
      emails: [
        { value: 'ana@acme.io', type: 'work', primary: true, display: 'Ana' },
        { value: 'ana@home.example', type: 'home' },
        { value: 'noor@home.example', type: 'home' },
      ],
    },
  ],
  [
    'rfc7644/3.5.2.2-remove-by-complex-filter',
    'strict',
    { emails: [{ value: 'ana@acme.io', type: 'work', primary: true, display: 'Ana' }] },
  ],
  [
    'rfc7644/3.5.2.3-replace-address',
    'strict',
    {
      addresses: [
        {
          type: 'work',
          streetAddress: '7 Harbour Way',
          locality: 'Bergen',
          postalCode: '5003',
          country: 'NO',
          formatted: '7 Harbour Way\n5003 Bergen',
          primary: true,
        },
      ],
    },
  ],
  [
    'rfc7644/3.5.2.3-replace-street',
    'strict',
    { addresses: [{ type: 'work', streetAddress: '1010 Lake Road', locality: 'Zug', primary: true }] },
  ],
  [
    'rfc7644/3.5.2.3-replace-without-path',
    'strict',
    {
      nickName: 'No',
      emails: [
        { value: 'noor@example.com', type: 'work', primary: true },
        { value: 'noor@other.example', type: 'other' },
      ],
    },
  ],
])('%s, read %sly, changes exactly what it names', (fixture, dialects, changes) => {
  expect(patch(readFixture(fixture), dialects)).toEqual({ ...ANA, ...changes });
});

test.each([
  ['entra/add-manager', 'lenient', { department: 'Data', manager: { value: 'c9b1' } }],
  [
    'entra/add-manager-as-list',
    'lenient',
    { department: 'Data', manager: { value: 'c9b1', $ref: 'https://scim.example.com/v2/Users/c9b1' } },
  ],
  ['entra/clear-manager-with-empty-text', 'lenient', { department: 'Data' }],
  ['entra/clear-manager-with-empty-value', 'lenient', { department: 'Data' }],
  ['entra/remove-manager', 'lenient', { department: 'Data' }],
] as const)('%s leaves the enterprise extension as told', (fixture, dialects, extension) => {
  expect(enterprise(patch(readFixture(fixture), dialects))).toEqual(extension);
});

test("Entra's keys that are paths set each attribute and leave no literal key", () => {
  const user = patch(readFixture('entra/replace-with-path-keys'));
  expect(user['name']).toEqual({ givenName: 'Anna', familyName: 'Ito-Lee', middleName: 'Mei' });
  expect(user['displayName']).toBe('Ana Ito-Lee');
  expect(enterprise(user)).toEqual({
    department: 'Data',
    employeeNumber: '701984',
    manager: { value: 'c9b1' },
  });
  expect(Object.keys(user).filter((key) => key.includes('.'))).toEqual([ENTERPRISE_USER_URN]);
});

test.each(['entra/clear-with-empty-text', 'entra/clear-with-null'])(
  '%s clears each place, and again when it is gone',
  (fixture) => {
    const expected: JsonObject = {
      ...ANA,
      name: { givenName: 'Ana', familyName: 'Ito' },
      emails: [{ value: 'ana@acme.io', type: 'work', primary: true, display: 'Ana' }],
      addresses: [{ type: 'work', streetAddress: '1 Lake Road', primary: true }],
      [ENTERPRISE_USER_URN]: { manager: { value: 'm1', $ref: '../Users/m1', displayName: 'Jo' } },
    };
    const { title: _title, ...cleared } = expected;
    const once = patch(readFixture(fixture));
    expect(once).toEqual(cleared);
    expect(patch(readFixture(fixture), 'lenient', once)).toEqual(cleared);
  },
);

test('keys that are paths clear as well', () => {
  const user = patch(readFixture('entra/clear-with-path-keys'));
  expect(user).not.toHaveProperty('title');
  expect(user['name']).toEqual({ givenName: 'Ana', familyName: 'Ito' });
});

test.each<[string, JsonObject, JsonObject]>([
  [
    'add of a value that is there',
    { op: 'add', path: 'emails', value: [{ value: 'ANA@acme.io', type: 'work' }] },
    {
      emails: [
        { value: 'ANA@acme.io', type: 'work', primary: true, display: 'Ana' },
        { value: 'ana@home.example', type: 'home' },
      ],
    },
  ],
  [
    'add of an equal entry',
    { op: 'add', path: 'phoneNumbers', value: [{ value: '+1 555 0101', type: 'work' }] },
    {},
  ],
  [
    'add of a primary entry',
    { op: 'add', path: 'emails', value: [{ value: 'b@acme.io', type: 'other', primary: true }] },
    {
      emails: [
        { value: 'ana@acme.io', type: 'work', primary: false, display: 'Ana' },
        { value: 'ana@home.example', type: 'home' },
        { value: 'b@acme.io', type: 'other', primary: true },
      ],
    },
  ],
  [
    'a primary moved by path',
    { op: 'replace', path: 'emails[type eq "home"].primary', value: true },
    {
      emails: [
        { value: 'ana@acme.io', type: 'work', primary: false, display: 'Ana' },
        { value: 'ana@home.example', type: 'home', primary: true },
      ],
    },
  ],
  [
    'a replaced complex value',
    { op: 'replace', path: 'name', value: { familyName: 'Lee' } },
    { name: { givenName: 'Ana', familyName: 'Lee', middleName: 'Mei' } },
  ],
  [
    'a null inside a complex value',
    { op: 'replace', path: 'name', value: { middleName: null } },
    { name: { givenName: 'Ana', familyName: 'Ito' } },
  ],
  ['a replace of what is absent', { op: 'replace', path: 'nickName', value: 'An' }, { nickName: 'An' }],
  [
    'a replaced entry',
    { op: 'replace', path: 'emails[type eq "home"]', value: { value: 'x@home.example' } },
    {
      emails: [
        { value: 'ana@acme.io', type: 'work', primary: true, display: 'Ana' },
        { value: 'x@home.example', type: 'home' },
      ],
    },
  ],
  [
    'a remove of one part',
    { op: 'remove', path: 'emails[type eq "work"].display' },
    {
      emails: [
        { value: 'ana@acme.io', type: 'work', primary: true },
        { value: 'ana@home.example', type: 'home' },
      ],
    },
  ],
  ['a remove that matches nothing', { op: 'remove', path: 'emails[type eq "other"]' }, {}],
  [
    'a remove by a list of values',
    { op: 'remove', path: 'emails', value: [{ value: 'ANA@home.example' }] },
    { emails: [{ value: 'ana@acme.io', type: 'work', primary: true, display: 'Ana' }] },
  ],
  ['a remove by an empty list', { op: 'remove', path: 'emails', value: [] }, {}],
  [
    'a manager whose read-only name is sent',
    { op: 'replace', path: `${ENTERPRISE_USER_URN}:manager`, value: { displayName: 'X' } },
    {},
  ],
  [
    'id, meta and schemas without a path',
    {
      op: 'replace',
      value: { id: 'other', meta: { version: 'x' }, schemas: ['x'], groups: [{ value: 'g' }] },
    },
    {},
  ],
  ['schemas by path', { op: 'add', path: 'schemas', value: [LICENSE_USER_URN] }, {}],
  [
    'an extension without a path',
    { op: 'replace', value: { [ENTERPRISE_USER_URN]: { department: 'Ops' } } },
    {
      [ENTERPRISE_USER_URN]: {
        department: 'Ops',
        manager: { value: 'm1', $ref: '../Users/m1', displayName: 'Jo' },
      },
    },
  ],
  [
    'an unknown name or extension without a path',
    { op: 'add', value: { shoeSize: 5, 'urn:unknown:User': { a: 1 } } },
    {},
  ],
  [
    'an extension by its path',
    { op: 'add', path: LICENSE_USER_URN, value: { licenseType: 'it' } },
    {
      schemas: [CORE_USER_URN, ENTERPRISE_USER_URN, LICENSE_USER_URN],
      [LICENSE_USER_URN]: { licenseType: 'it' },
    },
  ],
  [
    'one entry given as an object',
    { op: 'add', path: 'phoneNumbers', value: { value: '2', type: 'fax' } },
    {
      phoneNumbers: [
        { value: '+1 555 0101', type: 'work' },
        { value: '2', type: 'fax' },
      ],
    },
  ],
])('%s gives what the RFC and the identity providers expect', (_, operation, changes) => {
  expect(patch(operations(operation))).toEqual({ ...ANA, ...changes });
});

test('removing an extension by its URN takes it out of schemas', () => {
  const { [ENTERPRISE_USER_URN]: _extension, ...rest } = ANA;
  expect(patch(operations({ op: 'remove', path: ENTERPRISE_USER_URN }), 'strict')).toEqual({
    ...rest,
    schemas: [CORE_USER_URN],
  });
});

test('several operations on one new entry give one entry, whatever their order', () => {
  const user = patch(
    operations(
      { op: 'add', path: 'ims[type eq "xmpp"].primary', value: true },
      { op: 'add', path: 'ims[type eq "xmpp"].value', value: 'ana' },
      { op: 'replace', path: 'ims[type eq "xmpp"].display', value: 'Ana' },
    ),
  );
  expect(user['ims']).toEqual([{ type: 'xmpp', primary: true, value: 'ana', display: 'Ana' }]);
});

test('an entry that never got a value is not kept', () => {
  expect(patch(operations({ op: 'add', path: 'ims[type eq "xmpp"].primary', value: true }))).toEqual(ANA);
});

test.each<[string, JsonObject, string]>([
  ['a remove without a path', { op: 'remove' }, 'noTarget'],
  ['an unknown operator', { op: 'move', path: 'title', value: 'x' }, 'invalidSyntax'],
  ['no operator', { path: 'title', value: 'x' }, 'invalidSyntax'],
  ['an add without a value', { op: 'add', path: 'title' }, 'invalidValue'],
  ['a pathless value that is no object', { op: 'replace', value: 'x' }, 'invalidValue'],
  ['a path that is no text', { op: 'replace', path: 5, value: 'x' }, 'invalidPath'],
  ['an unknown path', { op: 'replace', path: 'shoeSize', value: 'x' }, 'invalidPath'],
  ['an unknown path as a key', { op: 'replace', value: { 'name.shoeSize': 'x' } }, 'invalidPath'],
  ['a broken filter', { op: 'replace', path: 'emails[type eq].value', value: 'x' }, 'invalidFilter'],
  ['the id by path', { op: 'replace', path: 'id', value: 'x' }, 'mutability'],
  ['meta by path', { op: 'add', path: 'meta.version', value: 'x' }, 'mutability'],
  ['the groups by path', { op: 'add', path: 'groups', value: [{ value: 'x' }] }, 'mutability'],
  [
    "the manager's name by path",
    { op: 'add', path: `${ENTERPRISE_USER_URN}:manager.displayName`, value: 'x' },
    'mutability',
  ],
  ['the required user name removed', { op: 'remove', path: 'userName' }, 'mutability'],
  ['the required e-mails removed', { op: 'remove', path: 'emails' }, 'mutability'],
  ['schemas removed', { op: 'remove', path: 'schemas' }, 'mutability'],
  ['an empty user name', { op: 'replace', path: 'userName', value: '' }, 'invalidValue'],
  ['a wrong type', { op: 'replace', path: 'active', value: 'maybe' }, 'invalidValue'],
  [
    'two primary entries',
    {
      op: 'replace',
      path: 'emails',
      value: [
        { value: 'a', primary: true },
        { value: 'b', primary: true },
      ],
    },
    'invalidValue',
  ],
  ['primary for all entries', { op: 'replace', path: 'emails.primary', value: true }, 'invalidValue'],
  [
    'a replace that matches nothing and says not what to make',
    { op: 'replace', path: 'emails[type sw "x"].value', value: 'x' },
    'noTarget',
  ],
  [
    'a replace that matches nothing, of a type that the schema does not list',
    { op: 'replace', path: 'emails[type eq "nowhere"].value', value: 'x' },
    'noTarget',
  ],
  ['one key in two spellings', { op: 'replace', value: { title: 'a', Title: 'b' } }, 'invalidSyntax'],
  ['an unknown name from JavaScript', { op: 'replace', path: 'constructor', value: 'x' }, 'invalidPath'],
])('%s is refused', (_, operation, scimType) => {
  expect(refusalOf(() => patch(operations(operation)))).toMatch(new RegExp(`^400 ${scimType}: `));
});

test.each<[string, JsonValue]>([
  ['no object', []],
  ['no Operations', { schemas: ['urn:ietf:params:scim:api:messages:2.0:PatchOp'] }],
  ['Operations that are no list', operationsOf({ op: 'add' })],
  ['an operation that is no object', operationsOf(['add'])],
  ['another schema', { schemas: [CORE_USER_URN], Operations: [] }],
])('a PATCH body with %s is refused as invalidSyntax', (_, body) => {
  expect(refusalOf(() => patch(body))).toMatch(/^400 invalidSyntax: /);
});

function operationsOf(value: JsonValue): JsonObject {
  return { schemas: ['urn:ietf:params:scim:api:messages:2.0:PatchOp'], Operations: value };
}

test('the resource given is left as it is, also when the PATCH is refused half-way', () => {
  const before = JSON.stringify(ANA);
  refusalOf(() =>
    patch(operations({ op: 'replace', path: 'title', value: 'x' }, { op: 'remove', path: 'userName' })),
  );
  patch(operations({ op: 'replace', path: 'emails[type eq "work"].value', value: 'x' }));
  expect(JSON.stringify(ANA)).toBe(before);
});

test('a PATCH that repeats what is there changes nothing, by sameResource', () => {
  expect(
    sameResource(ANA, patch(operations({ op: 'replace', value: { title: 'Analyst', active: true } }))),
  ).toBe(true);
  expect(
    sameResource(ANA, {
      ...ANA,
      meta: { version: '2' },
      emails: [
        { type: 'home', value: 'ana@home.example' },
        { display: 'Ana', value: 'ana@acme.io', primary: true, type: 'work' },
      ],
    }),
  ).toBe(true);
  expect(sameResource(ANA, patch(operations({ op: 'replace', value: { title: 'analyst' } })))).toBe(false);
});

test('a PATCH of more operations than a resource can need is refused before it is carried out', () => {
  const many = Array.from({ length: 1_001 }, (_, index) => ({
    op: 'add',
    path: 'roles',
    value: [{ value: `r${index}` }],
  }));
  expect(refusalOf(() => patch(operations(...many)))).toContain(
    '400 invalidValue: The PATCH makes 1001 changes',
  );
  expect(refusalOf(() => patch(operations(...many.slice(0, 501))))).toContain('at most 500 are kept');
});

test('a required attribute that was missing before does not stop a deactivation', () => {
  const { emails: _emails, ...withoutEmails } = ANA;
  expect(patch(readFixture('okta/deactivate-user'), 'strict', withoutEmails)).toEqual({
    ...withoutEmails,
    active: false,
  });
});

const BADGE_URN = 'urn:example:badge';

/** An extension with what the built-in ones lack: plain lists, required and immutable attributes and parts. */
const STAFF: ResourceType = {
  ...USER,
  extensions: [
    ...USER.extensions,
    {
      id: BADGE_URN,
      name: 'Badge',
      description: 'Badge',
      attributes: [
        attribute('number', 'string', 'The number.', { required: true }),
        attribute('issued', 'dateTime', 'When it was made.', { mutability: 'immutable' }),
        attribute('pin', 'string', 'The code.', { mutability: 'writeOnly', returned: 'never' }),
        attribute('doors', 'string', 'Where it opens.', { multiValued: true }),
        attribute('lender', 'complex', 'Who lends it.', {
          subAttributes: [
            attribute('desk', 'string', 'The desk.', { required: true }),
            attribute('since', 'integer', 'The year.', { mutability: 'immutable' }),
          ],
        }),
        attribute('keys', 'complex', 'Keys on it.', {
          multiValued: true,
          subAttributes: [
            attribute('value', 'string', 'The cut.', { required: true }),
            attribute('room', 'string', 'The room.', { mutability: 'immutable' }),
            attribute('maker', 'string', 'Who cut it.', { mutability: 'readOnly' }),
            attribute('displayName', 'string', 'What is written on it.'),
          ],
        }),
      ],
    },
  ],
};

const BADGE = { number: '7', doors: ['North', 'South'], keys: [{ value: 'k1', room: 'A' }, { value: 'k2' }] };
const BO: JsonObject = {
  schemas: [CORE_USER_URN, BADGE_URN],
  userName: 'bo',
  emails: [{ value: 'b' }],
  [BADGE_URN]: BADGE,
};

function badgeAfter(operation: JsonObject, before: JsonObject = BO): JsonValue | undefined {
  const reading = createReading('lenient');
  return applyPatch(before, parsePatchRequest(operations(operation), STAFF, reading), STAFF, reading)[
    BADGE_URN
  ];
}

test.each<[string, JsonObject, JsonObject]>([
  [
    'a value removed from a plain list',
    { op: 'remove', path: `${BADGE_URN}:doors[value eq "north"]` },
    { doors: ['South'] },
  ],
  [
    'a value replaced in a plain list',
    { op: 'replace', path: `${BADGE_URN}:doors[value sw "S"]`, value: 'East' },
    { doors: ['North', 'East'] },
  ],
  [
    'an immutable attribute given once',
    { op: 'add', path: `${BADGE_URN}:issued`, value: '2026-01-01T00:00:00Z' },
    { issued: '2026-01-01T00:00:00Z' },
  ],
  [
    'an immutable part given once',
    { op: 'add', path: `${BADGE_URN}:keys[value eq "k2"].room`, value: 'B' },
    {
      keys: [
        { value: 'k1', room: 'A' },
        { value: 'k2', room: 'B' },
      ],
    },
  ],
  [
    'an entry with an immutable part taken away',
    { op: 'remove', path: `${BADGE_URN}:keys[room eq "A"]` },
    { keys: [{ value: 'k2' }] },
  ],
  [
    'an attribute that clients may only write',
    { op: 'add', value: { [BADGE_URN]: { pin: '1234' } } },
    { pin: '1234' },
  ],
  ['a required value replaced', { op: 'replace', path: `${BADGE_URN}:number`, value: '8' }, { number: '8' }],
])('%s in an extension of the account', (_, operation, changes) => {
  expect(badgeAfter(operation)).toEqual({ ...BADGE, ...changes });
});

test('a part that nobody may write is neither made from a filter nor lost with a replaced entry', () => {
  const path = `${BADGE_URN}:keys[maker eq "Acme"]`;
  expect(refusalOf(() => badgeAfter({ op: 'add', path, value: { value: 'k3' } }))).toMatch(/^400 noTarget: /);
  const made = { ...BO, [BADGE_URN]: { ...BADGE, keys: [{ value: 'k1', maker: 'Acme' }] } };
  expect(badgeAfter({ op: 'replace', path, value: { value: 'k3' } }, made)).toMatchObject({
    keys: [{ value: 'k3', maker: 'Acme' }],
  });
});

test.each<[string, JsonObject, string]>([
  ['a required attribute removed', { op: 'remove', path: `${BADGE_URN}:number` }, 'mutability'],
  [
    'a required attribute cleared',
    { op: 'replace', path: `${BADGE_URN}:number`, value: null },
    'invalidValue',
  ],
  ['a required part removed', { op: 'remove', path: `${BADGE_URN}:keys[room eq "A"].value` }, 'not refused'],
  ['a required part missing', { op: 'add', path: `${BADGE_URN}:lender.since`, value: 2020 }, 'invalidValue'],
  [
    'an immutable part changed',
    { op: 'replace', path: `${BADGE_URN}:keys[room eq "A"].room`, value: 'C' },
    'mutability',
  ],
  ['an immutable part removed', { op: 'remove', path: `${BADGE_URN}:keys[room eq "A"].room` }, 'mutability'],
  [
    'an entry replaced by one with another immutable part',
    { op: 'replace', path: `${BADGE_URN}:keys[value eq "k1"]`, value: { value: 'k1', room: 'C' } },
    'mutability',
  ],
  [
    'a value of a plain list that is not there replaced',
    { op: 'replace', path: `${BADGE_URN}:doors[value eq "West"]`, value: 'East' },
    'noTarget',
  ],
  [
    'a part of a plain value',
    { op: 'replace', path: `${BADGE_URN}:doors[value eq "North"].value`, value: 'East' },
    'invalidPath',
  ],
])('%s in an extension of the account is %3$s', (_, operation, expected) => {
  expect(refusalOf(() => badgeAfter(operation))).toMatch(
    expected === 'not refused' ? /^not refused$/ : new RegExp(`^400 ${expected}: `),
  );
});

test('an immutable attribute is neither changed nor taken away with its extension', () => {
  const issued = { ...BO, [BADGE_URN]: { ...BADGE, issued: '2026-01-01T00:00:00Z' } };
  for (const operation of [
    { op: 'replace', path: `${BADGE_URN}:issued`, value: '2027-01-01T00:00:00Z' },
    { op: 'remove', path: `${BADGE_URN}:issued` },
    { op: 'remove', path: BADGE_URN },
  ]) {
    expect(refusalOf(() => badgeAfter(operation, issued))).toMatch(/^400 mutability: /);
  }
});

test('an extension that a PATCH begins needs what it requires', () => {
  const { [BADGE_URN]: _, ...without } = BO;
  const begin = (badge: JsonObject) => badgeAfter({ op: 'add', value: { [BADGE_URN]: badge } }, without);
  expect(refusalOf(() => begin({ doors: ['North'] }))).toMatch(
    /^400 invalidValue: "urn:example:badge:number" is required/,
  );
  expect(begin({ number: '9' })).toEqual({ number: '9' });
});

test('another value takes no part with it that clients write', () => {
  const keys = [{ value: 'k1', displayName: 'Cellar' }];
  const operation = { op: 'replace', path: `${BADGE_URN}:keys[value eq "k1"].value`, value: 'k9' };
  expect(badgeAfter(operation, { ...BO, [BADGE_URN]: { ...BADGE, keys } })).toMatchObject({
    keys: [{ value: 'k9', displayName: 'Cellar' }],
  });
});

test('a remove from every entry that has a value is refused, whatever it meant', () => {
  const operation = { op: 'remove', path: 'emails.display', value: 'Ana' };
  expect(refusalOf(() => patch(operations(operation)))).toMatch(/^400 invalidValue: .*filter in brackets/);
});
