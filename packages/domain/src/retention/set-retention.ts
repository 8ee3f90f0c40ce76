import { sql } from 'kysely';
import type { Kysely } from 'kysely';
import { assertRight, type Caller } from '../admins/caller.ts';
import type { DB } from '../database/schema.generated.ts';
import { lockAccount } from '../database/locks.ts';
import type { Trx } from '../database/transaction.ts';
import { InvalidInputError, NotFoundError } from '../errors.ts';
import { appendAuditEvent } from '../events/append-audit-event.ts';

/** For how many days an account's logs are kept. */
export interface RetentionSettings {
  auditEventsKeptDays: number;
  provisioningEventsKeptDays: number;
}

const MOST_DAYS = 3650;

export async function readRetention(db: Kysely<DB>, accountId: string): Promise<RetentionSettings> {
  const { rows } = await sql<RetentionSettings>`
    select a.audit_events_kept_days as "auditEventsKeptDays", a.provisioning_events_kept_days as "provisioningEventsKeptDays"
    from accounts a where a.id = ${accountId}`.execute(db);
  const [settings] = rows;
  if (settings === undefined) throw new NotFoundError('There is no such account.');
  return settings;
}

/**
 * Keeps the logs for longer or shorter; what is left out stays. What is older than a new, shorter time is deleted within the
 * hour. Throws ForbiddenError and InvalidInputError.
 */
export async function setRetention(
  trx: Trx,
  caller: Caller,
  accountId: string,
  changes: { [Setting in keyof RetentionSettings]?: number | undefined },
  now: Date,
): Promise<RetentionSettings> {
  assertRight(caller, 'settings:write');
  const [, before] = await Promise.all([lockAccount(trx, accountId), readRetention(trx, accountId)]);
  const after = {
    auditEventsKeptDays: readDays(
      changes.auditEventsKeptDays,
      before.auditEventsKeptDays,
      'auditEventsKeptDays',
    ),
    provisioningEventsKeptDays: readDays(
      changes.provisioningEventsKeptDays,
      before.provisioningEventsKeptDays,
      'provisioningEventsKeptDays',
    ),
  };
  if (
    after.auditEventsKeptDays === before.auditEventsKeptDays &&
    after.provisioningEventsKeptDays === before.provisioningEventsKeptDays
  ) {
    return before;
  }
  await sql`
    update accounts a set audit_events_kept_days = ${after.auditEventsKeptDays},
      provisioning_events_kept_days = ${after.provisioningEventsKeptDays}
    where a.id = ${accountId}`.execute(trx);
  appendAuditEvent(trx, caller.actor, accountId, now, {
    kind: 'account.retention_changed',
    target: { kind: 'account' },
    detail: { before: { ...before }, after },
  });
  return after;
}

function readDays(days: number | undefined, current: number, path: string): number {
  if (days === undefined) return current;
  if (Number.isInteger(days) && days >= 1 && days <= MOST_DAYS) return days;
  throw new InvalidInputError(`Logs are kept for 1 to ${MOST_DAYS} days.`, path);
}
