import type { ScimConfiguration } from '../accounts/account-settings.ts';
import { readSettingsInForce } from '../accounts/settings-in-force.ts';
import { assertRight, type Caller } from '../admins/caller.ts';
import type { PermissionSet } from '../admins/permission-sets.ts';
import type { Right } from '../admins/rights.ts';
import { lockAccount, lockAccountShared, lockAdministratorsIfGroupGrants } from '../database/locks.ts';
import type { Trx } from '../database/transaction.ts';
import { NotFoundError } from '../errors.ts';
import { isId } from '../ids.ts';
import { assertVersion, type VersionCondition } from '../version-condition.ts';
import type { Group } from './group.ts';
import { lockGroup, selectPermissionSets } from './groups.repository.ts';

export interface GroupByHand {
  group: Group;
  scim: ScimConfiguration;
  permissionSets: readonly PermissionSet[];
}

interface WhatIsToCome {
  right: Right;
  /** Bears on every sign-in, so it waits for those that run. */
  changesRules?: boolean;
  /** Could end somebody's membership, or what it gives. */
  takesAway?: boolean;
  condition?: VersionCondition | undefined;
}

/**
 * Holds any group of the account, default groups included, for a change by hand, and reads what decides about it. Throws
 * ForbiddenError, NotFoundError and VersionMismatchError.
 */
export async function lockGroupByHand(
  trx: Trx,
  caller: Caller,
  accountId: string,
  groupId: string,
  { right, changesRules = false, takesAway = false, condition }: WhatIsToCome,
): Promise<GroupByHand> {
  assertRight(caller, right);
  if (!isId(groupId)) throw groupNotThere();
  const [, , group, permissionSets, settings] = await Promise.all([
    changesRules ? lockAccount(trx, accountId) : lockAccountShared(trx, accountId),
    takesAway ? lockAdministratorsIfGroupGrants(trx, accountId, groupId) : undefined,
    lockGroup(trx, accountId, groupId, 'everything'),
    selectPermissionSets(trx, accountId, groupId),
    // The last one: it may send another statement when those above are through.
    readSettingsInForce(trx, accountId),
  ]);
  if (group === undefined) throw groupNotThere();
  assertVersion(group.version, condition);
  return { group, scim: settings.scim, permissionSets };
}

/** Without the id: whoever asks may know the group by another one. */
export function groupNotThere(): NotFoundError {
  return new NotFoundError('The account has no such group.');
}
