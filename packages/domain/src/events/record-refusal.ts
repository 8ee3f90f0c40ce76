import type { Actor } from '../actor.ts';
import type { Database } from '../database/connection.ts';
import { inTransaction } from '../database/transaction.ts';
import { endSessionsOf } from '../sso/sessions.repository.ts';
import type { RefusalAlert } from './audit-event.ts';
import { joinAttempts } from './record-attempt.ts';

/**
 * Records an attempt that was refused and that an administrator should know of, in a transaction of its own: the one of
 * the attempt has been rolled back. Equal ones of a minute are one event. Edges call it with `DomainError.alert`.
 */
export async function recordRefusal(
  db: Database,
  actor: Actor,
  accountId: string,
  { endsSessionsOf: userId, ...event }: RefusalAlert,
  now: Date,
): Promise<void> {
  await inTransaction(db, async (trx) => {
    if (userId !== undefined) endSessionsOf(trx, accountId, userId, 'deactivated', now);
    await joinAttempts(trx, accountId, [{ actor, event, at: now, times: 1 }]);
  });
}
