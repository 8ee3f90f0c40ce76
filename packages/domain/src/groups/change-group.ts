import { isDeepStrictEqual } from 'node:util';
import { readAccountSettings } from '../accounts/account-settings.ts';
import type { Actor } from '../actor.ts';
import { assertReadUnder } from '../custom-schemas/read-under.ts';
import { lockAccountShared, lockAdministratorsIfGroupGrants } from '../database/locks.ts';
import type { Trx } from '../database/transaction.ts';
import { NotFoundError } from '../errors.ts';
import { isId } from '../ids.ts';
import { assertScimEnabled } from '../scim-access/assert-scim-enabled.ts';
import { assertVersion, type VersionCondition } from '../version-condition.ts';
import { assertGroupAdministratorRemains } from './assert-group-administrator-remains.ts';
import { assertKnown, assertLicensed, possibleIds } from './check-new-members.ts';
import { assertDisplayName } from './create-group.ts';
import type { Group, GroupChange, GroupChanges } from './group.ts';
import { lockGroup, selectGroupRules } from './groups.repository.ts';
import { lockCandidates } from './members.repository.ts';
import { planMembership } from './membership-difference.ts';
import { nameReserved } from './name-conflicts.ts';
import { saveGroup } from './save-group.ts';

/**
 * SCIM `PATCH` and `PUT` of a group, as an ordered list of changes. Its cost is the size of the list, whatever the size
 * of the group. Any SCIM write to a group that no identity provider manages links it; besides that, a list that changes
 * nothing writes nothing.
 *
 * Throws NotFoundError, also for default groups; VersionMismatchError; ConflictError for a name that another group has;
 * InvalidInputError for new members who are unknown or may not join; RefusedError('last_account_admin');
 * SettingsChangedError. Who is to be removed and is unknown is as little a member as anybody else who is not: nothing changes.
 */
export async function changeGroup(
  trx: Trx,
  actor: Actor,
  accountId: string,
  groupId: string,
  { changes, scimBaseUrl, readUnder }: GroupChanges,
  now: Date,
  condition?: VersionCondition,
): Promise<Group> {
  if (!isId(groupId)) throw groupNotFound(groupId);
  const named = namedToJoin(changes);
  const newName = newDisplayName(changes);
  const [, , group, rules, candidates, plan] = await Promise.all([
    lockAccountShared(trx, accountId),
    changes.some(canRemove) ? lockAdministratorsIfGroupGrants(trx, accountId, groupId) : undefined,
    lockGroup(trx, accountId, groupId),
    selectGroupRules(trx, accountId, groupId, newName),
    lockCandidates(trx, accountId, groupId, possibleIds(named)),
    // The last one: it may send more statements when those above are through.
    planMembership(trx, accountId, groupId, { changes, scimBaseUrl }),
  ]);
  assertScimEnabled(rules);
  if (group === undefined) throw groupNotFound(groupId);
  assertVersion(group.version, condition);
  if (readUnder !== undefined && readUnder.version !== rules.settingsVersion) {
    assertReadUnder(readUnder, await readAccountSettings(trx, accountId));
  }
  if (newName !== undefined && rules.isReserved) throw nameReserved(newName);
  assertKnown(named, candidates);
  const joining = [...plan.named].filter((id) => candidates.get(id)?.isMember === false);
  if (rules.scim.unlicensedMembers === 'reject') assertLicensed(joining, candidates);
  const bringsAdministrator = joining.some((id) => candidates.get(id)?.state === 'active');
  if (rules.administers && plan.leaving.length > 0 && !bringsAdministrator) {
    const leave = { kind: 'memberships', groupId, userIds: plan.leaving } as const;
    await assertGroupAdministratorRemains(trx, group, leave);
  }

  const next = withAttributes(group, changes);
  const isSame =
    group.scimManaged &&
    next.displayName === group.displayName &&
    next.externalId === group.externalId &&
    isDeepStrictEqual(next.attributes, group.attributes) &&
    joining.length + plan.leaving.length === 0;
  if (isSame) return group;
  return saveGroup(
    { trx, actor, now },
    group,
    next,
    { joining, leaving: plan.leaving, joinsAs: 'scim' },
    rules.administers,
  );
}

export function groupNotFound(groupId: string): NotFoundError {
  return new NotFoundError(`There is no group with the id ${JSON.stringify(groupId)}.`);
}

/** Everybody whom a change names to join is judged, also those whom a later change takes out again. */
function namedToJoin(changes: readonly GroupChange[]): ReadonlySet<string> {
  return new Set(
    changes.flatMap((change) =>
      change.kind === 'addMembers' || change.kind === 'replaceMembers' ? change.memberIds : [],
    ),
  );
}

function newDisplayName(changes: readonly GroupChange[]): string | undefined {
  let newName: string | undefined;
  for (const change of changes) {
    if (change.kind !== 'set' || change.attribute !== 'displayName') continue;
    newName = change.value ?? '';
    assertDisplayName(newName);
  }
  return newName;
}

function canRemove({ kind }: GroupChange): boolean {
  return kind === 'removeMembers' || kind === 'replaceMembers' || kind === 'removeMembersMatching';
}

function withAttributes(group: Group, changes: readonly GroupChange[]): Group {
  const next = { ...group, scimManaged: true };
  for (const change of changes) {
    if (change.kind === 'changeAttributes') next.attributes = change.next(next.attributes);
    if (change.kind !== 'set') continue;
    if (change.attribute === 'externalId') next.externalId = change.value;
    else next.displayName = change.value ?? next.displayName;
  }
  return next;
}
