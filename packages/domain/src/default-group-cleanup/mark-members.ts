import { sql } from 'kysely';
import { idSet } from '../database/id-set.ts';
import { atCommit, type Trx } from '../database/transaction.ts';
import type { CleanupOutcome, KeptFor } from './cleanup.ts';

export interface Outcome {
  outcome: CleanupOutcome;
  /** For those who are kept although the plan had them leave. */
  keptFor?: KeptFor | null;
  userIds: readonly string[];
}

/** Writes what became of people in one of the groups, with the commit of the change itself: what is marked is done. */
export function markMembers(
  trx: Trx,
  { accountId, cleanupId, groupId }: { accountId: string; cleanupId: string; groupId: string },
  outcomes: readonly Outcome[],
): void {
  for (const { outcome, keptFor = null, userIds } of outcomes) {
    if (userIds.length === 0) continue;
    atCommit(
      trx,
      sql`
        update default_group_cleanup_members c set outcome = ${outcome}, kept_for = ${keptFor}
        where c.account_id = ${accountId} and c.cleanup_id = ${cleanupId} and c.group_id = ${groupId}
          and c.user_id = any(${idSet(userIds)})`.compile(trx),
    );
  }
}
