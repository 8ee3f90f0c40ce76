import { type RawBuilder, sql, type SqlBool } from 'kysely';
import type { Condition } from '../filters/compile-filter.ts';
import type { SortKey } from './sort-key.ts';

/** The resources of one type that a list is about, and what orders them. */
export interface Listing {
  readonly accountId: string;
  readonly resource: 'user' | 'group';
  /** The table with its alias. */
  readonly table: RawBuilder<unknown>;
  readonly id: RawBuilder<unknown>;
  /** Ties the table to the account and shows what SCIM shows. */
  readonly shown: Condition;
  readonly filter: Condition | undefined;
  /** Whether the filter looks up one resource through a unique index, however the planner sees it. */
  readonly isLookUp?: boolean;
  /** Undefined: the id alone orders them. */
  readonly key: SortKey | undefined;
}

/** Rows from which a page is cut: `from … where …`, an id, and the sort key where there is one. */
export interface Rows {
  readonly from: RawBuilder<unknown>;
  readonly where: Condition;
  readonly id: RawBuilder<unknown>;
  readonly key: SortKey | undefined;
}

/** A filter that matches fewer is evaluated once for each page, so that the planner takes the index that finds the few. */
export const MANY = 5000;

export interface PlannedListing {
  /** Common table expressions, the last of them `total (amount)`. */
  readonly tables: RawBuilder<unknown>;
  readonly rows: Rows;
}

/**
 * How the resources and their number are found. Without a filter the number is kept as they come and go, so that it costs
 * no scan. With one, it is counted on the walk's first page and `knownTotal` from then on: then a page of a long list is
 * read where it begins and not picked out of all that match.
 */
export function planListing(listing: Listing, knownTotal: number | undefined, name = ''): PlannedListing {
  const total = sql.ref(`${name}total`);
  const { filter } = listing;
  if (filter === undefined) {
    return { tables: sql`${total} as (${countedAmount(listing)})`, rows: walkedRows(listing) };
  }
  if (knownTotal !== undefined && knownTotal >= MANY) {
    return { tables: sql`${total} as (${knownAmount(knownTotal)})`, rows: walkedRows(listing) };
  }
  const matching = sql.ref(`${name}matching`);
  const amount =
    knownTotal === undefined ? sql`select count(*) as amount from ${matching}` : knownAmount(knownTotal);
  return {
    // Evaluated once: planned apart, the page would be looked for by walking the whole account.
    tables: sql`
      ${matching} as materialized (
        select ${listing.id} as id, ${keyValue(listing.key)} as key from ${listing.table}
        where ${listing.shown} and ${filter}
      ),
      ${total} as (${amount})`,
    rows: matchingRows(matching, listing.key),
  };
}

function countedAmount({ accountId, resource }: Listing): RawBuilder<unknown> {
  return sql`select coalesce(sum(c.amount), 0)::bigint as amount from resource_counts c
    where c.account_id = ${accountId} and c.resource = ${resource}`;
}

function knownAmount(total: number): RawBuilder<unknown> {
  return sql`select ${total}::bigint as amount`;
}

/** The table itself, in the order of an index where there is one. */
function walkedRows({ table, id, shown, filter, key }: Listing): Rows {
  const where = filter === undefined ? shown : and(shown, filter);
  switch (key?.kind) {
    case 'computed':
      return {
        // Behind OFFSET 0 the expression is worked out once for each row, wherever the key is named.
        from: sql`${table} cross join lateral (select ${key.value} as value offset 0) sorted`,
        where,
        id,
        key: { ...key, value: sql`sorted.value` },
      };
    case 'stored':
      return { from: table, where: key.holds === undefined ? where : and(where, key.holds), id, key };
    case 'constant':
    case undefined:
      return { from: table, where, id, key };
  }
}

function matchingRows(matching: RawBuilder<unknown>, key: SortKey | undefined): Rows {
  const rows = { from: sql`${matching} matched`, where: sql<SqlBool>`true`, id: sql`matched.id` };
  if (key === undefined || key.kind === 'constant') return { ...rows, key };
  return { ...rows, key: { ...key, value: sql`matched.key` } };
}

function keyValue(key: SortKey | undefined): RawBuilder<unknown> {
  return key === undefined || key.kind === 'constant' ? sql`null` : key.value;
}

function and(left: Condition, right: Condition): Condition {
  return sql`${left} and ${right}`;
}
