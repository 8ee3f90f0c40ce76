import { describe, expect, it } from 'vitest';
import { aPerson } from '../../test/a-person.ts';
import type { Group } from '../directory/directory.ts';
import type { JsonObject } from '../http/json.ts';
import { noLinks } from '../identity-provider.ts';
import { compareGroups } from './compare-groups.ts';
import { type Comparison, compareUsers } from './compare-users.ts';

const enterprise = 'urn:ietf:params:scim:schemas:extension:enterprise:2.0:User';
const license = 'urn:ietf:params:scim:schemas:extension:dbtLabs:2.0:User';

const ana = aPerson({
  key: 'ana-key',
  userName: 'ana.x7k2q@acme.io',
  email: 'ana.x7k2q@acme.io',
  licenseType: 'it',
});
const team: Group = {
  key: 'team-key',
  name: 'Data Team x7k2q',
  otherName: 'Data Guild x7k2q',
  members: new Set(['ana-key']),
  removed: false,
};

const anaRead: JsonObject = {
  id: 'u1',
  externalId: 'ana-key',
  userName: 'ana.x7k2q@acme.io',
  active: true,
  displayName: 'Ana Ito',
  preferredLanguage: 'en-US',
  name: { givenName: 'Ana', familyName: 'Ito', formatted: 'Ana Ito' },
  emails: [{ value: 'ana.x7k2q@acme.io', type: 'work', primary: true }],
  groups: [{ value: 'g1', display: 'Data Team x7k2q' }],
  [enterprise]: { employeeNumber: '701984', department: 'Finance' },
  [license]: { licenseType: 'it' },
};
const teamRead: JsonObject = {
  id: 'g1',
  externalId: 'team-key',
  displayName: 'Data Team x7k2q',
  members: [{ value: 'u1' }],
};

describe('people', () => {
  it('what is as the directory says gives no line, whoever else is in the account', () => {
    const other = { id: 'u9', userName: 'owner@acme.io' };
    expect(compareUsers(comparison(), [anaRead, other])).toEqual([]);
  });

  it.each<readonly [string, JsonObject, string]>([
    ['a wrong value', { title: 'Boss' }, 'title is "Boss", expected absent'],
    ['a lost attribute', { [license]: {} }, `${license}:licenseType is absent, expected "it"`],
    ['a text for a boolean', { active: 'true' }, 'active is "true", expected true'],
    [
      'another spelling',
      { userName: 'ANA.x7k2q@acme.io' },
      'userName is "ANA.x7k2q@acme.io", expected "ana.x7k2q@acme.io"',
    ],
    [
      'a left-over address',
      { emails: [{ value: 'ana.x7k2q@acme.io', type: 'work' }, { value: 'old@acme.io' }] },
      'has 2 e-mail addresses, expected 1',
    ],
    ['a password', { password: 'x' }, 'the answer holds a password'],
    ['a membership that is not shown', { groups: [] }, 'groups lacks g1'],
    [
      'a membership that should be gone',
      { groups: [{ value: 'g1' }, { value: 'g7', display: 'Old x7k2q' }] },
      'groups has g7, expected not',
    ],
  ])('%s is said', (_, planted, line) => {
    expect(compareUsers(comparison(), [{ ...anaRead, ...planted }])).toEqual([
      `person ana.x7k2q@acme.io: ${line}`,
    ]);
  });

  it('someone missing and someone unknown of the same directory are said', () => {
    const twin = { ...anaRead, id: 'u2' };
    expect(compareUsers(comparison(), [twin])).toEqual([
      'person ana.x7k2q@acme.io: user u1 is missing',
      'unknown person ana.x7k2q@acme.io: user u2 is not of this directory',
    ]);
  });

  it('someone whom no request ever created is said', () => {
    expect(compareUsers({ ...comparison(), links: noLinks() }, [])).toEqual([
      'person ana.x7k2q@acme.io: was never provisioned',
    ]);
  });
});

describe('groups', () => {
  it('what is as the directory says gives no line', () => {
    expect(compareGroups(comparison(), [teamRead, { id: 'g9', displayName: 'Others' }])).toEqual([]);
  });

  it.each<readonly [string, JsonObject, string]>([
    ['a lost member', { members: [] }, 'lacks member ana.x7k2q@acme.io'],
    ['a member too many', { members: [{ value: 'u1' }, { value: 'u7' }] }, 'has member u7, expected not'],
    ['a member named twice', { members: [{ value: 'u1' }, { value: 'u1' }] }, 'names a member twice'],
    ['an old name', { displayName: 'Data Guild x7k2q' }, 'displayName is "Data Guild x7k2q"'],
    ['a lost external id', { externalId: undefined }, 'externalId is undefined, expected "team-key"'],
  ])('%s is said', (_, planted, line) => {
    expect(compareGroups(comparison(), [{ ...teamRead, ...planted }])).toEqual([
      `group "Data Team x7k2q": ${line}`,
    ]);
  });

  it('a group that should be gone is said', () => {
    expect(compareGroups(comparison(), [teamRead, { ...teamRead, id: 'g2' }])).toEqual([
      'unknown group "Data Team x7k2q": group g2 is not of this directory',
    ]);
  });
});

function comparison(): Comparison {
  const links = noLinks();
  links.people.set('ana-key', { id: 'u1', externalId: 'ana-key' });
  links.groups.set('team-key', 'g1');
  const directory = { people: new Map([['ana-key', ana]]), groups: new Map([['team-key', team]]) };
  return { kind: 'entra', tag: 'x7k2q', directory, links };
}
