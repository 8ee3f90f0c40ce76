import type { Trx } from '../database/transaction.ts';
import { ForbiddenError } from '../errors.ts';
import type { Caller } from './caller.ts';
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
  const beyond = setsBeyond(caller.rights, await permissionSetsHeldBy(trx, accountId, userId));
  if (beyond.length === 0) return;
  throw new ForbiddenError(
    `${what} is for people whose rights do not exceed one's own, and this person has ${beyond.join(', ')}.`,
  );
}
