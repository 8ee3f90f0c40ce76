import { describe, expect, it } from 'vitest';
import { aPerson } from '../../test/a-person.ts';
import { createGroupBody, groupPatchBody, pushNowBody, replaceGroupBody } from './group-bodies.ts';
import { activePatchBody, createUserBody, replaceUserBody } from './user-bodies.ts';

const user = 'urn:ietf:params:scim:schemas:core:2.0:User';
const enterprise = 'urn:ietf:params:scim:schemas:extension:enterprise:2.0:User';
const license = 'urn:ietf:params:scim:schemas:extension:dbtLabs:2.0:User';
const patch = 'urn:ietf:params:scim:api:messages:2.0:PatchOp';
const group = 'urn:ietf:params:scim:schemas:core:2.0:Group';

describe('users', () => {
  it('a first push carries a placeholder password, read-only groups and the extensions with their URNs', () => {
    const person = aPerson({ licenseType: 'developer' });
    const { password, ...body } = createUserBody(person, aPerson({ employeeNumber: '12' }));
    expect(password).toMatch(/^[a-z0-9]{8}$/);
    expect(body).toEqual({
      schemas: [user, enterprise, license],
      userName: 'ana@acme.io',
      name: { givenName: 'Ana', familyName: 'Ito' },
      emails: [{ primary: true, value: 'ana@acme.io', type: 'work' }],
      displayName: 'Ana Ito',
      locale: 'en-US',
      externalId: '00u1abcd2EFGHIJKL3x7',
      groups: [],
      active: true,
      [enterprise]: { employeeNumber: '701984', department: 'Finance', manager: { value: '12' } },
      [license]: { licenseType: 'developer' },
    });
  });

  it('a profile push sends back what was read, with the mapped attributes changed and unmapped ones kept', () => {
    const read = {
      schemas: [user],
      id: '23a3',
      externalId: 'kept',
      userName: 'ana@acme.io',
      name: { givenName: 'Ana', familyName: 'Ito', formatted: 'Ana Ito' },
      emails: [{ primary: true, value: 'ana@acme.io', type: 'work' }],
      title: 'Analyst',
      nickName: 'Annie',
      active: true,
      groups: [],
      meta: { resourceType: 'User' },
    };
    expect(replaceUserBody(read, aPerson({ familyName: 'Ito-Lee' }), undefined, true)).toEqual({
      schemas: [user, enterprise],
      id: '23a3',
      externalId: 'kept',
      userName: 'ana@acme.io',
      name: { givenName: 'Ana', middleName: '', familyName: 'Ito-Lee' },
      emails: [{ primary: true, value: 'ana@acme.io', type: 'work', display: 'ana@acme.io' }],
      displayName: 'Ana Ito-Lee',
      locale: 'en-US',
      nickName: 'Annie',
      active: true,
      groups: [],
      meta: { resourceType: 'User' },
      [enterprise]: { employeeNumber: '701984', department: 'Finance' },
    });
  });

  it('the catalogue app deactivates by a PATCH without a path', () => {
    expect(activePatchBody(false)).toEqual({
      schemas: [patch],
      Operations: [{ op: 'replace', value: { active: false } }],
    });
  });
});

describe('groups', () => {
  const members = [
    { id: '23a3', display: 'ana@acme.io' },
    { id: '77ff', display: 'bo@acme.io' },
  ];

  it('a group is created with nobody in it', () => {
    expect(createGroupBody('Data Team')).toEqual({
      schemas: [group],
      displayName: 'Data Team',
      members: [],
    });
  });

  it('the name comes with every change of members', () => {
    const push = { id: 'abf4', name: 'Data Team', added: members.slice(0, 1), removed: ['89bb'] };
    expect(groupPatchBody(push)).toEqual({
      schemas: [patch],
      Operations: [
        { op: 'replace', value: { id: 'abf4', displayName: 'Data Team' } },
        { op: 'remove', path: 'members[value eq "89bb"]' },
        { op: 'add', path: 'members', value: [{ value: '23a3', display: 'ana@acme.io' }] },
      ],
    });
  });

  it('push now sends the exact list, with or without a path', () => {
    const value = [
      { value: '23a3', display: 'ana@acme.io' },
      { value: '77ff', display: 'bo@acme.io' },
    ];
    expect(pushNowBody(members, false)['Operations']).toEqual([{ op: 'replace', path: 'members', value }]);
    expect(pushNowBody(members, true)['Operations']).toEqual([{ op: 'replace', value: { members: value } }]);
  });

  it('the custom app puts the members that it read, changed', () => {
    const read = { members: [{ value: '89bb' }, { value: '77ff', display: 'Bo' }] };
    const push = { id: 'abf4', name: 'Data Team', added: members.slice(0, 1), removed: ['89bb'] };
    expect(replaceGroupBody(read, push)).toEqual({
      schemas: [group],
      id: 'abf4',
      displayName: 'Data Team',
      members: [
        { value: '77ff', display: 'Bo' },
        { value: '23a3', display: 'ana@acme.io' },
      ],
    });
  });
});
