import { type Kysely, sql } from 'kysely';
import type { DB } from '../database/schema.generated.ts';
import { SETTLED_AFTER_MS } from './follow-provisioning-log.ts';
import type { RejectionCount } from './rejection-counts.ts';

/** Time for others to see what was written, of which the other half is left for a slow answer. */
const QUICK_MS = SETTLED_AFTER_MS / 2;
const MOST_STAMPS = 3;

/**
 * Inserts rows that are JSON texts. Those that were inserted by an attempt whose answer got lost are left as they are. A
 * row that the database does not take is reported as lost and does not hold up the others.
 */
export async function insertEventRows(
  db: Kysely<DB>,
  rows: readonly string[],
  onLost: (error: unknown, lost: number) => void,
): Promise<void> {
  try {
    const begun = performance.now();
    await insertBatch(db, rows);
    let took = performance.now() - begun;
    for (let tries = 0; took > QUICK_MS && tries < MOST_STAMPS; tries += 1) took = await stampAnew(db, rows);
  } catch (error) {
    if (!isFaultOfData(error)) throw error;
    if (rows.length === 1) return onLost(error, 1);
    const middle = Math.ceil(rows.length / 2);
    await insertEventRows(db, rows.slice(0, middle), onLost);
    await insertEventRows(db, rows.slice(middle), onLost);
  }
}

/** Adds up counts; those of accounts that do not exist are dropped. */
export async function addRejectedRequests(db: Kysely<DB>, counts: readonly RejectionCount[]): Promise<void> {
  if (counts.length === 0) return;
  // In one order everywhere, so that two processes do not wait for each other.
  await sql`
    /* every account: strangers call any of them */
    insert into rejected_request_counts as c (account_id, address, hour, amount)
    select r.account_id, r.address, r.hour, r.amount
    from json_to_recordset(${JSON.stringify(counts)}::json)
      as r (account_id uuid, address text, hour timestamptz, amount bigint)
    join accounts a on a.id = r.account_id
    order by r.account_id, r.address, r.hour
    on conflict (account_id, address, hour) do update set amount = c.amount + excluded.amount`.execute(db);
}

async function insertBatch(db: Kysely<DB>, rows: readonly string[]): Promise<void> {
  await sql`
    /* every account: a batch holds the requests of all */
    insert into provisioning_events (account_id, id, at, token_id, address, user_agent, method, path, status, duration_ms,
      resource_type, resource_id, scim_type, error_detail, leniencies, preconditions, request_body, answer)
    select e.account_id, e.id, e.at, e.token_id, e.address, e.user_agent, e.method, e.path, e.status, e.duration_ms,
      e.resource_type, e.resource_id, e.scim_type, e.error_detail, e.leniencies, e.preconditions, e.request_body, e.answer
    from json_to_recordset(${`[${rows.join(',')}]`}::json) as e (account_id uuid, id uuid, at timestamptz, token_id uuid,
      address text, user_agent text, method text, path text, status smallint, duration_ms real, resource_type text,
      resource_id uuid, scim_type text, error_detail text, leniencies jsonb, preconditions jsonb, request_body jsonb,
      answer jsonb)
    on conflict do nothing`.execute(db);
}

/**
 * Gives rows the time of now as that of their writing, and returns how long that took: who follows the log has passed the time that
 * the insertion gave them, if that took long.
 */
export async function stampAnew(db: Kysely<DB>, rows: readonly string[]): Promise<number> {
  const begun = performance.now();
  await sql`
    /* every account: a batch holds the requests of all */
    update provisioning_events e set recorded_at = clock_timestamp()
    from json_to_recordset(${`[${rows.join(',')}]`}::json) as r (account_id uuid, id uuid)
    where e.account_id = r.account_id and e.id = r.id`.execute(db);
  return performance.now() - begun;
}

/** SQLSTATE classes 22 (data exception) and 23 (constraint violation): trying again would fail again. */
function isFaultOfData(error: unknown): boolean {
  return (
    error instanceof Error && 'code' in error && typeof error.code === 'string' && /^2[23]/u.test(error.code)
  );
}
