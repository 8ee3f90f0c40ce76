import type { MembershipChange } from './group.ts';

/** What an ordered list of membership changes comes to in the end. */
export interface MembershipEffect {
  /** Whoever is a member and not in `joining` leaves. */
  replaces: boolean;
  joining: ReadonlySet<string>;
  /** Empty when `replaces`. */
  leaving: ReadonlySet<string>;
}

/**
 * The last change that names a person decides, and a replacement ends whatever came before it (RFC 7644 3.5.2: operations
 * apply in order). It does not depend on who is in the group, so its cost is the size of the request.
 */
export function membershipEffect(changes: readonly MembershipChange[]): MembershipEffect {
  const joining = new Set<string>();
  const leaving = new Set<string>();
  let replaces = false;
  for (const { kind, memberIds } of changes) {
    if (kind === 'replaceMembers') {
      replaces = true;
      joining.clear();
      leaving.clear();
    }
    const [to, from] = kind === 'removeMembers' ? [leaving, joining] : [joining, leaving];
    for (const id of memberIds) {
      to.add(id);
      from.delete(id);
    }
  }
  if (replaces) leaving.clear();
  return { replaces, joining, leaving };
}
