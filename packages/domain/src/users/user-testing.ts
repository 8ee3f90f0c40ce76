import { operatorCaller } from '../admins/caller.ts';
import { inTransaction } from '../database/transaction.ts';
import type { Actor } from '../actor.ts';
import type { Database } from '../database/connection.ts';
import { DomainError } from '../errors.ts';
import { answerAtAddress } from '../invitations/answer-at-address.ts';
import { givenAccount } from '../testing/accounts.ts';
import { type IdentityProvider, identityProvider } from '../testing/provisioning.ts';
import { createUnmanagedUser } from './create-unmanaged-user.ts';
import { deleteUserByHand } from './delete-user-by-hand.ts';
import { eraseUser } from './erase-user.ts';
import { restoreUser } from './restore-user.ts';
import type { User } from './user.ts';
import { selectUser } from './users.repository.ts';

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
      inTransaction(db, (trx) => answerAtAddress(trx, OPERATOR, accountId, address, new Date())),
    restore: (userId) =>
      inTransaction(db, (trx) =>
        restoreUser(trx, operatorCaller(OPERATOR), accountId, userId, new Date()),
      ).then(({ user }) => user),
    erase: (userId) =>
      inTransaction(db, (trx) => eraseUser(trx, operatorCaller(OPERATOR), accountId, userId, new Date())),
    deleteAsAdministrator: async (userId) => {
      const operator = operatorCaller(OPERATOR);
      await inTransaction(db, (trx) => deleteUserByHand(trx, operator, accountId, userId, new Date()));
    },
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

/** What became of writes that run at once, in the order given: done, or why it was refused. */
export async function together(writes: readonly Promise<unknown>[]): Promise<string[]> {
  const results = await Promise.allSettled(writes);
  return results.map((result) => {
    if (result.status === 'fulfilled') return 'done';
    const error: unknown = result.reason;
    if (!(error instanceof DomainError)) throw error;
    return 'reason' in error ? String(error.reason) : error.code;
  });
}
