import { assertMayGive, assertMayTake, assertNotOwnMemberships, type Caller } from '../admins/caller.ts';
import { assertUnlocked } from '../admins/manual-locks.ts';
import type { Trx } from '../database/transaction.ts';
import { InvalidInputError, NotFoundError } from '../errors.ts';
import { assertGroupAdministratorRemains } from './assert-group-administrator-remains.ts';
import { assertLicensed, firstOf, possibleIds } from './check-new-members.ts';
import type { Group } from './group.ts';
import { lockGroupByHand } from './lock-group-by-hand.ts';
import { type Candidate, lockCandidates } from './members.repository.ts';
import { saveGroup } from './save-group.ts';

const MOST_NAMED = 1_000;
const MOST_TOLD = 20;

/**
 * Adds people to a group, at most 1,000 at a time. Who is a member already keeps the origin of that. Throws ForbiddenError
 * where the group gives a right that the caller lacks, or the caller is one of them; RefusedError('manual_updates_locked');
 * NotFoundError for an unknown group or person; InvalidInputError for somebody who is deleted or, where the account rejects
 * unlicensed members, only invited.
 */
export async function addMembersByHand(
  trx: Trx,
  caller: Caller,
  accountId: string,
  groupId: string,
  userIds: readonly string[],
  now: Date,
): Promise<Group> {
  const named = readNamed(userIds);
  const [{ group, scim, permissionSets }, candidates] = await Promise.all([
    lockGroupByHand(trx, caller, accountId, groupId, { right: 'people:write' }),
    lockCandidates(trx, accountId, groupId, possibleIds(named), 'everyone'),
  ]);
  assertNotOwnMemberships(caller, named);
  assertMayGive(caller, permissionSets, `Adding somebody to the group ${JSON.stringify(group.displayName)}`);
  assertUnlocked(caller, scim, { kind: 'group', scimManaged: group.scimManaged }, 'group_members_change');
  assertMayJoin(userIds, candidates);
  const joining = [...candidates.values()].flatMap(({ id, isMember }) => (isMember ? [] : [id]));
  if (scim.enabled && scim.unlicensedMembers === 'reject') assertLicensed(joining, candidates, 'userIds');
  if (joining.length === 0) return group;
  const difference = { joining, leaving: [], joinsAs: 'manual' as const };
  const administers = permissionSets.includes('account_admin');
  return saveGroup({ trx, actor: caller.actor, now }, group, group, difference, administers);
}

/**
 * Removes people from a group, at most 1,000 at a time; who is no member is left as they are. Throws ForbiddenError where the
 * group gives a right that the caller lacks, or the caller is one of them; RefusedError('manual_updates_locked') and
 * ('last_account_admin'); NotFoundError for an unknown group or person.
 */
export async function removeMembersByHand(
  trx: Trx,
  caller: Caller,
  accountId: string,
  groupId: string,
  userIds: readonly string[],
  now: Date,
): Promise<Group> {
  const named = readNamed(userIds);
  const [{ group, scim, permissionSets }, candidates] = await Promise.all([
    lockGroupByHand(trx, caller, accountId, groupId, { right: 'people:write', takesAway: true }),
    lockCandidates(trx, accountId, groupId, possibleIds(named), 'everyone'),
  ]);
  assertNotOwnMemberships(caller, named);
  assertMayTake(
    caller,
    permissionSets,
    `Removing somebody from the group ${JSON.stringify(group.displayName)}`,
  );
  assertUnlocked(caller, scim, { kind: 'group', scimManaged: group.scimManaged }, 'group_members_change');
  assertFound(userIds, candidates);
  const leaving = [...candidates.values()].flatMap(({ id, isMember }) => (isMember ? [id] : []));
  if (leaving.length === 0) return group;
  const administers = permissionSets.includes('account_admin');
  if (administers) {
    await assertGroupAdministratorRemains(trx, group, { kind: 'memberships', groupId, userIds: leaving });
  }
  const difference = { joining: [], leaving, joinsAs: 'manual' as const };
  return saveGroup({ trx, actor: caller.actor, now }, group, group, difference, administers);
}

/** Throws NotFoundError for whom the account does not know, and InvalidInputError for whom it knows as deleted. */
export function assertMayJoin(userIds: readonly string[], candidates: ReadonlyMap<string, Candidate>): void {
  assertFound(userIds, candidates);
  const deleted = [...candidates.values()].flatMap(({ state, userName }) =>
    state === 'deleted' ? [userName] : [],
  );
  if (deleted.length === 0) return;
  throw new InvalidInputError(
    `Deleted people cannot join a group, and these are: ${firstOf(deleted)}. Restore them first.`,
    'userIds',
  );
}

/** Each of them once. Throws InvalidInputError for none or too many. */
export function readNamed(userIds: readonly string[]): readonly string[] {
  const named = [...new Set(userIds)];
  if (named.length > 0 && named.length <= MOST_NAMED) return named;
  throw new InvalidInputError(`Name 1 to ${MOST_NAMED} people at a time.`, 'userIds');
}

// By their places: whoever asks may know people by other ids than these.
function assertFound(userIds: readonly string[], candidates: ReadonlyMap<string, Candidate>): void {
  const unknown = userIds.flatMap((id, place) => (candidates.has(id) ? [] : [`userIds[${place}]`]));
  if (unknown.length === 0) return;
  throw new NotFoundError(
    `The account has no user with the id at ${unknown.slice(0, MOST_TOLD).join(', ')}.`,
  );
}
