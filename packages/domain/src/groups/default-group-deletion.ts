import { type Kysely, sql } from 'kysely';
import type { DB } from '../database/schema.generated.ts';
import { RefusedError } from '../errors.ts';
import type { DefaultGroup } from './default-groups.repository.ts';

/** What decides whether a default group can be deleted. */
export interface DeletionFacts {
  members: number;
  /** Whether another group makes somebody active an account administrator. */
  othersAdminister: boolean;
  /** The cleanup that is at work on the group. */
  cleanupId: string | null;
}

/** By the ids of the groups. */
export async function selectDeletionFacts(
  db: Kysely<DB>,
  accountId: string,
  groupIds: readonly string[],
): Promise<ReadonlyMap<string, DeletionFacts>> {
  const { rows } = await sql<DeletionFacts & { groupId: string }>`
    select wanted.id as "groupId",
      (select count(*) from group_members m
        where m.account_id = ${accountId} and m.group_id = wanted.id) as members,
      exists (
        select from group_permission_sets p
        join group_members m on m.account_id = p.account_id and m.group_id = p.group_id
        join users u on u.account_id = m.account_id and u.id = m.user_id
        where p.account_id = ${accountId} and p.group_id <> wanted.id and p.permission_set = 'account_admin'
          and u.state = 'active'
      ) as "othersAdminister",
      (select c.id from default_group_cleanups c
        join default_group_cleanup_groups g on g.account_id = c.account_id and g.cleanup_id = c.id
        where c.account_id = ${accountId} and c.state = any('{running,undoing}'::text[]) and g.group_id = wanted.id
      ) as "cleanupId"
    from unnest(${[...groupIds]}::uuid[]) as wanted (id)`.execute(db);
  return new Map(rows.map(({ groupId, ...facts }) => [groupId, facts]));
}

/** Why a default group cannot be deleted as the account is now; undefined when it can. */
export function deletionRefusal(
  { kind, displayName }: DefaultGroup,
  { members, othersAdminister, cleanupId }: DeletionFacts,
): RefusedError | undefined {
  const name = JSON.stringify(displayName);
  if (cleanupId !== null) {
    return new RefusedError(
      'cleanup_running',
      `A default-group cleanup is at work on the group ${name}. Wait until it is through, or stop it first.`,
      { facts: { cleanupId } },
    );
  }
  if (members > 0) {
    return new RefusedError(
      'group_not_empty',
      `The group ${name} has ${members} ${members === 1 ? 'member' : 'members'}. A default group can be deleted when it is empty: plan and apply a cleanup first.`,
      { facts: { members } },
    );
  }
  if (kind !== 'owner' || othersAdminister) return undefined;
  return new RefusedError(
    'last_account_admin',
    `The group ${name} can be deleted only while another group that carries account_admin has an active member. Grant account_admin to such a group first.`,
  );
}
