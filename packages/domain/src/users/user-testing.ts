import { inTransaction } from '../database/transaction.ts';
import type { Actor } from '../actor.ts';
import type { Database } from '../database/connection.ts';
import { readAccountSettings } from '../accounts/account-settings.ts';
import { acceptInvitation } from '../invitations/accept-invitation.ts';
import { endInvitations } from '../invitations/invitations.repository.ts';
import { moveSeat } from '../licenses/seats.ts';
import { givenAccount } from '../testing/accounts.ts';
import { type IdentityProvider, identityProvider } from '../testing/provisioning.ts';
import { createUnmanagedUser } from './create-unmanaged-user.ts';
import { eraseUser } from './erase-user.ts';
import { recordUserChange } from './record-user-change.ts';
import { restoreUser } from './restore-user.ts';
import { isTombstone, type User } from './user.ts';
import { lockUser, selectUser, updateUser } from './users.repository.ts';

const OPERATOR: Actor = { kind: 'operator', name: 'test' };

/** An account with everybody who can change its people. */
export interface PeopleWorld {
  db: Database;
  accountId: string;
  idp: IdentityProvider;
  createUnmanaged: (userName: string) => Promise<User>;
  accept: (address: string) => Promise<User>;
  restore: (userId: string) => Promise<User>;
  erase: (userId: string) => Promise<void>;
  /** What an administrator's deletion leaves behind. */
  deleteAsAdministrator: (userId: string) => Promise<void>;
  /** The person as stored, also one whom SCIM does not show. */
  read: (userId: string) => Promise<User>;
  invitations: () => Promise<{ address: string; outcome: string | null }[]>;
  events: () => Promise<{ kind: string; alert: boolean; detail: unknown }[]>;
}

export async function givenPeople(
  db: Database,
  given: Parameters<typeof givenAccount>[1] = {},
): Promise<PeopleWorld> {
  const account = await givenAccount(db, given);
  const { accountId } = account;
  return {
    db,
    accountId,
    idp: identityProvider(db, account),
    createUnmanaged: (userName) => {
      const person = { userName, givenName: 'Ana', familyName: 'Ito' };
      return inTransaction(db, (trx) => createUnmanagedUser(trx, OPERATOR, accountId, person, new Date()));
    },
    accept: (address) =>
      inTransaction(db, (trx) => acceptInvitation(trx, OPERATOR, accountId, address, new Date())),
    restore: (userId) =>
      inTransaction(db, (trx) => restoreUser(trx, OPERATOR, accountId, userId, new Date())),
    erase: (userId) => inTransaction(db, (trx) => eraseUser(trx, OPERATOR, accountId, userId, new Date())),
    deleteAsAdministrator: (userId) =>
      inTransaction(db, async (trx) => {
        const settings = await readAccountSettings(trx, accountId);
        const before = await lockUser(trx, accountId, userId, 'in_scim');
        if (before === undefined || isTombstone(before)) return;
        const after = { ...before, state: 'deleted', deletedBy: 'administrator' } as const;
        const now = new Date();
        await moveSeat(trx, settings, before.state === 'active' ? before.licenseType : null, null);
        updateUser(trx, accountId, userId, after, now);
        endInvitations(trx, accountId, userId, 'revoked', now);
        recordUserChange(trx, OPERATOR, accountId, now, { kind: 'user.deleted', userId, before, after });
      }),
    read: async (userId) => {
      const user = await selectUser(db, accountId, userId, 'everyone');
      if (user === undefined) throw new Error(`There is no user ${userId}.`);
      return user;
    },
    invitations: () =>
      db
        .selectFrom('invitations')
        .select(['address', 'outcome'])
        .where('account_id', '=', accountId)
        .orderBy('id')
        .execute(),
    events: () =>
      db
        .selectFrom('audit_events')
        .select(['kind', 'alert', 'detail'])
        .where('account_id', '=', accountId)
        .orderBy('id')
        .execute(),
  };
}
