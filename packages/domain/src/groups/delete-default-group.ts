import { assertRight, type Caller } from '../admins/caller.ts';
import { lockAccountShared, lockAdministrators } from '../database/locks.ts';
import type { Trx } from '../database/transaction.ts';
import { NotFoundError } from '../errors.ts';
import { isId } from '../ids.ts';
import { deletionRefusal, selectDeletionFacts } from './default-group-deletion.ts';
import { lockDefaultGroups } from './default-groups.repository.ts';
import { keepDeletedGroup } from './deleted-default-groups.ts';
import { deleteGroupAtCommit } from './groups.repository.ts';
import { recordDeletion } from './record-deletion.ts';

/**
 * Deletes a default group that nobody is in; its name is free from then on, for SCIM too. What it was is kept for as long
 * as a cleanup that emptied it can be undone. Throws ForbiddenError; NotFoundError, also for groups that are none of the
 * default ones; RefusedError('group_not_empty' | 'cleanup_running'), and RefusedError('last_account_admin') for Owner
 * while nobody active has account_admin from another group.
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
  const facts = (await selectDeletionFacts(trx, accountId, [groupId])).get(groupId);
  if (facts === undefined) throw new Error('A query about one group gave no row.');
  const refusal = deletionRefusal(group, facts);
  if (refusal !== undefined) throw refusal;
  await Promise.all([
    keepDeletedGroup(trx, accountId, groupId, now),
    recordDeletion({ trx, actor: caller.actor, now }, accountId, group),
  ]);
  deleteGroupAtCommit(trx, accountId, groupId);
}

function defaultGroupNotFound(groupId: string): NotFoundError {
  return new NotFoundError(`There is no default group with the id ${JSON.stringify(groupId)}.`);
}
