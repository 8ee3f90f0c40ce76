import { assertAdministratorRemains, type Withdrawal } from '../admins/last-account-admin.ts';
import { lockAdministrators } from '../database/locks.ts';
import type { Trx } from '../database/transaction.ts';
import type { Group } from './group.ts';

/** For a group that carries `account_admin`: throws RefusedError('last_account_admin') if the account would lose its last one. */
export async function assertGroupAdministratorRemains(
  trx: Trx,
  group: Group,
  withdrawal: Extract<Withdrawal, { groupId: string }>,
  change: keyof typeof CHANGES = withdrawal.kind === 'group' ? 'delete' : 'remove_members',
): Promise<void> {
  await Promise.all([
    // Held already, unless the group got account_admin while this write waited for it.
    lockAdministrators(trx, group.accountId),
    assertAdministratorRemains(trx, group.accountId, withdrawal, {
      message:
        `${CHANGES[change]} ${JSON.stringify(group.displayName)} would leave the account without an active account administrator. ` +
        'Make somebody else an account administrator in Rollcall first.',
      alert: {
        kind: 'group.change_refused',
        target: { kind: 'group', id: group.id },
        detail: { reason: 'last_account_admin', change },
      },
    }),
  ]);
}

const CHANGES = {
  delete: 'Deleting the group',
  remove_members: 'Removing these members from the group',
  revoke_permission_set: 'Taking account_admin from the group',
};
