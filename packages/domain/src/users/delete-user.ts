import type { Actor } from '../actor.ts';
import { lockAccountShared, lockAdministratorsIfOne } from '../database/locks.ts';
import type { Trx } from '../database/transaction.ts';
import { leaveGroups, lockGroupsOf } from '../groups/leave-groups.ts';
import { isId } from '../ids.ts';
import { askForConfirmation } from '../invitations/email-confirmations.repository.ts';
import { endInvitations } from '../invitations/invitations.repository.ts';
import { moveSeat } from '../licenses/seats.ts';
import { assertVersion, type VersionCondition } from '../version-condition.ts';
import { lockPerson, userNotFound } from './lock-person.ts';
import { recordUserChange } from './record-user-change.ts';
import { assertOthersAdminister, countVisible, endSignIns } from './save-user.ts';
import type { StoredUser } from './user.ts';
import { updateUser } from './users.repository.ts';

/**
 * SCIM `DELETE /Users/{id}` (RFC 7644 3.6): the person is gone for the identity provider and the user name is free. A
 * tombstone stays for administrators. Throws NotFoundError, VersionMismatchError and RefusedError('last_account_admin').
 */
export async function deleteUser(
  trx: Trx,
  actor: Actor,
  accountId: string,
  userId: string,
  now: Date,
  condition?: VersionCondition,
): Promise<void> {
  if (!isId(userId)) throw userNotFound(userId);
  const [, , , { settings, current, isAdministrator }] = await Promise.all([
    lockAccountShared(trx, accountId),
    lockAdministratorsIfOne(trx, accountId, userId),
    lockGroupsOf(trx, accountId, userId),
    lockPerson(trx, accountId, userId),
  ]);
  assertVersion(current.version, condition);
  if (isAdministrator && current.state === 'active')
    await assertOthersAdminister(trx, actor, accountId, current);
  const groupIds = await leaveGroups(trx, actor, accountId, userId, now);
  const next: StoredUser = {
    ...current,
    state: 'deleted',
    deletedBy: 'scim',
    scimManaged: true,
    pendingUserName: null,
  };
  await moveSeat(trx, settings, current.state === 'active' ? current.licenseType : null, null);
  updateUser(trx, accountId, userId, next, now);
  endInvitations(trx, accountId, userId, 'revoked', now);
  endSignIns(trx, accountId, current, next, now);
  askForConfirmation(trx, settings, userId, current, next, now);
  recordUserChange(trx, actor, accountId, now, {
    kind: 'user.deleted',
    userId,
    before: current,
    after: next,
    besides: { leftGroups: [...groupIds] },
  });
  countVisible(trx, accountId, current, next);
}
