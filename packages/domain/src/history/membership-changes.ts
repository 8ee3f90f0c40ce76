import { type RawBuilder, sql } from 'kysely';
import type { AuditEvent } from '../events/audit-event.ts';

/** That somebody is in a group who was not in it before, or the other way round, and what made it so in the end. */
export interface MembershipDifference {
  readonly joined: boolean;
  readonly event: AuditEvent;
}

/**
 * Who joined and left, by each of the events that a condition on `audit_events e` lets through, as a relation of `user_id`,
 * `joined` and the event's `version`, `at` and `id`, which order the changes of one group. Who leaves a default group by being
 * deleted gives it no version: that is behind those from before.
 */
export function memberChanges(accountId: string, condition: RawBuilder<unknown>): RawBuilder<unknown> {
  return sql`(
    select named.user_id::uuid as user_id, named.joined, ${versionInOrder} as version, e.at, e.id
    from audit_events e cross join lateral (
      select added.id as user_id, true as joined from jsonb_array_elements_text(e.detail -> 'added') as added (id)
      union all
      select removed.id, false from jsonb_array_elements_text(e.detail -> 'removed') as removed (id)
    ) named
    where e.account_id = ${accountId} and e.kind = 'group.members_changed' and ${condition})`;
}

/** Of an event without a version, the one that its group had then. */
export const versionInOrder: RawBuilder<unknown> = sql`
  coalesce(e.target_version, max(e.target_version) over (partition by e.target_id order by e.at, e.id), 0)`;
