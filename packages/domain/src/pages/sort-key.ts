import type { FilterTarget } from '@rollcall/scim-protocol/resolve-filter';
import { type RawBuilder, sql } from 'kysely';
import type { Condition } from '../filters/compile-filter.ts';

/** `sortBy` and `sortOrder` (RFC 7644 3.4.2.3). */
export interface Sort {
  readonly target: FilterTarget;
  readonly descending: boolean;
}

/** What resources are ordered by. Missing values come last in ascending order; equal ones are in the order of their ids. */
export type SortKey = ConstantKey | StoredKey | ComputedKey;

export type KeyType = 'text' | 'numeric' | 'boolean' | 'timestamptz';

/** All resources of a type have this value, or none has one. */
interface ConstantKey {
  readonly kind: 'constant';
  readonly type: KeyType;
  readonly value: string | null;
}

/** A column whose index has the rows in this order. */
interface StoredKey {
  readonly kind: 'stored';
  readonly type: KeyType;
  readonly value: RawBuilder<unknown>;
  readonly nullable: boolean;
  /** True of every row that a list shows; saying it lets a partial index serve. */
  readonly holds?: Condition;
}

/** An expression that has to be worked out for each row. */
interface ComputedKey {
  readonly kind: 'computed';
  readonly type: KeyType;
  readonly value: RawBuilder<unknown>;
  readonly nullable: boolean;
}

/**
 * A key travels in the cursor and is kept with an anchor, so a text counts by its beginning. Names and ids, which have
 * indexes and so a length, count whole.
 */
const LONGEST_TEXT = 500;

/** Texts compare in the order of their bytes, whatever the order of the database is. */
export function textKey(text: RawBuilder<unknown>, caseExact: boolean): ComputedKey {
  const folded = caseExact ? text : sql`lower(${text})`;
  return computedKey('text', sql`left(${folded}, ${sql.lit(LONGEST_TEXT)}) collate "C"`);
}

export function computedKey(type: KeyType, value: RawBuilder<unknown>, nullable = true): ComputedKey {
  return { kind: 'computed', type, value, nullable };
}

export function constantKey(value: string | null, type: KeyType = 'text'): ConstantKey {
  return { kind: 'constant', type, value };
}

/** The part of an ORDER BY that orders by a column with keys of that type, and then by id. */
export function keyOrder(
  type: KeyType,
  key: RawBuilder<unknown>,
  id: RawBuilder<unknown>,
  descending: boolean,
): RawBuilder<unknown> {
  const collated = type === 'text' ? sql`${key} collate "C"` : key;
  return descending
    ? sql`${collated} desc nulls first, ${id} desc`
    : sql`${collated} asc nulls last, ${id} asc`;
}
