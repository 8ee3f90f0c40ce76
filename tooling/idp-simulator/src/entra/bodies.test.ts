import { describe, expect, it } from 'vitest';
import { aPerson } from '../../test/a-person.ts';
import { createGroupBody } from './entra-requests.ts';
import {
  addMembersBody,
  managerPatchBody,
  removeMembersBody,
  renameGroupBody,
  userPatchBody,
} from './patch-dialects.ts';
import { createUserBody } from './user-mapping.ts';

const enterprise = 'urn:ietf:params:scim:schemas:extension:enterprise:2.0:User';
const license = 'urn:ietf:params:scim:schemas:extension:dbtLabs:2.0:User';

it('a new user comes with meta, empty roles, and a license extension that `schemas` does not name', () => {
  const guid = '0a21f0f2-8d2a-4f8e-bf98-7363c4aed4ef';
  expect(createUserBody(aPerson({ key: guid, licenseType: 'it', mobile: '+41 79 1' }))).toEqual({
    schemas: ['urn:ietf:params:scim:schemas:core:2.0:User', enterprise],
    externalId: guid,
    userName: 'ana@acme.io',
    active: true,
    displayName: 'Ana Ito',
    emails: [{ primary: true, type: 'work', value: 'ana@acme.io' }],
    preferredLanguage: 'en-US',
    meta: { resourceType: 'User' },
    name: { formatted: 'Ana Ito', familyName: 'Ito', givenName: 'Ana' },
    roles: [],
    phoneNumbers: [{ type: 'mobile', value: '+41 79 1' }],
    [enterprise]: { employeeNumber: '701984', department: 'Finance' },
    [license]: { licenseType: 'it' },
  });
});

it('a new group comes without members and with the ADSCIM schema', () => {
  expect(createGroupBody({ key: '8aa1a0c0', name: 'Data Team' })).toEqual({
    schemas: [
      'urn:ietf:params:scim:schemas:core:2.0:Group',
      'http://schemas.microsoft.com/2006/11/ResourceManagement/ADSCIM/2.0/Group',
    ],
    externalId: '8aa1a0c0',
    displayName: 'Data Team',
    meta: { resourceType: 'Group' },
  });
});

describe('without the flag', () => {
  it('each attribute is an operation of its own, with capital verbs', () => {
    expect(
      operations(
        userPatchBody('legacy', [
          { path: 'emails[type eq "work"].value', value: 'ana@acme.io', assigned: true },
          { path: 'name.familyName', value: 'Ito-Lee', assigned: true },
          { path: 'phoneNumbers[type eq "mobile"].value', value: '+41', assigned: false },
        ]),
      ),
    ).toEqual([
      { op: 'Replace', path: 'emails[type eq "work"].value', value: 'ana@acme.io' },
      { op: 'Replace', path: 'name.familyName', value: 'Ito-Lee' },
      { op: 'Add', path: 'phoneNumbers[type eq "mobile"].value', value: '+41' },
    ]);
  });

  it('active is text', () => {
    const body = userPatchBody('legacy', [{ path: 'active', value: false, assigned: true }]);
    expect(operations(body)).toEqual([{ op: 'Replace', path: 'active', value: 'False' }]);
  });

  it('members are named in a value list, also when they are removed', () => {
    const value = [{ $ref: null, value: 'f648f8d5' }];
    expect(operations(addMembersBody('legacy', ['f648f8d5']))).toEqual([
      { op: 'Add', path: 'members', value },
    ]);
    expect(operations(removeMembersBody('legacy', ['f648f8d5']))).toEqual([
      { op: 'Remove', path: 'members', value },
    ]);
  });

  it('a manager is a bare id, and goes by an empty one', () => {
    const path = `${enterprise}:manager`;
    expect(operations(managerPatchBody('legacy', '26118915'))).toEqual([
      { op: 'Add', path, value: '26118915' },
    ]);
    expect(operations(managerPatchBody('legacy', undefined))).toEqual([{ op: 'Replace', path, value: '' }]);
  });
});

describe('with aadOptscim062020', () => {
  it('several replaces are one operation whose keys are paths; filtered entries and additions keep theirs', () => {
    expect(
      operations(
        userPatchBody('flag', [
          { path: 'displayName', value: 'Ana Ito', assigned: true },
          { path: 'name.givenName', value: 'Ana', assigned: true },
          { path: 'emails[type eq "work"].value', value: 'ana@acme.io', assigned: true },
          { path: `${enterprise}:employeeNumber`, value: '701984', assigned: true },
          { path: 'title', value: 'Lead', assigned: false },
        ]),
      ),
    ).toEqual([
      { op: 'replace', path: 'emails[type eq "work"].value', value: 'ana@acme.io' },
      { op: 'add', path: 'title', value: 'Lead' },
      {
        op: 'replace',
        value: {
          displayName: 'Ana Ito',
          'name.givenName': 'Ana',
          [`${enterprise}:employeeNumber`]: '701984',
        },
      },
    ]);
  });

  it('a single replace keeps its path, and active is a boolean', () => {
    const body = userPatchBody('flag', [{ path: 'active', value: false, assigned: true }]);
    expect(operations(body)).toEqual([{ op: 'replace', path: 'active', value: false }]);
  });

  it('members are removed one path each', () => {
    expect(operations(removeMembersBody('flag', ['a', 'b']))).toEqual([
      { op: 'remove', path: 'members[value eq "a"]' },
      { op: 'remove', path: 'members[value eq "b"]' },
    ]);
  });

  it('verbs are in lower case everywhere', () => {
    expect(operations(renameGroupBody('flag', { displayName: 'X' }))).toEqual([
      { op: 'replace', path: 'displayName', value: 'X' },
    ]);
    expect(operations(addMembersBody('flag', ['a']))).toEqual([
      { op: 'add', path: 'members', value: [{ value: 'a' }] },
    ]);
  });
});

function operations(body: Readonly<Record<string, unknown>>): unknown {
  expect(body['schemas']).toEqual(['urn:ietf:params:scim:api:messages:2.0:PatchOp']);
  return body['Operations'];
}
