import { expect, test } from 'vitest';
import type { JsonObject } from '../json.ts';
import { eventChanges } from './event-changes.ts';

test.each<[string, JsonObject | null, readonly (readonly [string, unknown, unknown])[]]>([
  ['nothing, once it was blanked', null, []],
  ['nothing that is no change', { address: 'ana@acme.io', added: ['x'] }, []],
  [
    'the fields of a person, attributes one by one',
    { changes: { userName: { from: 'a', to: 'b' }, attributes: { title: { from: null, to: 'Lead' } } } },
    [
      ['userName', 'a', 'b'],
      ['attributes.title', null, 'Lead'],
    ],
  ],
  ['the fields of a group', { displayName: { from: 'A', to: 'B' }, by: 'x' }, [['displayName', 'A', 'B']]],
  [
    'what differs of settings',
    { before: { enabled: false, same: 1 }, after: { enabled: true, same: 1 }, licensesChanged: 3 },
    [['enabled', false, true]],
  ],
  ['a single value', { licenseType: 'it', before: 3, after: null }, [['value', 3, null]]],
  ['what went whole', { before: { issuer: 'x' } }, [['issuer', 'x', null]]],
])('an event tells of before and after: %s', (_, detail, expected) => {
  expect(eventChanges(detail).map(({ field, before, after }) => [field, before, after])).toEqual(expected);
});
