import type { RawBuilder, SqlBool } from 'kysely';
import type { Trx } from '../database/transaction.ts';
import { InvalidInputError } from '../errors.ts';
import { memberFilter } from '../filters/group-filter.ts';
import { possibleIds } from './check-new-members.ts';
import type { GroupChange, GroupChanges, MembershipChange, MembershipOrigin } from './group.ts';
import {
  selectMembersAmong,
  selectMembersBesides,
  selectMembersWhere,
  selectUsersWhere,
} from './members.repository.ts';
import { type MembershipEffect, membershipEffect } from './membership-effect.ts';

// Each one looks at all members of the group, which is held meanwhile.
const MOST_FILTERS = 100;
// Each one also looks at all who were named to join before it; no identity provider sends both at once.
const MOST_LOOKS_AT_NEWCOMERS = 500_000;

/** Who is to be in the group after the changes, and who goes. */
export interface MembershipPlan {
  /** Whether they are members already or not. */
  named: ReadonlySet<string>;
  /** Members now. */
  leaving: readonly string[];
}

/** Who comes and who goes, by id. */
export interface MembershipDifference {
  joining: readonly string[];
  leaving: readonly string[];
  /** The origin of the new memberships. */
  joinsAs: MembershipOrigin;
}

/**
 * What the changes come to in a group, which must be locked. Reads only members who are named to leave; all members only
 * where the request itself is about all of them. People whom SCIM does not see never leave. Throws InvalidInputError for
 * more filters than one request may have.
 */
export async function planMembership(
  trx: Trx,
  accountId: string,
  groupId: string,
  { changes, scimBaseUrl }: GroupChanges,
): Promise<MembershipPlan> {
  if (!changes.some((change) => change.kind === 'removeMembersMatching')) {
    return readLeaving(trx, accountId, groupId, changes.filter(isMembershipChange));
  }
  const resolved = await withoutFilters(trx, accountId, groupId, { changes, scimBaseUrl });
  return readLeaving(trx, accountId, groupId, resolved);
}

async function readLeaving(
  trx: Trx,
  accountId: string,
  groupId: string,
  changes: readonly MembershipChange[],
): Promise<MembershipPlan> {
  const { replaces, joining, leaving } = membershipEffect(changes);
  const members = replaces
    ? await selectMembersBesides(trx, accountId, groupId, possibleIds(joining))
    : await selectMembersAmong(trx, accountId, groupId, possibleIds(leaving));
  return { named: joining, leaving: members };
}

/** Turns each filter into the ids that it matches at its place in the order, those included who join before it. */
async function withoutFilters(
  trx: Trx,
  accountId: string,
  groupId: string,
  { changes, scimBaseUrl }: GroupChanges,
): Promise<readonly MembershipChange[]> {
  const filters = changes.filter((change) => change.kind === 'removeMembersMatching').length;
  if (filters > MOST_FILTERS) {
    throw new InvalidInputError(
      `The request removes members by ${filters} filters; at most ${MOST_FILTERS} are taken at once. ` +
        'Name the members by id, or send several requests.',
      'members',
    );
  }
  const resolved: MembershipChange[] = [];
  let looks = 0;
  for (const change of changes) {
    if (isMembershipChange(change)) resolved.push(change);
    if (change.kind !== 'removeMembersMatching') continue;
    const effect = membershipEffect(resolved);
    looks += effect.joining.size;
    if (looks > MOST_LOOKS_AT_NEWCOMERS) {
      throw new InvalidInputError(
        'The request removes members by filters after it has added a great many. Send the additions in a request of their own.',
        'members',
      );
    }
    const condition = memberFilter(change.filter, scimBaseUrl);
    const memberIds = await matching(trx, accountId, groupId, effect, condition);
    resolved.push({ kind: 'removeMembers', memberIds });
  }
  return resolved;
}

async function matching(
  trx: Trx,
  accountId: string,
  groupId: string,
  { replaces, joining }: MembershipEffect,
  condition: RawBuilder<SqlBool>,
): Promise<readonly string[]> {
  const [members, newcomers] = await Promise.all([
    replaces ? [] : selectMembersWhere(trx, accountId, groupId, condition),
    joining.size === 0 ? [] : selectUsersWhere(trx, accountId, possibleIds(joining), condition),
  ]);
  return [...members, ...newcomers];
}

function isMembershipChange(change: GroupChange): change is MembershipChange {
  return change.kind === 'addMembers' || change.kind === 'removeMembers' || change.kind === 'replaceMembers';
}
