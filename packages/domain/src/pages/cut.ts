import { type RawBuilder, sql } from 'kysely';
import type { Condition } from '../filters/compile-filter.ts';
import type { Rows } from './listing.ts';
import type { Position } from './position.ts';
import { keyOrder, type KeyType, type SortKey } from './sort-key.ts';

/** Which part of an ordered list is read. */
export interface Cut {
  /** So many rows from the beginning, or behind a place; behind undefined is from the beginning. */
  readonly from: { readonly offset: number } | { readonly behind: Position | undefined };
  /** From the highest to the lowest. */
  readonly descending: boolean;
  readonly limit: number;
}

/**
 * A page costs the same wherever it begins: it is read behind the position on an index in the list's order, where there
 * is one. A query that gives the ids and keys of the cut, in no order; beyond the limit there may be more.
 */
export function cutOf(rows: Rows, cut: Cut): RawBuilder<unknown> {
  const { key } = rows;
  const { from, descending, limit } = cut;
  if ('offset' in from) return counted(rows, from.offset, descending, limit);
  if (key === undefined) return segment(rows, idBehind(rows, from.behind, descending), cut, undefined);
  if (key.kind === 'constant') return constantSegment(rows, key, from.behind, cut);
  return key.nullable
    ? twoSegments(rows, key, from.behind, cut)
    : segment(rows, keyBehind(rows, key, from.behind, descending), cut, key);
}

export function keyTypeOf(key: SortKey | undefined): KeyType {
  return key?.type ?? 'text';
}

/** Rows counted off: for a page that nobody has walked up to. */
function counted(rows: Rows, offset: number, descending: boolean, limit: number): RawBuilder<unknown> {
  return sql`
    select ${rows.id} as id, ${shownKey(rows.key)} as key from ${rows.from} where ${rows.where}
    order by ${rowOrder(rows, rows.key, descending)} offset ${offset} limit ${limit}`;
}

type ValueKey = Exclude<SortKey, { kind: 'constant' }>;

/**
 * Rows with a key and rows without, each in an index's order: one condition for both would be an OR, which no index
 * serves. The second part is looked at only when the first leaves room.
 */
function twoSegments(rows: Rows, key: ValueKey, behind: Position | undefined, cut: Cut): RawBuilder<unknown> {
  const { descending, limit } = cut;
  const beginsKeyed = behind === undefined ? !descending : behind.key !== null;
  const first = beginsKeyed
    ? segment(rows, keyed(key, keyBehind(rows, key, behind, descending)), cut, key)
    : segment(rows, unkeyed(key, idBehind(rows, behind, descending)), cut, undefined, key.type);
  // Whoever stands in the last of the two segments has nothing but its rest behind them.
  if (behind !== undefined && beginsKeyed === descending) return first;
  const room = sql<boolean>`(select count(*) from first_part) < ${limit}`;
  const second = beginsKeyed
    ? segment(rows, unkeyed(key, room), cut, undefined, key.type)
    : segment(rows, keyed(key, room), cut, key);
  return sql`
    with first_part as materialized (${first}), second_part as materialized (${second})
    select id, key from first_part union all select id, key from second_part`;
}

function keyed(key: ValueKey, condition: Condition): Condition {
  return sql`${key.value} is not null and ${condition}`;
}

function unkeyed(key: ValueKey, condition: Condition): Condition {
  return sql`${key.value} is null and ${condition}`;
}

/** All rows have the same key, so a position lies among them, before all or behind all. */
function constantSegment(
  rows: Rows,
  key: Extract<SortKey, { kind: 'constant' }>,
  behind: Position | undefined,
  cut: Cut,
): RawBuilder<unknown> {
  if (behind === undefined || isBehind(key.value, behind.key, cut.descending)) {
    return segment(rows, sql`true`, cut, key);
  }
  const among = key.value === behind.key;
  return segment(rows, among ? idBehind(rows, behind, cut.descending) : sql`false`, cut, key);
}

/** Constant keys are words of ours, for which JavaScript's order is that of the bytes. */
function isBehind(key: string | null, other: string | null, descending: boolean): boolean {
  if (key === other) return false;
  const isHigher = key === null || (other !== null && key > other);
  return isHigher !== descending;
}

/** A page has no more; a plan that knows no limit expects a tenth of the account and may sort it. */
const PLANNED_ROWS = 1001;

function segment(
  rows: Rows,
  condition: Condition,
  { descending, limit }: Cut,
  key: SortKey | undefined,
  type = keyTypeOf(key),
): RawBuilder<unknown> {
  // Written out for pages alone: each number would be a statement of its own.
  const planned = limit <= PLANNED_ROWS ? sql`limit ${sql.lit(PLANNED_ROWS)}` : sql``;
  return sql`
    select id, key from (
      select ${rows.id} as id, ${shownKey(key, type)} as key from ${rows.from}
      where ${rows.where} and ${condition} order by ${rowOrder(rows, key, descending)} ${planned}
    ) part limit ${limit}`;
}

function idBehind({ id }: Rows, behind: Position | undefined, descending: boolean): Condition {
  if (behind === undefined) return sql`true`;
  return descending ? sql`${id} < ${behind.id}::uuid` : sql`${id} > ${behind.id}::uuid`;
}

function keyBehind(
  { id }: Rows,
  { type, value }: ValueKey,
  behind: Position | undefined,
  descending: boolean,
): Condition {
  if (behind === undefined) return sql`true`;
  // In a list of several types, resources of another one may have no key: they come last.
  if (behind.key === null) return descending ? sql`true` : sql`false`;
  const place = sql`(${behind.key}::${sql.raw(type)}, ${behind.id}::uuid)`;
  return descending ? sql`(${value}, ${id}) < ${place}` : sql`(${value}, ${id}) > ${place}`;
}

function shownKey(key: SortKey | undefined, type = keyTypeOf(key)): RawBuilder<unknown> {
  if (key === undefined) return sql`null::${sql.raw(type)}`;
  return key.kind === 'constant' ? sql`${key.value}::${sql.raw(type)}` : key.value;
}

function rowOrder({ id }: Rows, key: SortKey | undefined, descending: boolean): RawBuilder<unknown> {
  if (key !== undefined && key.kind !== 'constant') {
    // Where no row lacks a key, the order of an index that says nothing of nulls is this one as well.
    return keyOrder(key.type, key.value, id, descending);
  }
  return descending ? sql`${id} desc` : sql`${id} asc`;
}
