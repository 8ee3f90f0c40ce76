import { assertNotAbove } from '../admins/assert-not-above.ts';
import { assertRight, type Caller } from '../admins/caller.ts';
import type { Trx } from '../database/transaction.ts';
import { appendAuditEvent } from '../events/append-audit-event.ts';
import { isId } from '../ids.ts';
import { userNotFound } from '../users/lock-person.ts';
import { lockUser } from '../users/users.repository.ts';
import { dropBinding, findBinding } from './bindings.repository.ts';
import { endSessionsOf } from './sessions.repository.ts';

/**
 * Forgets who a user is at the provider: the next sign-in with their address binds whoever it is, and their sessions end.
 * For a person who got another identity there. Throws ForbiddenError and NotFoundError.
 */
export async function forgetSignIn(
  trx: Trx,
  caller: Caller,
  accountId: string,
  userId: string,
  now: Date,
): Promise<void> {
  assertRight(caller, 'people:write');
  if (!isId(userId)) throw userNotFound(userId);
  // The row is held, so that a sign-in that is under way is seen, or sees this.
  const user = await lockUser(trx, accountId, userId, 'everyone');
  if (user === undefined) throw userNotFound(userId);
  await assertNotAbove(trx, caller, accountId, userId, 'Forgetting the sign-in');
  const binding = await findBinding(trx, accountId, userId);
  if (binding === undefined) return;
  dropBinding(trx, accountId, userId);
  endSessionsOf(trx, accountId, userId, 'sign_in_forgotten', now);
  appendAuditEvent(trx, caller.actor, accountId, now, {
    kind: 'sign_in.forgotten',
    target: { kind: 'user', id: userId },
    detail: { issuer: binding.issuer, subject: binding.subject, boundAt: binding.boundAt.toISOString() },
  });
}
