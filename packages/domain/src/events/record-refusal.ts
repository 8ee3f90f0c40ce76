import type { Actor } from '../actor.ts';
import type { Database } from '../database/connection.ts';
import { inTransaction } from '../database/transaction.ts';
import { appendAuditEvent } from './append-audit-event.ts';
import { endSessionsOf } from '../sso/sessions.repository.ts';
import type { RefusalAlert } from './audit-event.ts';

/**
 * Records an attempt that was refused and that an administrator should know of, in a transaction of its own: the one of
 * the attempt has been rolled back. Edges call it with `DomainError.alert`.
 */
export async function recordRefusal(
  db: Database,
  actor: Actor,
  accountId: string,
  alert: RefusalAlert,
  now: Date,
): Promise<void> {
  await inTransaction(db, async (trx) => {
    const { endsSessionsOf: userId } = alert;
    if (userId !== undefined) endSessionsOf(trx, accountId, userId, 'deactivated', now);
    appendAuditEvent(trx, actor, accountId, now, alert);
  });
}
