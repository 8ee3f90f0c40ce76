import { type Kysely, type RawBuilder, sql, type SqlBool } from 'kysely';
import type { Database } from '../database/connection.ts';
import type { DB } from '../database/schema.generated.ts';
import { inTransaction, type Trx } from '../database/transaction.ts';
import { deleteCleanup } from './cleanups.repository.ts';
import { PLAN_HOURS } from './plan-differences.ts';
import { UNDO_DAYS } from './start-default-group-cleanup.ts';

const AT_ONCE = 5_000;

/**
 * Deletes, of every account, plans that can no longer be applied, cleanups that can no longer be undone, and what was kept
 * of default groups deleted as long ago. In bounded transactions, until the signal asks to stop; it can run again. Returns
 * how many cleanups are gone.
 */
export async function forgetCleanups(db: Database, now: Date, signal: AbortSignal): Promise<number> {
  let forgotten = 0;
  for (const { account_id: accountId, id } of await selectOutdated(db, now)) {
    signal.throwIfAborted();
    while ((await inTransaction(db, (trx) => deleteSome(trx, accountId, id, now))) === 'more') continue;
    forgotten += 1;
  }
  await sql`
    /* every account: what an undo could need is kept for as long as one is possible */
    delete from deleted_default_groups d where d.deleted_at < ${before(now, UNDO_DAYS * 24)}`.execute(db);
  return forgotten;
}

async function selectOutdated(
  db: Kysely<DB>,
  now: Date,
): Promise<readonly { account_id: string; id: string }[]> {
  const { rows } = await sql<{ account_id: string; id: string }>`
    /* every account: cleanups are forgotten after a time that is the same for all */
    select c.account_id, c.id from default_group_cleanups c where ${isOutdated(now)}`.execute(db);
  return rows;
}

/** Of `default_group_cleanups c`. */
function isOutdated(now: Date): RawBuilder<SqlBool> {
  return sql<SqlBool>`(
    (c.state = 'planned' and c.planned_at < ${before(now, PLAN_HOURS)})
    or (c.state = any('{applied,cancelled,undone}'::text[]) and c.undoable_until < ${now})
  )`;
}

function before(now: Date, hours: number): Date {
  return new Date(now.getTime() - hours * 3_600_000);
}

async function deleteSome(
  trx: Trx,
  accountId: string,
  cleanupId: string,
  now: Date,
): Promise<'more' | 'gone'> {
  // Held, and looked at again: somebody may have begun it in the meantime.
  const { rows } = await sql`
    select from default_group_cleanups c
    where c.account_id = ${accountId} and c.id = ${cleanupId} and ${isOutdated(now)} for update`.execute(trx);
  if (rows.length === 0) return 'gone';
  const { numAffectedRows = 0n } = await sql`
    delete from default_group_cleanup_members m
    where m.account_id = ${accountId} and m.ctid = any(array(
      select o.ctid from default_group_cleanup_members o
      where o.account_id = ${accountId} and o.cleanup_id = ${cleanupId} limit ${AT_ONCE}))`.execute(trx);
  if (numAffectedRows === BigInt(AT_ONCE)) return 'more';
  await deleteCleanup(trx, accountId, cleanupId);
  return 'gone';
}
