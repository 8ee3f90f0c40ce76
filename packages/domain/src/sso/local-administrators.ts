import { readName } from '../accounts/account-names.ts';
import { readAccountSettings } from '../accounts/account-settings.ts';
import type { Actor } from '../actor.ts';
import { lockUserNames } from '../database/locks.ts';
import { sendWritesNow, type Trx } from '../database/transaction.ts';
import { InvalidInputError } from '../errors.ts';
import { NEW_USER, type UserPlan } from '../users/plan-user-change.ts';
import { nameTaken, saveUser } from '../users/save-user.ts';
import type { StoredUser, User } from '../users/user.ts';
import { lockNameHolders } from '../users/users.repository.ts';

const PREFIX = 'local:';

/**
 * The local administrator of that name, made where there is none: `account_admin` without any group, whom SCIM never sees and
 * who takes no seat. They come in by the operator's links alone, so they are not counted where an account must keep an
 * administrator. Throws InvalidInputError, and ConflictError('user_name_taken') where somebody else has the user name.
 */
export async function ensureLocalAdministrator(
  trx: Trx,
  actor: Actor,
  accountId: string,
  name: string,
  now: Date,
): Promise<User> {
  const displayName = readName(name, 'localAdministrator.name');
  if (displayName.includes('@')) {
    throw new InvalidInputError(
      'A local administrator is named, not addressed: leave the @ out, or name a user by their e-mail address instead.',
      'localAdministrator.name',
    );
  }
  const userName = `${PREFIX}${displayName}`;
  const [, settings, { holder, pending }] = await Promise.all([
    lockUserNames(trx, accountId, [userName]),
    readAccountSettings(trx, accountId),
    lockNameHolders(trx, accountId, userName),
  ]);
  if (holder?.localAdministrator === true) return holder;
  if (holder !== undefined || pending) throw nameTaken(userName);
  const next: StoredUser = {
    ...NEW_USER,
    state: 'active',
    scimManaged: false,
    localAdministrator: true,
    userName,
    attributes: { displayName },
    activatedAt: now,
  };
  const plan: UserPlan = {
    next,
    happened: 'created',
    decision: undefined,
    seat: { from: null, to: null },
    claimed: userName,
    invitation: 'keep',
  };
  const user = await saveUser(trx, actor, settings, undefined, plan, now);
  // Other rows refer to it.
  await sendWritesNow(trx);
  return user;
}
