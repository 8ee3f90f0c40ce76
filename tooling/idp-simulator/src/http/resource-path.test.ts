import { expect, it } from 'vitest';
import { valueAt } from './resource-path.ts';

const enterprise = 'urn:ietf:params:scim:schemas:extension:enterprise:2.0:User';
const resource = {
  title: '',
  active: false,
  name: { givenName: 'Ana', familyName: null },
  emails: [
    { type: 'home', value: 'h@x.io' },
    { type: 'work', value: 'w@x.io' },
  ],
  [enterprise]: { department: 'Finance', manager: { value: '7', displayName: 'Bo' } },
};

it.each([
  ['active', false],
  ['title', undefined],
  ['nickName', undefined],
  ['name.givenName', 'Ana'],
  ['name.familyName', undefined],
  ['emails[type eq "work"].value', 'w@x.io'],
  ['emails[type eq "other"].value', undefined],
  [`${enterprise}:department`, 'Finance'],
  [`${enterprise}:manager`, '7'],
  ['urn:unknown:attribute', undefined],
])('%s reads %s', (path, value) => {
  expect(valueAt(resource, path)).toBe(value);
});
