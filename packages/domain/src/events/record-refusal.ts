import type { Actor } from '../actor.ts';
import type { Database } from '../database/connection.ts';
import { inTransaction } from '../database/transaction.ts';
import { appendAuditEvent } from './append-audit-event.ts';
import type { AuditEventInput } from './audit-event.ts';

/**
 * Records an attempt that was refused and that an administrator should know of, in a transaction of its own: the one of
 * the attempt has been rolled back. Edges call it with `DomainError.alert`.
 */
export async function recordRefusal(
  db: Database,
  actor: Actor,
  accountId: string,
  event: AuditEventInput,
  now: Date,
): Promise<void> {
  await inTransaction(db, async (trx) => appendAuditEvent(trx, actor, accountId, now, event));
}
