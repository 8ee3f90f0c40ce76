import { sql } from 'kysely';
import { assertRight, type Caller } from '../admins/caller.ts';
import { lockAccountShared, lockAdministrators } from '../database/locks.ts';
import type { Trx } from '../database/transaction.ts';
import { NotFoundError, RefusedError } from '../errors.ts';
import { isId } from '../ids.ts';
import { type DefaultGroup, lockDefaultGroups } from './default-groups.repository.ts';
import { keepDeletedGroup } from './deleted-default-groups.ts';
import { deleteGroupAtCommit } from './groups.repository.ts';
import { recordDeletion } from './record-deletion.ts';

/**
 * Deletes a default group that nobody is in; its name is free from then on, for SCIM too. What it was is kept for as long
 * as a cleanup that emptied it can be undone. Throws ForbiddenError; NotFoundError, also for groups that are none of the
 * default ones; RefusedError('group_not_empty' | 'cleanup_running'), and RefusedError('last_account_admin') for Owner while nobody active has account_admin from another group.
 */
export async function deleteDefaultGroup(
  trx: Trx,
  caller: Caller,
  accountId: string,
  groupId: string,
  now: Date,
): Promise<void> {
  assertRight(caller, 'people:write');
  if (!isId(groupId)) throw defaultGroupNotFound(groupId);
  const [, , [group]] = await Promise.all([
    lockAccountShared(trx, accountId),
    lockAdministrators(trx, accountId),
    lockDefaultGroups(trx, accountId, [groupId]),
  ]);
  if (group === undefined) throw defaultGroupNotFound(groupId);
  const facts = await selectDeletionFacts(trx, accountId, groupId);
  assertDeletable(group, facts);
  await Promise.all([
    keepDeletedGroup(trx, accountId, groupId, now),
    recordDeletion({ trx, actor: caller.actor, now }, accountId, group),
  ]);
  deleteGroupAtCommit(trx, accountId, groupId);
}

interface DeletionFacts {
  members: number;
  /** Whether another group makes somebody active an account administrator. */
  othersAdminister: boolean;
  cleanupId: string | null;
}

async function selectDeletionFacts(trx: Trx, accountId: string, groupId: string): Promise<DeletionFacts> {
  const { rows } = await sql<DeletionFacts>`
    select
      (select count(*) from group_members m
        where m.account_id = ${accountId} and m.group_id = ${groupId}) as members,
      exists (
        select from group_permission_sets p
        join group_members m on m.account_id = p.account_id and m.group_id = p.group_id
        join users u on u.account_id = m.account_id and u.id = m.user_id
        where p.account_id = ${accountId} and p.group_id <> ${groupId} and p.permission_set = 'account_admin'
          and u.state = 'active'
      ) as "othersAdminister",
      (select c.id from default_group_cleanups c
        join default_group_cleanup_groups g on g.account_id = c.account_id and g.cleanup_id = c.id
        where c.account_id = ${accountId} and c.state = any('{running,undoing}'::text[]) and g.group_id = ${groupId}
      ) as "cleanupId"`.execute(trx);
  const [facts] = rows;
  if (facts === undefined) throw new Error('A query without FROM gave no row.');
  return facts;
}

function assertDeletable(
  { kind, displayName }: DefaultGroup,
  { members, othersAdminister, cleanupId }: DeletionFacts,
): void {
  const name = JSON.stringify(displayName);
  if (cleanupId !== null) {
    throw new RefusedError(
      'cleanup_running',
      `A default-group cleanup is at work on the group ${name}. Wait until it is through, or stop it first.`,
      { facts: { cleanupId } },
    );
  }
  if (members > 0) {
    throw new RefusedError(
      'group_not_empty',
      `The group ${name} has ${members} ${members === 1 ? 'member' : 'members'}. A default group can be deleted when it is empty: plan and apply a cleanup first.`,
      { facts: { members } },
    );
  }
  if (kind === 'owner' && !othersAdminister) {
    throw new RefusedError(
      'last_account_admin',
      `The group ${name} can be deleted only while another group that carries account_admin has an active member. Grant account_admin to such a group first.`,
    );
  }
}

function defaultGroupNotFound(groupId: string): NotFoundError {
  return new NotFoundError(`There is no default group with the id ${JSON.stringify(groupId)}.`);
}
