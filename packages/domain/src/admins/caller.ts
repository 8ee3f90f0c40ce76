import type { Actor } from '../actor.ts';
import { ForbiddenError } from '../errors.ts';
import { PERMISSION_SETS, type PermissionSet } from './permission-sets.ts';
import { type Right, rightsOf, setsBeyond } from './rights.ts';

/** Who asks for a change by hand, and what they may do. */
export interface Caller {
  readonly actor: Actor;
  /** The signed-in person; null for tokens and the operator. */
  readonly userId: string | null;
  readonly permissionSets: readonly PermissionSet[];
  readonly rights: ReadonlySet<Right>;
}

export function callerWith(
  actor: Actor,
  userId: string | null,
  permissionSets: readonly PermissionSet[],
): Caller {
  return { actor, userId, permissionSets, rights: rightsOf(permissionSets) };
}

/** The operator may do everything in every account. */
export function operatorCaller(actor: Actor): Caller {
  return callerWith(actor, null, PERMISSION_SETS);
}

/** Throws ForbiddenError. */
export function assertRight(caller: Caller, right: Right): void {
  if (caller.rights.has(right)) return;
  const [area = '', access = ''] = right.split(':');
  throw new ForbiddenError(
    `This needs the right to ${access} ${area.replaceAll('_', ' ')}, which ${descriptionOf(caller)} lacks. ` +
      'An account administrator can grant a permission set that has it to a group.',
    right,
  );
}

/**
 * Nobody gives a right that they lack, in whatever way: `how` says which way was tried, as in "Adding somebody to the group
 * Owners". Throws ForbiddenError.
 */
export function assertMayGive(caller: Caller, permissionSets: Iterable<PermissionSet>, how: string): void {
  const beyond = setsBeyond(caller.rights, permissionSets);
  if (beyond.length === 0) return;
  throw new ForbiddenError(
    `${how} would give ${beyond.join(', ')}, whose rights go beyond those of ${descriptionOf(caller)}.`,
  );
}

/**
 * Nobody takes away a right that they lack: it would be a change of the state of somebody more powerful. `how` as above. Throws
 * ForbiddenError.
 */
export function assertMayTake(caller: Caller, permissionSets: Iterable<PermissionSet>, how: string): void {
  const beyond = setsBeyond(caller.rights, permissionSets);
  if (beyond.length === 0) return;
  throw new ForbiddenError(
    `${how} would take away ${beyond.join(', ')}, whose rights go beyond those of ${descriptionOf(caller)}.`,
  );
}

/** Throws ForbiddenError if the caller is among those whose memberships are edited. */
export function assertNotOwnMemberships(caller: Caller, userIds: readonly string[]): void {
  if (caller.userId === null || !userIds.includes(caller.userId)) return;
  throw new ForbiddenError('Nobody can edit their own group memberships. Ask another administrator.');
}

function descriptionOf({ actor, permissionSets }: Caller): string {
  const sets = permissionSets.length === 0 ? 'no permission set' : permissionSets.join(', ');
  return `${actor.kind === 'service_token' ? 'the service token' : 'the signed-in person'} (${sets})`;
}
