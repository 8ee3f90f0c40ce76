import { expect, test } from 'vitest';

import { refusalOf } from '../test/refusal-of.ts';
import { resolveSort } from './resolve-sort.ts';
import { userResourceType } from './resource-types.ts';

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
