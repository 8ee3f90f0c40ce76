import { type Kysely, sql } from 'kysely';
import type { DB } from '../database/schema.generated.ts';
import { newestFirst, type NewestFirst, placedById } from '../pages/newest-first.ts';
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
  slice: NewestFirst,
): Promise<readonly PlacedRow<DefaultGroupCleanup>[]> {
  const { behind, order } = newestFirst(sql`c.id`, slice);
  const { rows } = await sql<CleanupRow>`
    select ${cleanupColumns(accountId)} from default_group_cleanups c
    where c.account_id = ${accountId} and ${behind} ${order}`.execute(db);
  return placedById(rows.map(cleanupFromRow));
}

export async function countDefaultGroupCleanups(db: Kysely<DB>, accountId: string): Promise<number> {
  const { rows } = await sql<{ amount: number }>`
    select count(*) as amount from default_group_cleanups c where c.account_id = ${accountId}`.execute(db);
  return rows[0]?.amount ?? 0;
}
