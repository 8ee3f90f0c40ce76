import { expect, test } from 'vitest';

import { readFixture } from '../test/read-fixture.ts';
import { refusalOf } from '../test/refusal-of.ts';
import { groupChangesOf, memberReferences, type GroupChange } from './group-changes.ts';
import type { JsonObject, JsonValue } from './json.ts';
import { parsePatchRequest } from './patch-request.ts';
import { createReading } from './reading.ts';
import { groupResourceType } from './resource-types.ts';

const GROUP = groupResourceType();
const [A, B, C] = ['a', 'b', 'c'].map((last) => `018f2d00-0000-7000-8000-00000000000${last}`);

function changes(body: JsonValue): readonly GroupChange[] {
  return groupChangesOf(parsePatchRequest(body, GROUP, createReading('lenient')));
}

function operations(...list: readonly JsonObject[]): JsonObject {
  return { schemas: ['urn:ietf:params:scim:api:messages:2.0:PatchOp'], Operations: list };
}

function add(value: string): JsonObject {
  return { op: 'add', path: 'members', value: [{ value }] };
}

function remove(value: string): JsonObject {
  return { op: 'remove', path: `members[value eq "${value}"]` };
}

test("a member's bare id is read as that member, alone and in a list", () => {
  const expected = [{ kind: 'addMembers', memberIds: [A], nestedGroupIds: [] }];
  for (const value of [A ?? '', [A ?? '']]) {
    expect(changes(operations({ op: 'add', path: 'members', value }))).toEqual(expected);
    expect(changes(operations({ op: 'add', value: { members: value } }))).toEqual(expected);
  }
});

test.each([
  ['okta/rename-group', [{ kind: 'set', attribute: 'displayName', value: 'Data Team' }]],
  [
    'okta/change-members',
    [
      { kind: 'set', attribute: 'displayName', value: 'Data Team' },
      { kind: 'removeMembers', memberIds: [A] },
      { kind: 'addMembers', memberIds: [B], nestedGroupIds: [] },
    ],
  ],
  ['okta/push-now', [{ kind: 'replaceMembers', memberIds: [A, B], nestedGroupIds: [] }]],
  ['okta/push-now-empty-group', [{ kind: 'replaceMembers', memberIds: [], nestedGroupIds: [] }]],
  ['okta/push-now-without-path', [{ kind: 'replaceMembers', memberIds: [A], nestedGroupIds: [] }]],
  ['entra/add-member', [{ kind: 'addMembers', memberIds: [A], nestedGroupIds: [] }]],
  ['entra/remove-member-by-value-list', [{ kind: 'removeMembers', memberIds: [A] }]],
  ['entra/remove-member-by-filter', [{ kind: 'removeMembers', memberIds: [B] }]],
  ['entra/remove-member-by-filter-with-value', [{ kind: 'removeMembers', memberIds: [B] }]],
  ['entra/rename-group', [{ kind: 'set', attribute: 'displayName', value: 'Data Guild' }]],
  [
    'entra/replace-external-id',
    [{ kind: 'set', attribute: 'externalId', value: '8aa1a0c0-0000-45c6-bf9f-1a5e0b1f3c12' }],
  ],
  ['entra/empty-operations', []],
  [
    'authentik/replace-whole-group',
    [
      { kind: 'set', attribute: 'externalId', value: '17' },
      { kind: 'set', attribute: 'displayName', value: 'Data Team' },
    ],
  ],
  ['authentik/remove-members-one-by-one', [{ kind: 'removeMembers', memberIds: [A, B] }]],
  ['keycloak/empty-group', [{ kind: 'replaceMembers', memberIds: [], nestedGroupIds: [] }]],
  ['rfc7644/3.5.2.1-add-member', [{ kind: 'addMembers', memberIds: [A], nestedGroupIds: [] }]],
  ['rfc7644/3.5.2.2-remove-one-member', [{ kind: 'removeMembers', memberIds: [A] }]],
  ['rfc7644/3.5.2.2-remove-all-members', [{ kind: 'replaceMembers', memberIds: [], nestedGroupIds: [] }]],
  [
    'rfc7644/3.5.2.2-remove-and-add-members',
    [
      { kind: 'removeMembers', memberIds: [A, B] },
      { kind: 'addMembers', memberIds: [C], nestedGroupIds: [] },
    ],
  ],
  ['rfc7644/3.5.2.3-replace-members', [{ kind: 'replaceMembers', memberIds: [A, B], nestedGroupIds: [] }]],
])('%s becomes changes that need no member loaded', (fixture, expected) => {
  expect(changes(readFixture(fixture))).toEqual(expected);
});

test('changes of members keep their order, and neighbours of one kind become one', () => {
  expect(changes(operations(add('1'), add('2'), remove('1'), add('1'), add('3'), add('1')))).toEqual([
    { kind: 'addMembers', memberIds: ['1', '2'], nestedGroupIds: [] },
    { kind: 'removeMembers', memberIds: ['1'] },
    { kind: 'addMembers', memberIds: ['1', '3'], nestedGroupIds: [] },
  ]);
});

test('the last of several names counts, even after a removal', () => {
  expect(
    changes(
      operations(
        { op: 'remove', path: 'displayName' },
        { op: 'add', path: 'displayName', value: 'One' },
        { op: 'replace', path: 'displayName', value: 'Two' },
      ),
    ),
  ).toEqual([{ kind: 'set', attribute: 'displayName', value: 'Two' }]);
});

test('an externalId can be taken away', () => {
  expect(changes(operations({ op: 'remove', path: 'externalId' }))).toEqual([
    { kind: 'set', attribute: 'externalId', value: null },
  ]);
});

test('members that the client calls groups are told apart', () => {
  expect(
    changes(
      operations({ op: 'add', path: 'members', value: [{ value: 'u' }, { value: 'g', type: 'group' }] }),
    ),
  ).toEqual([{ kind: 'addMembers', memberIds: ['u', 'g'], nestedGroupIds: ['g'] }]);
  expect(
    memberReferences({ members: [{ value: 'g', type: 'Group' }, { value: 'u' }, { value: 'u' }] }),
  ).toEqual({
    memberIds: ['g', 'u'],
    nestedGroupIds: ['g'],
  });
});

test('a filter beyond ids is handed on as a filter', () => {
  expect(
    changes(operations({ op: 'remove', path: 'members[type eq "User" and value eq "x"]' })),
  ).toMatchObject([{ kind: 'removeMembersMatching', filter: { kind: 'and' } }]);
  expect(changes(operations({ op: 'remove', path: 'members[not (value eq "x")]' }))).toMatchObject([
    { kind: 'removeMembersMatching' },
  ]);
});

test('an add or replace that addresses a member by its id never removes it', () => {
  const path = 'members[value eq "x"]';
  expect(changes(operations({ op: 'add', path, value: { value: 'x' } }))).toEqual([
    { kind: 'addMembers', memberIds: ['x'], nestedGroupIds: [] },
  ]);
  expect(changes(operations({ op: 'replace', path, value: { display: 'New' } }))).toEqual([]);
  expect(changes(operations({ op: 'add', path, value: null }))).toEqual([]);
});

test.each<[string, JsonObject, string]>([
  ['the name removed', { op: 'remove', path: 'displayName' }, 'mutability'],
  ['an empty name', { op: 'replace', path: 'displayName', value: '' }, 'invalidValue'],
  ['a name that is no text', { op: 'replace', path: 'displayName', value: 5 }, 'invalidValue'],
  ["a member's id changed", { op: 'replace', path: 'members[value eq "x"].value', value: 'y' }, 'mutability'],
  [
    'a member turned into another',
    { op: 'replace', path: 'members[value eq "x"]', value: { value: 'y' } },
    'mutability',
  ],
  ["a member's name", { op: 'add', path: 'members[value eq "x"].display', value: 'y' }, 'mutability'],
  ['a member without a value', { op: 'add', path: 'members', value: [{ display: 'y' }] }, 'invalidValue'],
  [
    'a member list without values removed',
    { op: 'remove', path: 'members', value: [{ display: 'y' }] },
    'invalidValue',
  ],
  ['an attribute of users', { op: 'add', path: 'userName', value: 'y' }, 'invalidPath'],
  ['the id', { op: 'replace', path: 'id', value: 'y' }, 'mutability'],
])('%s is refused', (_, operation, scimType) => {
  expect(refusalOf(() => changes(operations(operation)))).toMatch(new RegExp(`^400 ${scimType}: `));
});

test('ten thousand operations of one kind become one change', () => {
  const many = Array.from({ length: 10_000 }, (_, index) => ({
    op: 'add',
    path: 'members',
    value: [{ value: `m${index}` }],
  }));
  const result = changes(operations(...many));
  expect(result).toHaveLength(1);
  expect(result[0]).toMatchObject({ kind: 'addMembers', memberIds: { length: 10_000 } });
});
