import type { Assertion } from '@rollcall/saml-protocol/read-assertion';
import { expect, test } from 'vitest';
import { samlIdentity } from './saml-identity.ts';

const ENTRA_GROUPS = 'http://schemas.microsoft.com/ws/2008/06/identity/claims/groups';
const expiresAt = new Date('2026-03-01T12:00:00Z');

test('the name id is the address, and the subject in any letter case', () => {
  expect(samlIdentity(assertion({}), 'groups')).toEqual({
    issuer: 'urn:idp',
    subject: 'ada@acme.example',
    subjectIsAddress: true,
    address: 'Ada@Acme.example',
    addressVerified: undefined,
    groups: null,
    groupsOverflow: false,
    givenName: null,
    familyName: null,
    displayName: null,
    assertion: { id: '_1', expiresAt },
  });
});

test.for([
  {
    provider: 'Okta',
    claim: 'groups',
    attributes: { firstName: ['Ada'], lastName: ['Lindqvist'], groups: ['Platform', 'Everyone'] },
  },
  {
    provider: 'Entra',
    claim: ENTRA_GROUPS,
    attributes: {
      'http://schemas.xmlsoap.org/ws/2005/05/identity/claims/givenname': ['Ada'],
      'http://schemas.xmlsoap.org/ws/2005/05/identity/claims/surname': ['Lindqvist'],
      [ENTRA_GROUPS]: ['Platform', 'Everyone'],
      groups: ['not these'],
    },
  },
  {
    provider: 'Shibboleth',
    claim: 'memberOf',
    attributes: {
      'urn:oid:2.5.4.42': ['Ada'],
      'urn:oid:2.5.4.4': ['Lindqvist'],
      memberOf: ['Platform', 'Everyone'],
    },
  },
])('names and groups are read as $provider sends them', ({ claim, attributes }) => {
  expect(samlIdentity(assertion(attributes), claim)).toMatchObject({
    givenName: 'Ada',
    familyName: 'Lindqvist',
    groups: ['Platform', 'Everyone'],
    groupsOverflow: false,
  });
});

test('groups that are an empty list are none; where the attribute is missing, nothing is said of them', () => {
  expect(samlIdentity(assertion({ groups: [] }), 'groups').groups).toEqual([]);
  expect(samlIdentity(assertion({}), 'groups').groups).toBeNull();
});

test('more groups than Entra puts into an assertion are told as such', () => {
  const attributes = { 'http://schemas.microsoft.com/claims/groups.link': ['https://graph.windows.net/…'] };
  expect(samlIdentity(assertion(attributes), ENTRA_GROUPS)).toMatchObject({
    groups: null,
    groupsOverflow: true,
  });
});

function assertion(attributes: Record<string, readonly string[]>): Assertion {
  return {
    id: '_1',
    issuer: 'urn:idp',
    nameId: 'Ada@Acme.example',
    expiresAt,
    attributes: new Map(Object.entries(attributes)),
  };
}
