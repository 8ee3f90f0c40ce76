import { readSettingsInForce } from '../accounts/settings-in-force.ts';
import { assertNotOwnMemberships, assertRight, type Caller } from '../admins/caller.ts';
import { lockAccountShared } from '../database/locks.ts';
import type { Trx } from '../database/transaction.ts';
import { newId } from '../ids.ts';
import { assertLicensed, possibleIds } from './check-new-members.ts';
import type { Group } from './group.ts';
import { readDisplayName } from './group-name.ts';
import { assertMayJoin, readNamed } from './members-by-hand.ts';
import { lockCandidates } from './members.repository.ts';
import { saveNewGroup } from './save-group.ts';

/**
 * Makes a group that no identity provider manages, with up to 1,000 members. It carries nothing yet; a later SCIM POST of
 * the name links it. Throws ForbiddenError, InvalidInputError, NotFoundError for an unknown person, and
 * ConflictError('display_name_taken').
 */
export async function createGroupByHand(
  trx: Trx,
  caller: Caller,
  accountId: string,
  input: { displayName: string; userIds?: readonly string[] | undefined },
  now: Date,
): Promise<Group> {
  assertRight(caller, 'people:write');
  const displayName = readDisplayName(input.displayName);
  const named = input.userIds === undefined || input.userIds.length === 0 ? NOBODY : readNamed(input.userIds);
  assertNotOwnMemberships(caller, named);
  const id = newId();
  const [, candidates, { scim }] = await Promise.all([
    lockAccountShared(trx, accountId),
    lockCandidates(trx, accountId, id, possibleIds(named), 'everyone'),
    readSettingsInForce(trx, accountId),
  ]);
  assertMayJoin(named, candidates);
  const joining = [...candidates.keys()];
  if (scim.enabled && scim.unlicensedMembers === 'reject') assertLicensed(joining, candidates, 'userIds');
  const group = { accountId, id, displayName, externalId: null, scimManaged: false, attributes: {} };
  return saveNewGroup({ trx, actor: caller.actor, now }, group, { joining, joinsAs: 'manual' });
}

const NOBODY: ReadonlySet<string> = new Set();
