import fc from 'fast-check';
import { expect, test } from 'vitest';

import { refusalOf } from '../test/refusal-of.ts';
import { parseFilter, printFilter, type FilterNode } from './filter.ts';
import { createReading } from './reading.ts';

function parse(text: string): FilterNode {
  return parseFilter(text, createReading('lenient'));
}

test.each([
  ['a eq 1 or b eq 2 and c eq 3', 'a eq 1 or (b eq 2 and c eq 3)'],
  ['a eq 1 and b eq 2 or c eq 3', '(a eq 1 and b eq 2) or c eq 3'],
  ['(a eq 1 or b eq 2) and c eq 3', '(a eq 1 or b eq 2) and c eq 3'],
  ['not (a pr) and b pr', 'not (a pr) and b pr'],
  ['not(a pr)', 'not (a pr)'],
  ['NOT (a PR) OR b Eq TRUE', 'not (a pr) or b eq "TRUE"'],
  ['emails[type eq "work" and value co "@x"]', 'emails[type eq "work" and value co "@x"]'],
  ['emails[type eq "work"].value eq "x"', 'emails[type eq "work" and value eq "x"]'],
  ['emails[not (type eq "work")]', 'emails[not (type eq "work")]'],
  ['  a   eq   "b"  ', 'a eq "b"'],
  ['a eq "\\"\\\\\\u0041%_*"', 'a eq "\\"\\\\A%_*"'],
  ['a eq ")("', 'a eq ")("'],
  ['urn:x:2.0:User:a.b gt 1.5e3', 'urn:x:2.0:User:a.b gt 1500'],
  ['a eq null', 'a eq null'],
  ['name.FamilyName eq Employee', 'name.FamilyName eq "Employee"'],
  ['userName eq ana@acme.io', 'userName eq "ana@acme.io"'],
  ['not eq "x"', 'not eq "x"'],
])('%s is read as %s', (text, printed) => {
  expect(printFilter(parse(text))).toBe(printed);
});

test.each([
  '',
  ' ',
  'a',
  'a eq',
  'eq "x"',
  'a xx "b"',
  'a eq "b',
  'a eq "b" and',
  'and a pr',
  'a pr or',
  '(a pr',
  'a pr)',
  'not a pr',
  'a eq "b" c',
  'a eq "\\q"',
  'a eq "b"c pr',
  "a eq 'b'",
  "a eq 'b",
  'a eq"b"',
  'emails[type eq "w"',
  'emails[]',
  'a[b[c pr]]',
  'a eq (b)',
  '1 eq 1',
  '"a" eq "b"',
  'a..b pr',
  'a.b.c pr',
  '.a pr',
  'a eq "\\ud800"',
  'a eq "\\u0000"',
  'a eq 1e999',
  'a eq "x" && b pr',
  'emails[type eq "w"] .value eq "x"',
  'emails[type eq "w"].value',
])('%j is refused as invalidFilter', (text) => {
  expect(refusalOf(() => parse(text))).toMatch(/^400 invalidFilter: /);
});

test('long, deep and wide filters are refused quickly', () => {
  expect(refusalOf(() => parse(`a eq "${'x'.repeat(100_000)}"`))).toContain('at most 16384');
  expect(refusalOf(() => parse('('.repeat(16_000)))).toContain('nested deeper');
  expect(refusalOf(() => parse('not ('.repeat(3_000)))).toContain('nested deeper');
  expect(refusalOf(() => parse(Array.from({ length: 251 }, () => 'a pr').join(' or ')))).toContain(
    '250 comparisons',
  );
});

const name = fc.constantFrom('userName', 'name.familyName', 'urn:x:2.0:User:manager.value', '$ref', 'a-b_c');
const simpleName = fc.constantFrom('value', 'type', '$ref', 'primary');
const text = fc
  .string({ unit: 'grapheme', maxLength: 8 })
  .filter((each) => each.isWellFormed() && !each.includes('\u0000'));
const value = fc.oneof(text, fc.integer(), fc.boolean(), fc.constant(null));
const op = fc.constantFrom('eq', 'ne', 'co', 'sw', 'ew', 'gt', 'ge', 'lt', 'le');

function nodes(names: fc.Arbitrary<string>, depth: number): fc.Arbitrary<FilterNode> {
  const leaf: fc.Arbitrary<FilterNode> = fc.oneof(
    fc.record({ kind: fc.constant('compare'), attribute: names, op, value }),
    fc.record({ kind: fc.constant('present'), attribute: names }),
  );
  if (depth === 0) return leaf;
  const inner = nodes(names, depth - 1);
  const branch = fc
    .constantFrom('and', 'or')
    .chain((kind) =>
      fc.array(inner, { minLength: 2, maxLength: 3 }).map((children): FilterNode => ({ kind, children })),
    );
  return fc.oneof(leaf, branch, fc.record({ kind: fc.constant('not'), child: inner }));
}

test('printing and parsing again gives the same filter', () => {
  const valuePath = fc.record({
    kind: fc.constant('valuePath'),
    attribute: name,
    filter: nodes(simpleName, 2),
  });
  fc.assert(
    fc.property(fc.oneof(nodes(name, 3), valuePath), (node) => {
      expect(parse(printFilter(node))).toEqual(node);
    }),
    { numRuns: 500, seed: 4 },
  );
});

test('any text is either a filter or refused as invalidFilter', () => {
  const piece = fc.constantFrom(
    'a',
    'eq',
    'and',
    'or',
    'not',
    '(',
    ')',
    '[',
    ']',
    '"x"',
    '"',
    '\\',
    ' ',
    '.',
    ':',
    'null',
    '1',
    'pr',
    '\u0000',
    'é',
  );
  fc.assert(
    fc.property(
      fc.oneof(
        fc.array(piece, { maxLength: 12 }).map((pieces) => pieces.join(' ')),
        fc.string(),
      ),
      (any) => {
        expect(refusalOf(() => parse(any))).toMatch(/^(?:not refused|400 invalidFilter: )/);
      },
    ),
    { numRuns: 3_000, seed: 5 },
  );
});
