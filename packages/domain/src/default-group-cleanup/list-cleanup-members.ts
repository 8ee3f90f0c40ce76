import { type Kysely, sql } from 'kysely';
import type { PermissionSet } from '../admins/permission-sets.ts';
import { type Right, rightsOf } from '../admins/rights.ts';
import type { DB } from '../database/schema.generated.ts';
import { type CleanupOutcome, type KeptFor, plannedFor } from './cleanup.ts';

/** One person in one of the default groups that a cleanup is about. */
export interface CleanupMember {
  groupId: string;
  userId: string;
  userName: string;
  planned: 'leave' | 'keep';
  /** Why they stay: as planned, or since the job found so. */
  keptFor: KeptFor | null;
  /** Null until the job has come to them, and for those whom the plan keeps. */
  outcome: CleanupOutcome | null;
  /** What leaving takes from them: what no other group of theirs gives. */
  lostPermissionSets: readonly PermissionSet[];
  lostRights: readonly Right[];
}

export interface CleanupMemberFilter {
  groupId?: string | undefined;
  planned?: 'leave' | 'keep' | undefined;
  outcomes?: readonly CleanupOutcome[] | undefined;
}

/** A place in the list, which is in the order of groups and people by id. */
export interface CleanupMemberPosition {
  groupId: string;
  userId: string;
}

/** At most `limit` people behind a position, or from the beginning. */
export async function listCleanupMembers(
  db: Kysely<DB>,
  accountId: string,
  cleanupId: string,
  { groupId, planned, outcomes }: CleanupMemberFilter,
  page: { after?: CleanupMemberPosition | undefined; limit: number },
): Promise<readonly CleanupMember[]> {
  const after = page.after ?? BEFORE_ALL;
  const { rows } = await sql<CleanupMemberRow>`
    select c.group_id, c.user_id, u.user_name, c.planned, c.kept_for, c.outcome, g.permission_sets,
      array(
        select distinct p.permission_set from group_members m
        join group_permission_sets p on p.account_id = m.account_id and p.group_id = m.group_id
        where m.account_id = ${accountId} and m.user_id = c.user_id
          and (c.outcome is not null or ${plannedFor(accountId, cleanupId)} is distinct from 'leave')
        order by p.permission_set
      ) as kept_permission_sets
    from (
      select c.group_id, c.user_id, c.planned, c.kept_for, c.outcome from default_group_cleanup_members c
      where c.account_id = ${accountId} and c.cleanup_id = ${cleanupId}
        and (c.group_id, c.user_id) > (${after.groupId}::uuid, ${after.userId}::uuid)
        and (${groupId ?? null}::uuid is null or c.group_id = ${groupId ?? null})
        and ${planned === undefined ? sql`true` : sql`c.planned = ${sql.lit(planned)}`}
        and (${outcomes ?? null}::text[] is null or c.outcome = any(${outcomes ?? null}::text[]))
      order by c.group_id, c.user_id limit ${page.limit}
    ) c
    join default_group_cleanup_groups g on g.account_id = ${accountId} and g.cleanup_id = ${cleanupId}
      and g.group_id = c.group_id
    join users u on u.account_id = ${accountId} and u.id = c.user_id
    order by c.group_id, c.user_id`.execute(db);
  return rows.map(memberFromRow);
}

const NIL = '00000000-0000-0000-0000-000000000000';
const BEFORE_ALL: CleanupMemberPosition = { groupId: NIL, userId: NIL };

interface CleanupMemberRow {
  group_id: string;
  user_id: string;
  user_name: string;
  planned: 'leave' | 'keep';
  kept_for: KeptFor | null;
  outcome: CleanupOutcome | null;
  permission_sets: readonly PermissionSet[];
  kept_permission_sets: readonly PermissionSet[];
}

function memberFromRow(row: CleanupMemberRow): CleanupMember {
  const leaves = row.planned === 'leave' && (row.outcome === null || row.outcome === 'removed');
  const kept = row.kept_permission_sets;
  const lost = leaves ? row.permission_sets.filter((set) => !kept.includes(set)) : [];
  const keptRights = rightsOf(kept);
  return {
    groupId: row.group_id,
    userId: row.user_id,
    userName: row.user_name,
    planned: row.planned,
    keptFor: row.kept_for,
    outcome: row.outcome,
    lostPermissionSets: lost,
    lostRights: [...rightsOf(lost)].filter((right) => !keptRights.has(right)),
  };
}
