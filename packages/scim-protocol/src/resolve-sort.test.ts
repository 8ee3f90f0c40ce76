import { expect, test } from 'vitest';

import { refusalOf } from '../test/refusal-of.ts';
import { resolveSort, resolveSortAcross } from './resolve-sort.ts';
import { groupResourceType, userResourceType } from './resource-types.ts';

const USER = userResourceType({ emailsRequired: false });

test.each([
  ['USERNAME', 'userName', undefined],
  ['name.familyName', 'name', 'familyName'],
  ['emails', 'emails', 'value'],
  ['meta.lastModified', 'meta', 'lastModified'],
  ['urn:ietf:params:scim:schemas:extension:enterprise:2.0:User:manager', 'manager', 'value'],
])('sortBy=%s orders by %s and its sub-attribute %s', (sortBy, attribute, sub) => {
  const target = resolveSort(sortBy, USER);
  expect([target.attribute.name, target.sub?.name]).toEqual([attribute, sub]);
});

test.each(['shoeSize', 'name', 'addresses', 'password', ''])('sortBy=%j is refused', (sortBy) => {
  expect(refusalOf(() => resolveSort(sortBy, USER))).toMatch(/^400 invalidValue: /);
});

test('over several types, those are sorted that have the attribute; one that none has is refused', () => {
  const group = groupResourceType();
  const namesOf = (sortBy: string): (string | undefined)[] => {
    const targets = resolveSortAcross(sortBy, [USER, group]);
    return [targets.get(USER)?.attribute.name, targets.get(group)?.attribute.name];
  };
  expect(namesOf(' displayName ')).toEqual(['displayName', 'displayName']);
  expect(namesOf('userName')).toEqual(['userName', undefined]);
  expect(namesOf('members')).toEqual([undefined, 'members']);
  for (const sortBy of ['shoeSize', 'password', 'name', '']) {
    expect(refusalOf(() => resolveSortAcross(sortBy, [USER, group]))).toMatch(/^400 invalidValue: /);
  }
});
