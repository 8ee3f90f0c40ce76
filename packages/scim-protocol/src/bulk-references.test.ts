import fc from 'fast-check';
import { expect, test } from 'vitest';

import { fuzzing } from '../test/fuzzing.ts';
import { referencesIn, referringParts, resolveReferences, withoutReferences } from './bulk-references.ts';
import type { BulkOperation } from './bulk-request.ts';
import type { JsonValue } from './json.ts';

const IDS: ReadonlyMap<string, string> = new Map([
  ['a', 'id-a'],
  ['b', 'id-b'],
]);

function operation(path: string, data: JsonValue): BulkOperation {
  return { method: 'PATCH', path, bulkId: undefined, version: undefined, data };
}

test('ids take the places of references, and what names an unknown one stays as it is', () => {
  const sent = operation('/Groups/bulkId:a', {
    members: [{ value: 'bulkId:b', $ref: '../Users/bulkId:b' }, { value: 'bulkId:c' }],
    path: 'members[value eq "bulkId:a" or value eq "bulkId:c"]',
    displayName: 'about bulkId:a',
  });
  expect(resolveReferences(sent, (bulkId) => IDS.get(bulkId))).toEqual(
    operation('/Groups/id-a', {
      members: [{ value: 'id-b', $ref: '../Users/id-b' }, { value: 'bulkId:c' }],
      path: 'members[value eq "id-a" or value eq "bulkId:c"]',
      displayName: 'about bulkId:a',
    }),
  );
  expect([...referencesIn(sent)].toSorted()).toEqual(['a', 'b', 'c']);
});

test('a member or a manager goes whole with its reference; other values go alone', () => {
  const data = {
    members: [{ value: 'bulkId:a', type: 'User' }, { value: 'bulkId:b' }, 'bulkId:a'],
    manager: { $ref: '../Users/bulkId:a', displayName: 'Ana' },
    name: { givenName: 'bulkId:a', familyName: 'Ito' },
    title: 'bulkId:a',
  };
  expect(withoutReferences(data, new Set(['a']))).toEqual({
    members: [{ value: 'bulkId:b' }],
    name: { familyName: 'Ito' },
  });
});

test('the parts that refer are whole attributes, those of an extension under its URN', () => {
  const data = {
    userName: 'ana@acme.io',
    members: [{ value: 'bulkId:a' }, { value: 'x' }],
    'urn:x:User': { department: 'Sales', manager: { value: 'bulkId:a' } },
    'urn:y:User': { manager: { value: 'bulkId:b' } },
  };
  expect(referringParts(data, new Set(['a']))).toEqual({
    members: [{ value: 'bulkId:a' }, { value: 'x' }],
    'urn:x:User': { manager: { value: 'bulkId:a' } },
  });
});

test('data without references is the same object after resolution', () => {
  const { tree } = fc.letrec<{ tree: JsonValue }>((tie) => ({
    tree: fc.oneof(
      { depthSize: 'small' },
      fc.constantFrom<JsonValue[]>('x', '', 'see bulkId:a', 1, null, true),
      fc.array(tie('tree'), { maxLength: 4 }),
      fc.dictionary(fc.string({ maxLength: 5 }), tie('tree'), { maxKeys: 4 }),
    ),
  }));
  fc.assert(
    fc.property(tree, (data) => {
      const sent = operation('/Users/1', data);
      expect(resolveReferences(sent, () => 'x')).toBe(sent);
    }),
    fuzzing(300),
  );
});

test('nothing is left of the references that were taken out or resolved', () => {
  const text = fc.constantFrom('bulkId:a', 'bulkId:b', 'x', '../Users/bulkId:a', '"bulkId:b"');
  const { tree } = fc.letrec<{ tree: JsonValue }>((tie) => ({
    tree: fc.oneof(
      { depthSize: 'small' },
      text,
      fc.array(tie('tree'), { maxLength: 4 }),
      fc.dictionary(fc.constantFrom('value', '$ref', 'path', 'title'), tie('tree'), { maxKeys: 4 }),
    ),
  }));
  fc.assert(
    fc.property(tree, (data) => {
      const named = referencesIn(operation('/Users/1', data));
      const taken = operation('/Users/1', withoutReferences(data, named));
      expect([...referencesIn(taken)]).toEqual([]);
      const resolved = resolveReferences(operation('/Users/1', data), (bulkId) => IDS.get(bulkId));
      expect([...referencesIn(resolved)]).toEqual([]);
    }),
    fuzzing(1_000),
  );
});
