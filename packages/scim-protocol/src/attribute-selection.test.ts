import { expect, test } from 'vitest';

import { refusalOf } from '../test/refusal-of.ts';
import { parseSelection, selectAttributes, selectionNeeds } from './attribute-selection.ts';
import type { JsonObject } from './json.ts';
import { groupResourceType, userResourceType } from './resource-types.ts';
import { CORE_USER_URN } from './schemas/core-user.ts';
import { ENTERPRISE_USER_URN } from './schemas/enterprise-user.ts';

const USER = userResourceType({ emailsRequired: true });
const GROUP = groupResourceType();

const ANA: JsonObject = {
  schemas: [CORE_USER_URN, ENTERPRISE_USER_URN],
  id: 'u1',
  externalId: 'e1',
  meta: { resourceType: 'User', created: '2026-01-01T00:00:00Z' },
  userName: 'ana@acme.io',
  name: { givenName: 'Ana', familyName: 'Ito' },
  emails: [{ value: 'ana@acme.io', type: 'work' }],
  password: 'never to be seen',
  [ENTERPRISE_USER_URN]: { department: 'Data', employeeNumber: '7' },
};
const ALWAYS = { schemas: ANA['schemas'], id: 'u1' };

function select(query: Parameters<typeof parseSelection>[0]): JsonObject {
  return selectAttributes(ANA, parseSelection(query, USER), USER);
}

test('without parameters everything but the password is returned', () => {
  const { password: _password, ...rest } = ANA;
  expect(select({})).toEqual(rest);
  expect(select({ attributes: '' })).toEqual(rest);
});

test.each([
  ['userName', { userName: 'ana@acme.io' }],
  ['USERNAME, name.givenName', { userName: 'ana@acme.io', name: { givenName: 'Ana' } }],
  ['emails.value', { emails: [{ value: 'ana@acme.io' }] }],
  ['emails[type eq "work, home"]', { emails: [{ value: 'ana@acme.io', type: 'work' }] }],
  ['emails[type eq "work"].type,userName', { emails: [{ type: 'work' }], userName: 'ana@acme.io' }],
  ['meta.created', { meta: { created: '2026-01-01T00:00:00Z' } }],
  [`${ENTERPRISE_USER_URN}:department`, { [ENTERPRISE_USER_URN]: { department: 'Data' } }],
  [ENTERPRISE_USER_URN.toUpperCase(), { [ENTERPRISE_USER_URN]: ANA[ENTERPRISE_USER_URN] }],
  [`${CORE_USER_URN}:userName`, { userName: 'ana@acme.io' }],
  ['password', {}],
  ['shoeSize', {}],
  ['constructor,__proto__', {}],
])('attributes=%s returns just that, with id and schemas', (attributes, expected) => {
  expect(select({ attributes })).toEqual({ ...ALWAYS, ...expected });
});

test('excluded attributes are left out, id and schemas never', () => {
  const excluded = select({
    excludedAttributes: [
      'emails,name.givenName',
      'id',
      'schemas',
      `${ENTERPRISE_USER_URN}:department`,
      'meta',
    ],
  });
  expect(excluded).toEqual({
    ...ALWAYS,
    externalId: 'e1',
    userName: 'ana@acme.io',
    name: { familyName: 'Ito' },
    [ENTERPRISE_USER_URN]: { employeeNumber: '7' },
  });
  expect(select({ excludedAttributes: ENTERPRISE_USER_URN })).not.toHaveProperty([ENTERPRISE_USER_URN]);
});

test('attributes and excludedAttributes together are refused', () => {
  expect(refusalOf(() => select({ attributes: 'userName', excludedAttributes: 'emails' }))).toMatch(
    /^400 invalidValue: /,
  );
});

test.each([
  [{}, true],
  [{ attributes: 'displayName' }, false],
  [{ attributes: 'members.value' }, true],
  [{ attributes: 'urn:ietf:params:scim:schemas:core:2.0:Group' }, true],
  [{ excludedAttributes: 'MEMBERS' }, false],
  [{ excludedAttributes: 'members.display' }, true],
  [{ excludedAttributes: 'displayName' }, true],
] as const)('with %j members need reading: %s', (query, expected) => {
  expect(selectionNeeds(parseSelection(query, GROUP), 'members')).toBe(expected);
});
