import fc from 'fast-check';
import { describe, expect, it, test } from 'vitest';
import { groupTag, isSameTag, parseTags, userTag, versionIn } from './entity-tag.ts';

const ops = { id: '018f2d00-0000-7000-8000-00000000000a', displayName: 'Ops' };
const sales = { id: '018f2d00-0000-7000-8000-00000000000b', displayName: 'Sales' };

describe('the tag of a user', () => {
  it('is the version alone for somebody without groups, and as that of a group', () => {
    expect(userTag({ version: 7, groups: [] })).toBe('W/"7"');
    expect(groupTag({ version: 7 })).toBe('W/"7"');
  });

  it('differs with the version, with each group, and with the name of one', () => {
    const tags = [
      userTag({ version: 7, groups: [] }),
      userTag({ version: 7, groups: [ops] }),
      userTag({ version: 8, groups: [ops] }),
      userTag({ version: 7, groups: [sales] }),
      userTag({ version: 7, groups: [ops, sales] }),
      userTag({ version: 7, groups: [{ ...ops, displayName: 'Operations' }] }),
    ];
    expect(new Set(tags).size).toBe(tags.length);
    expect(tags.map(versionIn)).toEqual([7, 7, 8, 7, 7, 7]);
  });

  it('does not depend on where one name ends and the next group begins', () => {
    const joined = { id: ops.id, displayName: `Ops"],["${sales.id}","Sales` };
    expect(userTag({ version: 1, groups: [joined] })).not.toBe(userTag({ version: 1, groups: [ops, sales] }));
  });
});

test('a tag is the same whether it is marked as weak or not', () => {
  expect(isSameTag('W/"7"', '"7"')).toBe(true);
  expect(isSameTag('"7"', '"8"')).toBe(false);
  expect(isSameTag('W/"7-0a"', 'W/"7"')).toBe(false);
});

test.each(['"0"', '"07"', '"7-"', '"7-X"', '"-7"', '"7.5"', '"1e3"', '""', '"version"', 'W/"W/7"'])(
  '%s is no version of a resource',
  (tag) => {
    expect(versionIn(tag)).toBeUndefined();
  },
);

test.each([
  ['*', '*'],
  [' * ', '*'],
  ['W/"7"', ['W/"7"']],
  ['"7"', ['"7"']],
  ['W/"7", "8" ,W/"a,b"', ['W/"7"', '"8"', 'W/"a,b"']],
  [' , W/"7",, ', ['W/"7"']],
  ['""', ['""']],
])('%j is read as the tags %j', (header, tags) => {
  expect(parseTags(header)).toEqual(tags);
});

test.each([
  '',
  ' ',
  ',',
  '7',
  'W/7',
  'w/"7"',
  'W/ "7"',
  '"7',
  '7"',
  '"7" "8"',
  '"7""8"',
  '*, "7"',
  '"7", *',
  '"a b"',
])('%j is no list of tags', (header) => {
  expect(parseTags(header)).toBeUndefined();
});

test('whatever tags are listed, they are read back', () => {
  const opaque = fc.string({ unit: fc.constantFrom('a', '7', '-', ',', '*', '/', 'W', 'ü'), maxLength: 8 });
  const tag = fc.tuple(fc.boolean(), opaque).map(([isWeak, text]) => `${isWeak ? 'W/' : ''}"${text}"`);
  const separator = fc.constantFrom(',', ', ', ' ,\t', ',,');
  fc.assert(
    fc.property(fc.array(tag, { minLength: 1, maxLength: 6 }), separator, (tags, between) => {
      expect(parseTags(tags.join(between))).toEqual(tags);
    }),
    { numRuns: 300, seed: 3 },
  );
});

test('half a megabyte of anything is judged in no time', () => {
  const longest = 512 * 1024;
  const started = performance.now();
  for (const unit of [' ', '"', ', ', '" ', 'W/', '"7",', '*']) parseTags(unit.repeat(longest / unit.length));
  expect(performance.now() - started).toBeLessThan(2_000);
});
