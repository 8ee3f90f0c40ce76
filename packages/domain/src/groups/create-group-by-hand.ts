import { readSettingsInForce } from '../accounts/settings-in-force.ts';
import { assertNotOwnMemberships, assertRight, type Caller } from '../admins/caller.ts';
import { lockAccountShared } from '../database/locks.ts';
import type { Trx } from '../database/transaction.ts';
import { once } from '../idempotency/once.ts';
import { assertLicensed, possibleIds } from './check-new-members.ts';
import type { Group } from './group.ts';
import { readDisplayName } from './group-name.ts';
import { selectGroup } from './groups.repository.ts';
import { groupNotThere } from './lock-group-by-hand.ts';
import { assertMayJoin, readNamed } from './members-by-hand.ts';
import { lockCandidates } from './members.repository.ts';
import { saveNewGroup } from './save-group.ts';

export interface GroupByHandInput {
  displayName: string;
  /** At most 1,000. */
  userIds?: readonly string[] | undefined;
  idempotencyKey?: string | undefined;
}

/**
 * Makes a group that no identity provider manages, with its first members. It carries nothing yet; a later SCIM POST of the
 * name links it. Throws ForbiddenError, InvalidInputError, NotFoundError for an unknown person, and
 * ConflictError('display_name_taken') or, with an idempotency key, ('idempotency_key_reused').
 */
export async function createGroupByHand(
  trx: Trx,
  caller: Caller,
  accountId: string,
  { displayName: given, userIds = [], idempotencyKey }: GroupByHandInput,
  now: Date,
): Promise<Group> {
  assertRight(caller, 'people:write');
  const displayName = readDisplayName(given);
  const named = userIds.length === 0 ? [] : readNamed(userIds);
  assertNotOwnMemberships(caller, named);
  const made: Group[] = [];
  const input = { displayName, userIds: named.toSorted() };
  const repeatable = { key: idempotencyKey, operation: 'groupCreate', input };
  const { id } = await once(trx, caller, accountId, repeatable, now, async (groupId) => {
    const [, candidates, { scim }] = await Promise.all([
      lockAccountShared(trx, accountId),
      lockCandidates(trx, accountId, groupId, possibleIds(named), 'everyone'),
      readSettingsInForce(trx, accountId),
    ]);
    assertMayJoin(userIds, candidates);
    if (scim.enabled && scim.unlicensedMembers === 'reject') assertLicensed(named, candidates, 'userIds');
    const group = {
      accountId,
      id: groupId,
      displayName,
      externalId: null,
      scimManaged: false,
      attributes: {},
    };
    const members = { joining: named, joinsAs: 'manual' as const };
    made.push(await saveNewGroup({ trx, actor: caller.actor, now }, group, members));
  });
  const group = made[0] ?? (await selectGroup(trx, accountId, id));
  // The request was repeated after somebody had deleted what it had made.
  if (group === undefined) throw groupNotThere();
  return group;
}
