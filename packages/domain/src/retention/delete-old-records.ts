import { type RawBuilder, sql, type SqlBool } from 'kysely';
import type { Database } from '../database/connection.ts';
import type { DB } from '../database/schema.generated.ts';
import { inAccount } from '../database/tenancy/account-scope.ts';
import { forgetCleanups } from '../default-group-cleanup/forget-cleanups.ts';
import { firstIdAt } from '../events/log-page.ts';

const DAY_MS = 24 * 60 * 60 * 1000;
const HOUR_MS = 60 * 60 * 1000;

/** As many as one statement deletes: others wait for its locks, and the log of the database grows by it. */
const BATCH = 2000;

interface Retention {
  id: string;
  audit_events_kept_days: number;
  provisioning_events_kept_days: number;
}

interface OldRecords {
  table: keyof DB;
  condition: RawBuilder<SqlBool>;
}

/**
 * Deletes what is older than it is kept for, account by account and some rows at a time, until there is nothing left or the
 * signal asks to stop; with them, default-group cleanups that can no longer be applied or undone. Returns how many rows and
 * cleanups.
 */
export async function deleteOldRecords(db: Database, now: Date, signal: AbortSignal): Promise<number> {
  const { rows } = await sql<Retention>`
    /* every account: each keeps its own for as long as it says */
    select a.id, a.audit_events_kept_days, a.provisioning_events_kept_days from accounts a order by a.id`.execute(
    db,
  );
  let deleted = 0;
  for (const account of rows) {
    for (const records of oldRecords(account, now)) {
      deleted += await inAccount(account.id, () => deleteAll(db, account.id, records, signal));
    }
  }
  return deleted + (await forgetCleanups(db, now, signal));
}

function oldRecords(account: Retention, now: Date): readonly OldRecords[] {
  const daysAgo = (days: number): Date => new Date(now.getTime() - days * DAY_MS);
  const audit = daysAgo(account.audit_events_kept_days);
  const provisioning = daysAgo(account.provisioning_events_kept_days);
  const season = daysAgo(90);
  return [
    { table: 'audit_events', condition: eventsBefore(audit) },
    { table: 'provisioning_events', condition: eventsBefore(provisioning) },
    { table: 'rejected_request_counts', condition: sql`t.hour < ${provisioning}` },
    { table: 'jobs', condition: sql`t.finished_at < ${season}` },
    { table: 'dead_letters', condition: sql`t.failed_at < ${season}` },
    { table: 'invitations', condition: sql`t.ended_at < ${audit}` },
    { table: 'email_confirmations', condition: sql`t.ended_at < ${audit}` },
    { table: 'sessions', condition: sql`(t.ended_at < ${season} or t.expires_at < ${season})` },
    {
      table: 'sign_in_links',
      condition: sql`(t.used_at < ${season} or t.voided_at < ${season} or t.expires_at < ${season})`,
    },
    { table: 'idempotency_keys', condition: sql`t.created_at < ${daysAgo(7)}` },
    // Both are looked at within days of what they tell of.
    { table: 'alert_mails', condition: sql`t.queued_at < ${daysAgo(7)}` },
    { table: 'token_expiry_warnings', condition: sql`t.warned_at < ${season}` },
  ];
}

/** Ids begin with the time at which they were made: the primary key finds the old ones. */
function eventsBefore(time: Date): RawBuilder<SqlBool> {
  return sql`t.at < ${time} and t.id < ${firstIdAt(time.getTime() + HOUR_MS)}`;
}

async function deleteAll(
  db: Database,
  accountId: string,
  { table, condition }: OldRecords,
  signal: AbortSignal,
): Promise<number> {
  let deleted = 0;
  for (;;) {
    signal.throwIfAborted();
    const { numAffectedRows } = await sql`
      delete from ${sql.table(table)} d where d.account_id = ${accountId} and d.ctid = any(array(
        select t.ctid from ${sql.table(table)} t where t.account_id = ${accountId} and ${condition} limit ${BATCH}))`.execute(
      db,
    );
    const amount = Number(numAffectedRows ?? 0);
    deleted += amount;
    if (amount < BATCH) return deleted;
  }
}
