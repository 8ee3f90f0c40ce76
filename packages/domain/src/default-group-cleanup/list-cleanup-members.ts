import { type Kysely, type RawBuilder, sql, type SqlBool } from 'kysely';
import type { PermissionSet } from '../admins/permission-sets.ts';
import { type Right, rightsOf } from '../admins/rights.ts';
import type { DB } from '../database/schema.generated.ts';
import type { DefaultGroupKind } from '../groups/default-groups.repository.ts';
import type { Slice } from '../pages/slice.ts';
import type { PlacedRow } from '../pages/turn-page.ts';
import { type CleanupOutcome, type KeptFor, plannedFor } from './cleanup.ts';

/** One person in one of the default groups that a cleanup is about. */
export interface CleanupMember {
  groupId: string;
  kind: DefaultGroupKind;
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

/** A piece of the list of people, in the order of groups and people by id: a position's key is the group's. */
export async function listCleanupMembers(
  db: Kysely<DB>,
  accountId: string,
  cleanupId: string,
  filter: CleanupMemberFilter,
  { behind, backward, limit }: Slice,
): Promise<readonly PlacedRow<CleanupMember>[]> {
  const order = backward ? sql`c.group_id desc, c.user_id desc` : sql`c.group_id, c.user_id`;
  const place = sql`(c.group_id, c.user_id) ${backward ? sql`<` : sql`>`} (${behind?.key}::uuid, ${behind?.id}::uuid)`;
  const { rows } = await sql<CleanupMemberRow>`
    select c.group_id, g.default_group, c.user_id, person.user_name, c.planned, c.kept_for, c.outcome, g.permission_sets,
      array(
        select distinct p.permission_set from group_members m
        join group_permission_sets p on p.account_id = m.account_id and p.group_id = m.group_id
        where m.account_id = ${accountId} and m.user_id = c.user_id
          and (c.outcome is not null or ${plannedFor(accountId, cleanupId)} is distinct from 'leave')
        order by p.permission_set
      ) as kept_permission_sets
    from (
      select c.group_id, c.user_id, c.planned, c.kept_for, c.outcome from default_group_cleanup_members c
      where ${areMeant(accountId, cleanupId, filter)} and ${behind === undefined ? sql`true` : place}
      order by ${order} limit ${limit}
    ) c
    join default_group_cleanup_groups g on g.account_id = ${accountId} and g.cleanup_id = ${cleanupId}
      and g.group_id = c.group_id
    cross join lateral (
      select u.user_name from users u where u.account_id = ${accountId} and u.id = c.user_id limit 1
    ) person
    order by ${order}`.execute(db);
  return rows.map((row) => ({ item: memberFromRow(row), position: { key: row.group_id, id: row.user_id } }));
}

export async function countCleanupMembers(
  db: Kysely<DB>,
  accountId: string,
  cleanupId: string,
  filter: CleanupMemberFilter,
): Promise<number> {
  const { rows } = await sql<{ amount: number }>`
    select count(*) as amount from default_group_cleanup_members c
    where ${areMeant(accountId, cleanupId, filter)}`.execute(db);
  return rows[0]?.amount ?? 0;
}

/** Of `default_group_cleanup_members c`. What is planned stands in the text: an index knows those who are kept. */
function areMeant(
  accountId: string,
  cleanupId: string,
  { groupId, planned, outcomes }: CleanupMemberFilter,
): RawBuilder<SqlBool> {
  const conditions = [sql`c.account_id = ${accountId}`, sql`c.cleanup_id = ${cleanupId}`];
  if (groupId !== undefined) conditions.push(sql`c.group_id = ${groupId}`);
  if (planned !== undefined) conditions.push(sql`c.planned = ${sql.lit(planned)}`);
  if (outcomes !== undefined) conditions.push(sql`c.outcome = any(${[...outcomes]}::text[])`);
  return sql<SqlBool>`${sql.join(conditions, sql` and `)}`;
}

interface CleanupMemberRow {
  group_id: string;
  default_group: DefaultGroupKind;
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
    kind: row.default_group,
    userId: row.user_id,
    userName: row.user_name,
    planned: row.planned,
    keptFor: row.kept_for,
    outcome: row.outcome,
    lostPermissionSets: lost,
    lostRights: [...rightsOf(lost)].filter((right) => !keptRights.has(right)),
  };
}
