import { assertRight, type Caller } from '../admins/caller.ts';
import type { Trx } from '../database/transaction.ts';
import { appendAuditEvent } from './append-audit-event.ts';

export interface LogExport {
  log: 'provisioning_events' | 'audit_events';
  format: string;
  /** What it was narrowed by, by name. Without the values: one that is searched for may be a person's. */
  filteredBy: readonly string[];
}

/** Records that somebody takes a log out of the account. Throws ForbiddenError. */
export function recordExport(
  trx: Trx,
  caller: Caller,
  accountId: string,
  { log, format, filteredBy }: LogExport,
  now: Date,
): void {
  assertRight(caller, 'logs:export');
  appendAuditEvent(trx, caller.actor, accountId, now, {
    kind: 'log.exported',
    target: { kind: 'account' },
    detail: { log, format, filteredBy },
  });
}
