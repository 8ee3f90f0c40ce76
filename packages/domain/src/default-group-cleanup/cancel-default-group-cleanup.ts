import { sql } from 'kysely';
import { assertRight, type Caller } from '../admins/caller.ts';
import { lockAccountShared } from '../database/locks.ts';
import type { Trx } from '../database/transaction.ts';
import { RefusedError } from '../errors.ts';
import { appendAuditEvent } from '../events/append-audit-event.ts';
import type { DefaultGroupCleanup } from './cleanup.ts';
import { lockCleanupToBegin } from './cleanups.repository.ts';
import { findDefaultGroupCleanup } from './find-cleanups.ts';
import { undoableUntil } from './start-default-group-cleanup.ts';
import { countOutcomes } from './work-off.ts';

/**
 * Stops a cleanup between two batches. What it took away until then stays away, and can be undone. Stopping twice is
 * stopping once. Throws NotFoundError, ForbiddenError and RefusedError('not_applied' | 'cleanup_over').
 */
export async function cancelDefaultGroupCleanup(
  trx: Trx,
  caller: Caller,
  accountId: string,
  cleanupId: string,
  now: Date,
): Promise<DefaultGroupCleanup> {
  assertRight(caller, 'people:write');
  const [, cleanup] = await Promise.all([
    lockAccountShared(trx, accountId),
    lockCleanupToBegin(trx, accountId, cleanupId),
  ]);
  if (cleanup.state === 'planned') {
    throw new RefusedError('not_applied', 'This plan was never applied: there is nothing to stop.');
  }
  if (cleanup.state !== 'running' && cleanup.state !== 'cancelled') {
    throw new RefusedError(
      'cleanup_over',
      'This cleanup is through: it can be undone, but not stopped any more.',
    );
  }
  if (cleanup.state === 'running') {
    const { removed, pending } = await countOutcomes(trx, accountId, cleanupId);
    await sql`
      update default_group_cleanups c
      set state = 'cancelled', ended_at = ${now}, undoable_until = ${undoableUntil(now)}
      where c.account_id = ${accountId} and c.id = ${cleanupId}`.execute(trx);
    appendAuditEvent(trx, caller.actor, accountId, now, {
      kind: 'default_group_cleanup.cancelled',
      target: { kind: 'default_group_cleanup', id: cleanupId },
      detail: { removed, pending },
    });
  }
  return findDefaultGroupCleanup(trx, accountId, cleanupId);
}
