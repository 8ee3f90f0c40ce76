import { type Kysely, sql } from 'kysely';
import { lockAdministrators } from '../database/locks.ts';
import type { DB } from '../database/schema.generated.ts';
import type { Trx } from '../database/transaction.ts';
import { RefusedError } from '../errors.ts';
import { isId } from '../ids.ts';
import { cleanupColumns, cleanupNotFound, type CleanupRow } from './cleanup.ts';

/** Throws NotFoundError. */
export async function selectCleanup(
  db: Kysely<DB>,
  accountId: string,
  cleanupId: string,
): Promise<CleanupRow> {
  if (!isId(cleanupId)) throw cleanupNotFound(cleanupId);
  const { rows } = await sql<CleanupRow>`
    select ${cleanupColumns(accountId)} from default_group_cleanups c
    where c.account_id = ${accountId} and c.id = ${cleanupId}`.execute(db);
  const [row] = rows;
  if (row === undefined) throw cleanupNotFound(cleanupId);
  return row;
}

/** The same, held until the transaction ends: its job does not go on meanwhile. The account must be locked. */
export async function lockCleanup(trx: Trx, accountId: string, cleanupId: string): Promise<CleanupRow> {
  if (!isId(cleanupId)) throw cleanupNotFound(cleanupId);
  const [, row] = await Promise.all([
    sql`
      select from default_group_cleanups c
      where c.account_id = ${accountId} and c.id = ${cleanupId} for no key update`.execute(trx),
    selectCleanup(trx, accountId, cleanupId),
  ]);
  return row;
}

/**
 * Holds a cleanup for its beginning or its end, and every other one of the account from beginning: only one takes
 * away or puts back at a time. Throws NotFoundError.
 */
export async function lockCleanupToBegin(
  trx: Trx,
  accountId: string,
  cleanupId: string,
): Promise<CleanupRow> {
  const [, row] = await Promise.all([
    lockAdministrators(trx, accountId),
    lockCleanup(trx, accountId, cleanupId),
  ]);
  return row;
}

/** Throws RefusedError('cleanup_running') while another cleanup takes away or puts back. */
export async function assertNoOtherCleanupActs(
  trx: Trx,
  accountId: string,
  cleanupId: string,
): Promise<void> {
  const { rows } = await sql<{ id: string; state: string }>`
    select c.id, c.state from default_group_cleanups c
    where c.account_id = ${accountId} and c.id <> ${cleanupId} and c.state = any('{running,undoing}'::text[])`.execute(
    trx,
  );
  const [other] = rows;
  if (other === undefined) return;
  const does = other.state === 'running' ? 'is being applied' : 'is being undone';
  throw new RefusedError(
    'cleanup_running',
    `Another default-group cleanup of the account ${does}. Wait until it is through, or stop it first.`,
    { facts: { cleanupId: other.id } },
  );
}

/** Deletes plans that were not applied, all but the newest ones. One that somebody starts meanwhile stays. */
export async function deletePlansBesidesNewest(trx: Trx, accountId: string, newest: number): Promise<void> {
  const { rows } = await sql<{ id: string }>`
    select c.id from default_group_cleanups c
    where c.account_id = ${accountId} and c.state = 'planned' order by c.id desc offset ${newest}
    for update skip locked`.execute(trx);
  for (const { id } of rows) await deleteCleanup(trx, accountId, id);
}

/** The cleanup must be locked. */
export async function deleteCleanup(trx: Trx, accountId: string, cleanupId: string): Promise<void> {
  await sql`
    delete from default_group_cleanup_members m
    where m.account_id = ${accountId} and m.cleanup_id = ${cleanupId}`.execute(trx);
  await sql`
    delete from default_group_cleanups c where c.account_id = ${accountId} and c.id = ${cleanupId}`.execute(
    trx,
  );
}
