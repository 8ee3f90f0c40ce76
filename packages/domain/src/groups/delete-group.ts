import type { Actor } from '../actor.ts';
import { lockAccountShared, lockAdministratorsIfGroupGrants } from '../database/locks.ts';
import type { Trx } from '../database/transaction.ts';
import { isId } from '../ids.ts';
import { assertScimEnabled } from '../scim-access/assert-scim-enabled.ts';
import { assertVersion, type VersionCondition } from '../version-condition.ts';
import { assertGroupAdministratorRemains } from './assert-group-administrator-remains.ts';
import { groupNotFound } from './change-group.ts';
import { lockGroup, selectGroupRules } from './groups.repository.ts';
import { selectMemberIds } from './members.repository.ts';
import { saveDeletion } from './save-group.ts';

/**
 * SCIM `DELETE /Groups/{id}`: the group, its memberships, permission sets and mappings are gone and its name is free.
 * Throws NotFoundError, also for default groups; VersionMismatchError; RefusedError('last_account_admin').
 */
export async function deleteGroup(
  trx: Trx,
  actor: Actor,
  accountId: string,
  groupId: string,
  now: Date,
  condition?: VersionCondition,
): Promise<void> {
  if (!isId(groupId)) throw groupNotFound(groupId);
  const [, , group, rules, memberIds] = await Promise.all([
    lockAccountShared(trx, accountId),
    lockAdministratorsIfGroupGrants(trx, accountId, groupId),
    lockGroup(trx, accountId, groupId),
    selectGroupRules(trx, accountId, groupId, undefined),
    selectMemberIds(trx, accountId, groupId),
  ]);
  assertScimEnabled(rules);
  if (group === undefined) throw groupNotFound(groupId);
  assertVersion(group.version, condition);
  if (rules.administers) await assertGroupAdministratorRemains(trx, group, { kind: 'group', groupId });

  await saveDeletion({ trx, actor, now }, group, memberIds);
}
