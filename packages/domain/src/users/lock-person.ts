import type { AccountSettings } from '../accounts/account-settings.ts';
import { readSettingsInForce } from '../accounts/settings-in-force.ts';
import { lockAccountSharedAndAdministratorsIfOne, lockAdministratorsIfOne } from '../database/locks.ts';
import type { Trx } from '../database/transaction.ts';
import { NotFoundError } from '../errors.ts';
import { isId } from '../ids.ts';
import { assertScimEnabled } from '../scim-access/assert-scim-enabled.ts';
import type { User } from './user.ts';
import { lockUser } from './users.repository.ts';

export interface LockedPerson {
  settings: AccountSettings;
  current: User;
  /** Whether a group makes them an administrator; the administrators are then locked, too. */
  isAdministrator: boolean;
}

/**
 * Locks and reads, in one flight, what every SCIM write to a person by id needs. Throws NotFoundError for whom SCIM does
 * not show, and RefusedError('scim_disabled').
 */
export async function lockPerson(trx: Trx, accountId: string, userId: string): Promise<LockedPerson> {
  if (!isId(userId)) throw userNotFound(userId);
  const [, current, isAdministrator, settings] = await Promise.all([
    lockAccountSharedAndAdministratorsIfOne(trx, accountId, userId),
    lockUser(trx, accountId, userId, 'in_scim'),
    // Asked again under the lock of the row: nobody can be added to a group from here on.
    lockAdministratorsIfOne(trx, accountId, userId),
    // The last one: it may send another statement when those above are through.
    readSettingsInForce(trx, accountId),
  ]);
  assertScimEnabled(settings);
  if (current === undefined) throw userNotFound(userId);
  return { settings, current, isAdministrator };
}

export function userNotFound(userId: string): NotFoundError {
  return new NotFoundError(`There is no user ${userId} in this account.`);
}
