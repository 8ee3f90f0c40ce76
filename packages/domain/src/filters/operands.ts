import type { FilterValue } from '@rollcall/scim-protocol/resolve-filter';
import { type RawBuilder, sql } from 'kysely';
import { isId } from '../ids.ts';
import { type Comparison, type Condition, allOf, not } from './compile-filter.ts';

export type Operator = Exclude<Comparison['op'], 'ne'>;

/** One value in SQL, null where a resource has none. */
export interface Operand {
  readonly compare: (op: Operator, value: FilterValue) => Condition;
  readonly exists: Condition;
  /** Exists and is not empty. */
  readonly present: Condition;
}

const NEVER: Condition = sql`false`;
const ALWAYS: Condition = sql`true`;

/** Compares a single value: `ne` is the opposite of `eq`, so it is true of what is absent. */
export function compareOperand(operand: Operand, op: Comparison['op'], value: FilterValue): Condition {
  return op === 'ne' ? not(operand.compare('eq', value)) : operand.compare(op, value);
}

export interface TextSource {
  text: RawBuilder<string | null>;
  /** The column that stores `lower(text)`, if there is one. */
  lower?: RawBuilder<string | null>;
  /** A b-tree in byte order holds the column that is compared. */
  indexed?: boolean;
  /** What a trigram index holds of it. */
  searched?: SearchedText;
}

/** `lower` itself, or a longer text in lower case that has it as a part, with a blank behind. */
type SearchedText = 'itself' | { readonly within: RawBuilder<string> };

export function textOperand(source: TextSource): Operand {
  const { text, lower = sql`lower(${text})`, indexed = false, searched } = source;
  return {
    compare(op, value) {
      if (value.type !== 'string') return NEVER;
      const actual = value.caseExact ? text : lower;
      // PostgreSQL lowers both sides: JavaScript does it otherwise for some letters.
      const fold = (expected: string): RawBuilder<string> =>
        value.caseExact ? sql`${expected}` : sql`lower(${expected})`;
      return compareText(actual, op, value.value, fold, { indexed, searched });
    },
    exists: sql`${text} is not null`,
    present: sql`${text} <> ''`,
  };
}

/** Ids are shown in lower case and compared exactly; what cannot be an id equals none. */
export function idOperand(id: RawBuilder<string>): Operand {
  const text = textOperand({ text: sql`${id}::text` });
  return {
    compare(op, value) {
      if (op !== 'eq' || value.type !== 'string') return text.compare(op, value);
      const possible = isId(value.value);
      return possible ? sql`${id} = ${value.value}::uuid` : NEVER;
    },
    exists: ALWAYS,
    present: ALWAYS,
  };
}

export function booleanOperand(condition: Condition): Operand {
  return {
    compare(op, value) {
      if (op !== 'eq' || value.type !== 'boolean') return NEVER;
      return value.value ? condition : not(condition);
    },
    exists: ALWAYS,
    present: ALWAYS,
  };
}

/** A timestamptz column that is never null. */
export function timeOperand(column: RawBuilder<Date>): Operand {
  return {
    compare: (op, value) => (value.type === 'dateTime' ? compareTime(column, op, value.value) : NEVER),
    exists: ALWAYS,
    present: ALWAYS,
  };
}

function compareText(
  actual: RawBuilder<string | null>,
  op: Operator,
  value: string,
  fold: (expected: string) => RawBuilder<string>,
  { indexed, searched }: { indexed: boolean; searched: SearchedText | undefined },
): Condition {
  switch (op) {
    case 'co':
      return allOf([
        ...foundWithin(searched, value),
        like(actual, fold(`%${escapePattern(value)}%`), searched !== 'itself' || hasTrigram(value)),
      ]);
    case 'ew':
      return allOf([
        ...foundWithin(searched, `${value} `),
        like(actual, fold(`%${escapePattern(value)}`), searched !== 'itself' || hasTrigram(`${value} `)),
      ]);
    case 'sw':
      return indexed && hasSuccessor(value)
        ? prefixRange(actual, fold(value))
        : sql`starts_with(${actual}, ${fold(value)})`;
    case 'eq':
    case 'gt':
    case 'ge':
    case 'lt':
    case 'le':
      // Byte order, whatever the order of the database is.
      return compareOrdered(sql`${actual} collate "C"`, op, fold(value));
  }
}

/** The condition that a text with a trigram index, in lower case, has the given one as a part, in any letter case. */
export function containsText(lower: RawBuilder<string>, part: string): Condition {
  return like(lower, sql`lower(${`%${escapePattern(part)}%`})`, hasTrigram(part));
}

/** Finds by the index of the longer text those among whom the shorter one is then compared. */
function foundWithin(searched: SearchedText | undefined, part: string): readonly Condition[] {
  if (searched === undefined || searched === 'itself' || !hasTrigram(part)) return [];
  return [containsText(searched.within, part)];
}

/** What no trigram index can tell apart must not reach it, or it would be read from end to end. */
function like(
  actual: RawBuilder<string | null>,
  pattern: RawBuilder<string>,
  mayUseIndex: boolean,
): Condition {
  return mayUseIndex ? sql`${actual} like ${pattern}` : sql`(${actual} || '') like ${pattern}`;
}

/** pg_trgm cuts words of letters and digits, each with two blanks before it and one behind, into threes. */
function hasTrigram(text: string): boolean {
  return /[\p{L}\p{N}]{3}|[^\p{L}\p{N}][\p{L}\p{N}]|[\p{L}\p{N}]{2}[^\p{L}\p{N}]/u.test(text);
}

function escapePattern(text: string): string {
  return text.replaceAll(/[\\%_]/g, '\\$&');
}

/** The texts from the prefix up to its successor. Unlike `like` and `^@`, a range is index-served in a generic plan too. */
function prefixRange(actual: RawBuilder<string | null>, prefix: RawBuilder<string>): Condition {
  const successor = sql`left(${prefix}, -1) || chr(ascii(right(${prefix}, 1)) + 1)`;
  return allOf([sql`${actual} >= ${prefix}`, sql`${actual} < ${successor}`]);
}

/** Nothing follows U+10FFFF, and only surrogates, which are no text, follow U+D7FF. */
function hasSuccessor(text: string): boolean {
  return text !== '' && !text.endsWith('\u{D7FF}') && !text.endsWith('\u{10FFFF}');
}

/** Columns hold microseconds at most; a filter may name an instant between two of them (Entra sends seven decimals). */
function compareTime(column: RawBuilder<Date>, op: Operator, instant: string): Condition {
  const microsecond = sql`${`${instant.slice(0, 'YYYY-MM-DDTHH:MM:SS.ffffff'.length)}Z`}::timestamptz`;
  if (instant.endsWith('000Z')) return compareOrdered(column, op, microsecond);
  if (op === 'eq') return NEVER;
  const widened = { ge: 'gt', lt: 'le' } as const;
  return compareOrdered(column, op === 'ge' || op === 'lt' ? widened[op] : op, microsecond);
}

/** Compares two values of one type that has an order. */
export function compareOrdered(
  left: RawBuilder<unknown>,
  op: Operator,
  right: RawBuilder<unknown>,
): Condition {
  switch (op) {
    case 'eq':
      return sql`${left} = ${right}`;
    case 'gt':
      return sql`${left} > ${right}`;
    case 'ge':
      return sql`${left} >= ${right}`;
    case 'lt':
      return sql`${left} < ${right}`;
    case 'le':
      return sql`${left} <= ${right}`;
    case 'co':
    case 'sw':
    case 'ew':
      return NEVER;
  }
}
