import { invalidFilter } from './errors.ts';
import { isAttributeName, scanFilter, type FilterToken } from './filter-tokens.ts';
import type { Reading } from './reading.ts';

export type CompareOperator = 'eq' | 'ne' | 'co' | 'sw' | 'ew' | 'gt' | 'ge' | 'lt' | 'le';

/** A filter as written: attribute names are not yet looked up. */
export type FilterNode =
  | { readonly kind: 'and' | 'or'; readonly children: readonly FilterNode[] }
  | { readonly kind: 'not'; readonly child: FilterNode }
  | {
      readonly kind: 'compare';
      readonly attribute: string;
      readonly op: CompareOperator;
      readonly value: string | number | boolean | null;
    }
  | { readonly kind: 'present'; readonly attribute: string }
  | { readonly kind: 'valuePath'; readonly attribute: string; readonly filter: FilterNode };

const OPERATORS: ReadonlyMap<string, CompareOperator> = new Map(
  (['eq', 'ne', 'co', 'sw', 'ew', 'gt', 'ge', 'lt', 'le'] as const).map((op) => [op, op]),
);

const MAX_LENGTH = 16_384;
const MAX_DEPTH = 32;
const MAX_COMPARISONS = 250;

/**
 * Parses a filter by the grammar of RFC 7644 3.4.2.2 (`not` binds before `and`, `and` before `or`); anything else is `invalidFilter`.
 * Length, nesting and the number of comparisons are bounded.
 */
export function parseFilter(text: string, reading: Reading): FilterNode {
  const cursor = createCursor(text, reading);
  const node = parseOr(cursor, 0);
  const extra = cursor.tokens[cursor.position];
  if (extra !== undefined) throw unexpected(extra, '"and", "or" or the end');
  return node;
}

/** The filter as text, in the grammar's own spelling: parsing it again gives an equal tree. */
export function printFilter(node: FilterNode): string {
  switch (node.kind) {
    case 'and':
    case 'or':
      return node.children
        .map((child) =>
          child.kind === 'and' || child.kind === 'or' ? `(${printFilter(child)})` : printFilter(child),
        )
        .join(` ${node.kind} `);
    case 'not':
      return `not (${printFilter(node.child)})`;
    case 'compare':
      return `${node.attribute} ${node.op} ${JSON.stringify(node.value)}`;
    case 'present':
      return `${node.attribute} pr`;
    case 'valuePath':
      return `${node.attribute}[${printFilter(node.filter)}]`;
  }
}

interface Cursor {
  readonly tokens: readonly FilterToken[];
  readonly reading: Reading;
  position: number;
  comparisons: number;
  insideValuePath: boolean;
}

function createCursor(text: string, reading: Reading): Cursor {
  if (text.length > MAX_LENGTH) {
    throw invalidFilter(
      `The filter has ${text.length} characters; at most ${MAX_LENGTH} are read. Ask for less at a time.`,
    );
  }
  return { tokens: scanFilter(text), reading, position: 0, comparisons: 0, insideValuePath: false };
}

function parseOr(cursor: Cursor, depth: number): FilterNode {
  return parseChain(cursor, 'or', () => parseChain(cursor, 'and', () => parseTerm(cursor, depth)));
}

function parseChain(cursor: Cursor, kind: 'and' | 'or', parseChild: () => FilterNode): FilterNode {
  const first = parseChild();
  if (!takeWord(cursor, kind)) return first;
  const children = [first];
  do children.push(parseChild());
  while (takeWord(cursor, kind));
  return { kind, children };
}

function parseTerm(cursor: Cursor, depth: number): FilterNode {
  if (depth > MAX_DEPTH) {
    throw invalidFilter(`The filter is nested deeper than ${MAX_DEPTH} levels.`);
  }
  const token = take(cursor, 'an attribute, "not" or "("');
  if (token.kind === '(') {
    const node = parseOr(cursor, depth + 1);
    expectMark(cursor, ')');
    return node;
  }
  if (token.kind !== 'word') throw unexpected(token, 'an attribute, "not" or "("');
  if (token.text.toLowerCase() === 'not' && cursor.tokens[cursor.position]?.kind === '(') {
    cursor.position += 1;
    const child = parseOr(cursor, depth + 1);
    expectMark(cursor, ')');
    return { kind: 'not', child };
  }
  if (!isAttributeName(token.text)) throw unexpected(token, 'the name of an attribute');
  return cursor.tokens[cursor.position]?.kind === '['
    ? parseValuePath(cursor, token.text, depth)
    : parseComparison(cursor, token.text);
}

function parseValuePath(cursor: Cursor, attribute: string, depth: number): FilterNode {
  const bracket = take(cursor, '"["');
  if (cursor.insideValuePath) throw unexpected(bracket, 'no value path inside another');
  cursor.insideValuePath = true;
  const filter = parseOr(cursor, depth + 1);
  cursor.insideValuePath = false;
  const close = expectMark(cursor, ']');

  const next = cursor.tokens[cursor.position];
  if (next?.kind !== 'word' || !next.text.startsWith('.') || next.start !== close.start + 1) {
    return { kind: 'valuePath', attribute, filter };
  }
  cursor.position += 1;
  const sub = next.text.slice(1);
  if (!isAttributeName(sub) || sub.includes('.')) throw unexpected(next, 'a sub-attribute');
  cursor.reading.leniency(
    'value-path-comparison',
    `Read the comparison of ${attribute}[…].${sub} as one more condition on the same entry`,
    'invalidFilter',
  );
  const comparison = parseComparison(cursor, sub);
  const conditions = filter.kind === 'and' ? filter.children : [filter];
  return { kind: 'valuePath', attribute, filter: { kind: 'and', children: [...conditions, comparison] } };
}

function parseComparison(cursor: Cursor, attribute: string): FilterNode {
  cursor.comparisons += 1;
  if (cursor.comparisons > MAX_COMPARISONS) {
    throw invalidFilter(`The filter has more than ${MAX_COMPARISONS} comparisons.`);
  }
  const expected = `an operator after "${attribute}" (eq, ne, co, sw, ew, gt, ge, lt, le or pr)`;
  const token = take(cursor, expected);
  const word = token.kind === 'word' ? token.text.toLowerCase() : '';
  if (word === 'pr') return { kind: 'present', attribute };
  const op = OPERATORS.get(word);
  if (op === undefined) throw unexpected(token, expected);
  return { kind: 'compare', attribute, op, value: parseValue(cursor, attribute) };
}

function parseValue(cursor: Cursor, attribute: string): string | number | boolean | null {
  const token = take(cursor, 'a value');
  if (token.kind === 'literal') return token.value;
  // In single quotes it is no JSON (RFC 7644 3.4.2.2); with them as part of the value it would match nobody.
  if (token.kind !== 'word' || token.text.startsWith("'"))
    throw unexpected(token, 'a value in double quotes');
  cursor.reading.leniency(
    'unquoted-filter-value',
    `Read the filter value of ${attribute}, which has no quotes, as text`,
    'invalidFilter',
  );
  return token.text;
}

function take(cursor: Cursor, expected: string): FilterToken {
  const token = cursor.tokens[cursor.position];
  if (token === undefined) throw invalidFilter(`The filter ends where ${expected} should follow.`);
  cursor.position += 1;
  return token;
}

function takeWord(cursor: Cursor, word: string): boolean {
  const token = cursor.tokens[cursor.position];
  if (token?.kind !== 'word' || token.text.toLowerCase() !== word) return false;
  cursor.position += 1;
  return true;
}

function expectMark(cursor: Cursor, mark: ')' | ']'): FilterToken {
  const token = take(cursor, `"${mark}"`);
  if (token.kind !== mark) throw unexpected(token, `"${mark}"`);
  return token;
}

function unexpected(token: FilterToken, expected: string): Error {
  return invalidFilter(`The filter is not readable at position ${token.start}: expected ${expected}.`);
}
