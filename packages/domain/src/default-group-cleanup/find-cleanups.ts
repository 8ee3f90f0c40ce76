import { type Kysely, sql } from 'kysely';
import type { DB } from '../database/schema.generated.ts';
import type { Slice } from '../pages/slice.ts';
import type { PlacedRow } from '../pages/turn-page.ts';
import { cleanupColumns, cleanupFromRow, type CleanupRow, type DefaultGroupCleanup } from './cleanup.ts';
import { selectCleanup } from './cleanups.repository.ts';

/** Throws NotFoundError. */
export async function findDefaultGroupCleanup(
  db: Kysely<DB>,
  accountId: string,
  cleanupId: string,
): Promise<DefaultGroupCleanup> {
  return cleanupFromRow(await selectCleanup(db, accountId, cleanupId));
}

/** Those that there are, in any order. */
export async function findDefaultGroupCleanups(
  db: Kysely<DB>,
  accountId: string,
  cleanupIds: readonly string[],
): Promise<readonly DefaultGroupCleanup[]> {
  const { rows } = await sql<CleanupRow>`
    select ${cleanupColumns(accountId)} from default_group_cleanups c
    where c.account_id = ${accountId} and c.id = any(${[...cleanupIds]}::uuid[])`.execute(db);
  return rows.map(cleanupFromRow);
}

/** A piece of the list of all, plans that were not applied included; the newest first. */
export async function listDefaultGroupCleanups(
  db: Kysely<DB>,
  accountId: string,
  { behind, backward, limit }: Slice,
): Promise<readonly PlacedRow<DefaultGroupCleanup>[]> {
  const side = backward ? sql`>` : sql`<`;
  const isBehind = behind === undefined ? sql`true` : sql`c.id ${side} ${behind.id}`;
  const { rows } = await sql<CleanupRow>`
    select ${cleanupColumns(accountId)} from default_group_cleanups c
    where c.account_id = ${accountId} and ${isBehind}
    order by c.id ${backward ? sql`asc` : sql`desc`} limit ${limit}`.execute(db);
  return rows.map((row) => ({ item: cleanupFromRow(row), position: { key: null, id: row.id } }));
}

export async function countDefaultGroupCleanups(db: Kysely<DB>, accountId: string): Promise<number> {
  const { rows } = await sql<{ amount: number }>`
    select count(*) as amount from default_group_cleanups c where c.account_id = ${accountId}`.execute(db);
  return rows[0]?.amount ?? 0;
}
