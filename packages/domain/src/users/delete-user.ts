import type { Actor } from '../actor.ts';
import type { Trx } from '../database/transaction.ts';
import { endInvitations } from '../invitations/invitations.repository.ts';
import { moveSeat } from '../licenses/seats.ts';
import { lockPerson } from './lock-person.ts';
import { recordUserChange } from './record-user-change.ts';
import { assertOthersAdminister, countVisible } from './save-user.ts';
import type { StoredUser } from './user.ts';
import { deleteMemberships, updateUser } from './users.repository.ts';

/**
 * SCIM `DELETE /Users/{id}` (RFC 7644 3.6): the person is gone for the identity provider and the user name is free. A
 * tombstone stays for administrators. Throws NotFoundError and RefusedError('last_account_admin').
 */
export async function deleteUser(
  trx: Trx,
  actor: Actor,
  accountId: string,
  userId: string,
  now: Date,
): Promise<void> {
  const { settings, current, isAdministrator } = await lockPerson(trx, accountId, userId);
  if (isAdministrator && current.state === 'active') await assertOthersAdminister(trx, accountId, current);
  const groupIds = await deleteMemberships(trx, accountId, userId);
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
  recordUserChange(trx, actor, accountId, now, {
    kind: 'user.deleted',
    userId,
    before: current,
    after: next,
    besides: { leftGroups: groupIds },
  });
  countVisible(trx, accountId, current, next);
}
