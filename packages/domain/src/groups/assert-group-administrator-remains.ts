import { assertAdministratorRemains, type Withdrawal } from '../admins/last-account-admin.ts';
import { lockAdministrators } from '../database/locks.ts';
import type { Trx } from '../database/transaction.ts';
import type { Group } from './group.ts';

/** For a group that carries `account_admin`: throws RefusedError('last_account_admin') if the account would lose its last one. */
export async function assertGroupAdministratorRemains(
  trx: Trx,
  group: Group,
  withdrawal: Extract<Withdrawal, { groupId: string }>,
): Promise<void> {
  const isDeletion = withdrawal.kind === 'group';
  const whatWouldHappen = isDeletion ? 'Deleting the group' : 'Removing these members from the group';
  await Promise.all([
    // Held already, unless the group got account_admin while this write waited for it.
    lockAdministrators(trx, group.accountId),
    assertAdministratorRemains(trx, group.accountId, withdrawal, {
      message:
        `${whatWouldHappen} ${JSON.stringify(group.displayName)} would leave the account without an active account administrator. ` +
        'Make somebody else an account administrator in Rollcall first.',
      alert: {
        kind: 'group.change_refused',
        target: { kind: 'group', id: group.id },
        detail: { reason: 'last_account_admin', change: isDeletion ? 'delete' : 'remove_members' },
      },
    }),
  ]);
}
