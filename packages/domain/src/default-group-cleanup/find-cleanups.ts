import { type Kysely, sql } from 'kysely';
import type { DB } from '../database/schema.generated.ts';
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

/** The newest first, plans that were not applied included. */
export async function listDefaultGroupCleanups(
  db: Kysely<DB>,
  accountId: string,
  limit: number,
): Promise<readonly DefaultGroupCleanup[]> {
  const { rows } = await sql<CleanupRow>`
    select ${cleanupColumns(accountId)} from default_group_cleanups c
    where c.account_id = ${accountId} order by c.id desc limit ${limit}`.execute(db);
  return rows.map(cleanupFromRow);
}
