import { sql } from 'kysely';
import type { Caller } from '../admins/caller.ts';
import type { Trx } from '../database/transaction.ts';
import { tokenCreator } from '../scim-access/token-description.ts';
import { type CleanupOptions, rankOf } from './cleanup.ts';

/**
 * Writes the plan: one statement, so that it is made of one moment, and nobody waits for it. Who is kept is decided in this
 * order: who applies it stays in Owner; by choice, people who are not SCIM-managed; one active administrator, the
 * longest-standing, if nobody else would administer the account; and of people who would be in no group at all, the one
 * default group that gives least: Everyone, wherever they are in it.
 */
export async function insertPlan(
  trx: Trx,
  caller: Caller,
  accountId: string,
  cleanupId: string,
  options: CleanupOptions,
  now: Date,
): Promise<void> {
  const plannedBy = JSON.stringify(tokenCreator(caller.actor));
  await sql`
    with cleaned as (
      select g.id, g.default_group, g.display_name, g.version, g.assign_by_default, ${rankOf('g')} as rank,
        array(
          select p.permission_set from group_permission_sets p
          where p.account_id = ${accountId} and p.group_id = g.id order by p.permission_set
        ) as permission_sets
      from groups g where g.account_id = ${accountId} and g.default_group = any(${[...options.groups]}::text[])
    ),
    plan as (
      insert into default_group_cleanups (account_id, id, state, keep_unmanaged, turn_off_assign_by_default,
        scim_enabled, settings_version, planned_by, planned_at)
      select ${accountId}, ${cleanupId}, 'planned', ${options.keepUnmanaged}, ${options.turnOffAssignByDefault},
        s.enabled, s.settings_version, ${plannedBy}, ${now}
      from scim_configurations s where s.account_id = ${accountId}
    ),
    plan_groups as (
      insert into default_group_cleanup_groups (account_id, cleanup_id, group_id, default_group, display_name, version,
        permission_sets, assign_by_default)
      select ${accountId}, ${cleanupId}, cleaned.id, cleaned.default_group, cleaned.display_name, cleaned.version,
        cleaned.permission_sets, cleaned.assign_by_default
      from cleaned
    ),
    member as (
      select m.group_id, m.user_id, m.origin, m.added_at, cleaned.rank,
        u.state = 'active' and 'account_admin' = any(cleaned.permission_sets) as administers,
        case
          when cleaned.default_group = 'owner' and m.user_id = ${caller.userId} then 'applies_it'
          when ${options.keepUnmanaged} and not u.scim_managed then 'not_scim_managed'
        end as kept_for
      from cleaned
      join group_members m on m.account_id = ${accountId} and m.group_id = cleaned.id
      join users u on u.account_id = ${accountId} and u.id = m.user_id
    ),
    last_administrator as (
      select member.group_id, member.user_id from member
      where member.administers and member.kept_for is null
        and not exists (select from member as other where other.administers and other.kept_for is not null)
        and not exists (
          select from group_permission_sets p
          join group_members m on m.account_id = p.account_id and m.group_id = p.group_id
          join users u on u.account_id = m.account_id and u.id = m.user_id
          where p.account_id = ${accountId} and p.permission_set = 'account_admin' and u.state = 'active'
            and p.group_id <> all(array(select cleaned.id from cleaned))
        )
      order by member.added_at, member.user_id limit 1
    ),
    guarded as (
      select member.group_id, member.user_id, member.origin, member.added_at, member.rank,
        coalesce(member.kept_for, case when a.user_id is not null then 'last_account_admin' end) as kept_for
      from member left join last_administrator a on a.group_id = member.group_id and a.user_id = member.user_id
    ),
    person as (
      select guarded.group_id, guarded.user_id, guarded.origin, guarded.added_at, guarded.kept_for,
        bool_or(guarded.kept_for is not null) over (partition by guarded.user_id) as keeps_one,
        guarded.rank = max(guarded.rank) over (partition by guarded.user_id) as gives_least
      from guarded
    ),
    decided as (
      select person.group_id, person.user_id, person.origin, person.added_at, coalesce(person.kept_for, case
        when person.gives_least and not person.keeps_one and not exists (
          select from group_members o
          where o.account_id = ${accountId} and o.user_id = person.user_id
            and o.group_id <> all(array(select cleaned.id from cleaned))
        ) then 'no_other_group' end) as kept_for
      from person
    )
    insert into default_group_cleanup_members (account_id, cleanup_id, group_id, user_id, origin, added_at, planned,
      kept_for)
    select ${accountId}, ${cleanupId}, decided.group_id, decided.user_id, decided.origin, decided.added_at,
      case when decided.kept_for is null then 'leave' else 'keep' end, decided.kept_for
    from decided`.execute(trx);
}

export async function countPlannedMembers(trx: Trx, accountId: string, cleanupId: string): Promise<void> {
  await sql`
    update default_group_cleanup_groups g set leaving = c.leaving, kept = c.kept
    from (
      select m.group_id, count(*) filter (where m.planned = 'leave') as leaving,
        count(*) filter (where m.planned = 'keep') as kept
      from default_group_cleanup_members m
      where m.account_id = ${accountId} and m.cleanup_id = ${cleanupId} group by m.group_id
    ) as c
    where g.account_id = ${accountId} and g.cleanup_id = ${cleanupId} and g.group_id = c.group_id`.execute(
    trx,
  );
}
