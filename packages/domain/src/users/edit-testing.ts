import { type Caller, callerWith } from '../admins/caller.ts';
import type { PermissionSet } from '../admins/permission-sets.ts';
import type { Database } from '../database/connection.ts';
import { countResources } from '../database/resource-counts.ts';
import { inTransaction, type Trx } from '../database/transaction.ts';
import { newId } from '../ids.ts';
import { chooseLicense, redecideLicense } from '../licenses/choose-license.ts';
import type { LicenseType } from '../licenses/license-type.ts';
import { createUserByHand, type NewPerson } from './create-user-by-hand.ts';
import { deleteUserByHand } from './delete-user-by-hand.ts';
import { editUser } from './edit-user.ts';
import { eraseUser } from './erase-user.ts';
import type { EditResult } from './lock-for-edit.ts';
import type { PersonEdit } from './person-edit.ts';
import { restoreUser } from './restore-user.ts';
import { deactivateUser, reactivateUser } from './set-active.ts';
import type { User } from './user.ts';
import type { PeopleWorld } from './user-testing.ts';

export const NOW = new Date('2026-11-22T08:00:00.000Z');

/** Everything that somebody can do by hand, each in a transaction of its own. */
export interface Hand {
  create: (person: NewPerson) => Promise<User>;
  edit: (userId: string, edit: PersonEdit, expectedVersion?: number) => Promise<EditResult>;
  deactivate: (userId: string, expectedVersion?: number) => Promise<EditResult>;
  reactivate: (userId: string) => Promise<EditResult>;
  delete: (userId: string) => Promise<EditResult>;
  restore: (userId: string) => Promise<EditResult>;
  erase: (userId: string) => Promise<void>;
  choose: (userId: string, licenseType: LicenseType | null) => Promise<EditResult>;
  redecide: (userId: string) => Promise<EditResult>;
}

/** A signed-in person with these permission sets; `userId` names one of the account's people. */
export function signedIn(permissionSets: readonly PermissionSet[], userId = newId()): Caller {
  return callerWith({ kind: 'administrator', id: userId, name: 'Ada' }, userId, permissionSets);
}

export function handOf({ db, accountId }: PeopleWorld, caller = signedIn(['account_admin'])): Hand {
  const run = <T>(work: (trx: Trx) => Promise<T>): Promise<T> => inTransaction(db, work);
  return {
    create: (person) => run((trx) => createUserByHand(trx, caller, accountId, person, NOW)),
    edit: (id, edit, version) => run((trx) => editUser(trx, caller, accountId, id, edit, NOW, version)),
    deactivate: (id, version) => run((trx) => deactivateUser(trx, caller, accountId, id, NOW, version)),
    reactivate: (id) => run((trx) => reactivateUser(trx, caller, accountId, id, NOW)),
    delete: (id) => run((trx) => deleteUserByHand(trx, caller, accountId, id, NOW)),
    restore: (id) => run((trx) => restoreUser(trx, caller, accountId, id, NOW)),
    erase: (id) => run((trx) => eraseUser(trx, caller, accountId, id, NOW)),
    choose: (id, type) => run((trx) => chooseLicense(trx, caller, accountId, id, type, NOW)),
    redecide: (id) => run((trx) => redecideLicense(trx, caller, accountId, id, NOW)),
  };
}

/** Puts people into a group of their own that carries the permission sets. Returns its id. */
export async function grant(
  db: Database,
  accountId: string,
  permissionSets: readonly PermissionSet[],
  userIds: readonly string[],
): Promise<string> {
  const id = newId();
  const at = new Date('2026-01-01T00:00:00.000Z');
  await db
    .insertInto('groups')
    .values({ account_id: accountId, id, display_name: `Group ${id}`, created_at: at, updated_at: at })
    .execute();
  await inTransaction(db, async (trx) => countResources(trx, accountId, 'group', 1));
  for (const permissionSet of permissionSets) {
    await db
      .insertInto('group_permission_sets')
      .values({ account_id: accountId, group_id: id, permission_set: permissionSet })
      .execute();
  }
  for (const userId of userIds) {
    await db
      .insertInto('group_members')
      .values({ account_id: accountId, group_id: id, user_id: userId, origin: 'manual', added_at: at })
      .execute();
  }
  return id;
}

/** What the person's last sign-in said of their groups. */
export async function signedInWith(
  { db, accountId }: Pick<PeopleWorld, 'db' | 'accountId'>,
  userId: string,
  groups: readonly string[],
): Promise<void> {
  await db
    .updateTable('users')
    .set({ sign_in_groups: [...groups] })
    .where('account_id', '=', accountId)
    .where('id', '=', userId)
    .execute();
}
