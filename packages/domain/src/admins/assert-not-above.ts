import type { Trx } from '../database/transaction.ts';
import { ForbiddenError } from '../errors.ts';
import type { Caller } from './caller.ts';
import type { PermissionSet } from './permission-sets.ts';
import { permissionSetsHeldBy } from './permissions-of-users.ts';
import { setsBeyond } from './rights.ts';

/**
 * Nobody changes the address, sign-in binding, sessions or state of a person whose rights exceed their own; what rests while
 * the person is not active counts. `what` names the change, as in "Forgetting the sign-in". Throws ForbiddenError.
 */
export async function assertNotAbove(
  trx: Trx,
  caller: Caller,
  accountId: string,
  userId: string,
  what: string,
): Promise<void> {
  assertSetsNotAbove(caller, await permissionSetsHeldBy(trx, accountId, userId), what);
}

/** The same of a person whose permission sets are known. */
export function assertSetsNotAbove(
  caller: Caller,
  permissionSets: readonly PermissionSet[],
  what: string,
): void {
  const beyond = setsBeyond(caller.rights, permissionSets);
  if (beyond.length === 0) return;
  throw new ForbiddenError(
    `${what} is for people whose rights do not exceed one's own, and this person has ${beyond.join(', ')}.`,
  );
}
