import { type Kysely, type RawBuilder, sql } from 'kysely';
import type { DB } from '../database/schema.generated.ts';
import { type Cut, cutOf, keyTypeOf } from './cut.ts';
import { type Listing, planListing } from './listing.ts';
import type { Position } from './position.ts';
import { keyOrder } from './sort-key.ts';

interface Selected<Row> {
  readonly total: number;
  readonly rows: readonly (Row & { readonly sort_key: string | null })[];
}

/**
 * The rows of a cut and the exact number of all in the list, in one statement and so from one snapshot. The page is cut
 * on ids alone, and whole rows are read by them: a join could be planned as a walk of the account, or as each row of
 * the page against each other in an account that is newer than the statistics.
 */
export async function selectPage<Row extends { id: string }>(
  db: Kysely<DB>,
  listing: Listing,
  columns: RawBuilder<unknown>,
  cut: Cut,
  knownTotal: number | undefined,
): Promise<Selected<Row>> {
  const found = await lookUp<Row>(db, listing, columns, cut);
  if (found !== undefined) return found;
  const statement = pageStatement(listing, columns, cut, knownTotal);
  const { rows } = await sql<PageRow<Row>>`${statement}`.execute(db);
  return { total: rows[0]?.total ?? 0, rows: rows.filter(isResource) };
}

/**
 * The whole list where it is a look-up and fits the cut, which it nearly always does: identity providers send one before
 * each first write. A plain statement costs a third less than one that also counts what it does not show.
 */
async function lookUp<Row extends { id: string }>(
  db: Kysely<DB>,
  { isLookUp, key, table, shown, filter, id }: Listing,
  columns: RawBuilder<unknown>,
  { from, descending, limit }: Cut,
): Promise<Selected<Row> | undefined> {
  const isFromBeginning = 'behind' in from && from.behind === undefined;
  if (isLookUp !== true || filter === undefined || key !== undefined || !isFromBeginning) return undefined;
  const { rows } = await sql<Row>`
    select ${columns} from ${table} where ${shown} and ${filter}
    order by ${id} ${descending ? sql`desc` : sql`asc`} limit ${limit}`.execute(db);
  if (rows.length >= limit) return undefined;
  return { total: rows.length, rows: rows.map((row) => ({ ...row, sort_key: null })) };
}

export function pageStatement(
  listing: Listing,
  columns: RawBuilder<unknown>,
  cut: Cut,
  knownTotal: number | undefined,
): RawBuilder<unknown> {
  return listing.key === undefined
    ? pageById(listing, columns, cut, knownTotal)
    : pageByKey(listing, columns, cut, knownTotal);
}

export function positionOf(row: { readonly id: string; readonly sort_key: string | null }): Position {
  return { key: row.sort_key, id: row.id };
}

function pageById(
  listing: Listing,
  columns: RawBuilder<unknown>,
  cut: Cut,
  knownTotal: number | undefined,
): RawBuilder<unknown> {
  const { tables, rows } = planListing(listing, knownTotal);
  return sql`
    with ${tables}
    select total.amount as total, null as sort_key, page.* from total
    left join (
      select ${columns} from ${listing.table}
      where ${listing.shown} and ${listing.id} = any(array(select cut.id from (${cutOf(rows, cut)}) cut))
    ) page on true
    order by page.id ${cut.descending ? sql`desc` : sql`asc`}`;
}

function pageByKey(
  listing: Listing,
  columns: RawBuilder<unknown>,
  cut: Cut,
  knownTotal: number | undefined,
): RawBuilder<unknown> {
  const { tables, rows } = planListing(listing, knownTotal);
  const order = keyOrder(keyTypeOf(listing.key), sql`cut.key`, sql`cut.id`, cut.descending);
  return sql`
    with ${tables},
    cut as materialized (
      select cut.id, cut.key from (${cutOf(rows, cut)}) cut order by ${order} limit ${cut.limit}
    )
    select total.amount as total, cut.key::text as sort_key, page.* from total
    left join (
      cut cross join lateral (
        select ${columns} from ${listing.table} where ${listing.shown} and ${listing.id} = cut.id limit 1
      ) page
    ) on true
    order by ${order}`;
}

type PageRow<Row> = { total: number; sort_key: string | null } & (Row | { id: null });

// A page behind the last resource is one row that holds the total alone.
function isResource<Row extends { id: string }>(
  row: PageRow<Row>,
): row is { total: number; sort_key: string | null } & Row {
  return row.id !== null;
}
