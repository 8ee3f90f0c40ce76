import type { DefaultGroupKind } from '../groups/default-groups.repository.ts';
import type { KeptFor } from './cleanup.ts';

/** Somebody whom the plan has leave a group, as they are when their turn comes. */
export interface LeavingMember {
  userId: string;
  isMember: boolean;
  isActive: boolean;
  scimManaged: boolean;
  /** Whether they are in any other group, default groups included. */
  isInAnotherGroup: boolean;
  addedAt: Date;
}

export interface Guards {
  kind: DefaultGroupKind;
  keepUnmanaged: boolean;
  /** The person who applies the cleanup. */
  appliedBy: string | null;
}

export interface Verdict {
  leaving: readonly LeavingMember[];
  kept: ReadonlyMap<string, KeptFor>;
  /** Those who left by themselves. */
  gone: readonly string[];
}

/**
 * Who of a batch may go now. The default groups are worked off from the one that gives most to the one that gives least, so
 * that somebody who would be in no group at all keeps the last one that they are in: Everyone.
 */
export function judgeMembers(members: readonly LeavingMember[], guards: Guards): Verdict {
  const present = members.filter(({ isMember }) => isMember);
  const kept = new Map<string, KeptFor>();
  for (const member of present) {
    const reason = reasonToStay(member, guards);
    if (reason !== undefined) kept.set(member.userId, reason);
  }
  return {
    leaving: present.filter(({ userId }) => !kept.has(userId)),
    kept,
    gone: members.filter(({ isMember }) => !isMember).map(({ userId }) => userId),
  };
}

/** The verdict when nobody else would administer the account: the longest-standing one of those who leave stays. */
export function keepAnAdministrator({ leaving, kept, gone }: Verdict): Verdict {
  const [longest] = leaving
    .filter(({ isActive }) => isActive)
    .toSorted((a, b) => byTime(a, b) || (a.userId < b.userId ? -1 : 1));
  if (longest === undefined) return { leaving, kept, gone };
  return {
    leaving: leaving.filter((member) => member !== longest),
    kept: new Map([...kept, [longest.userId, 'last_account_admin']]),
    gone,
  };
}

function reasonToStay(
  member: LeavingMember,
  { kind, keepUnmanaged, appliedBy }: Guards,
): KeptFor | undefined {
  if (kind === 'owner' && member.userId === appliedBy) return 'applies_it';
  if (keepUnmanaged && !member.scimManaged) return 'not_scim_managed';
  return member.isInAnotherGroup ? undefined : 'no_other_group';
}

function byTime(a: LeavingMember, b: LeavingMember): number {
  return a.addedAt.getTime() - b.addedAt.getTime();
}
