import { type RawBuilder, sql } from 'kysely';
import type { AccountSettings } from '../accounts/account-settings.ts';
import { areInForce } from '../accounts/settings-in-force.ts';
import type { Actor } from '../actor.ts';
import type { Database } from '../database/connection.ts';
import { accountSharedAndUserNameLock } from '../database/locks.ts';
import { resourceCount } from '../database/resource-counts.ts';
import { inOneFlight } from '../database/transaction.ts';
import { DomainError } from '../errors.ts';
import { auditEventInsert } from '../events/append-audit-event.ts';
import { newId } from '../ids.ts';
import { invitationInsert } from '../invitations/invitations.repository.ts';
import { addressOf } from './plan-address.ts';
import { planUserChange, type UserPlan } from './plan-user-change.ts';
import { changeEvent, savedUser } from './save-user.ts';
import type { User, UserInput } from './user.ts';
import { userInsert } from './users.repository.ts';

/**
 * SCIM `POST /Users` in one round trip, for most of those who are created: new to the account, with no limited seat to take.
 * They are planned under the `settings` that the caller knows, of whatever age, and written with invitation, audit event
 * and total only where these are still in force and nobody has, had or waits for the user name. Otherwise undefined, and
 * nothing is written: `provisionUser` decides, and says why.
 */
export async function createNewcomer(
  db: Database,
  actor: Actor,
  settings: AccountSettings,
  input: UserInput,
  now: Date,
): Promise<User | undefined> {
  const plan = planOfNewcomer(settings, input, now);
  if (plan === undefined) return undefined;
  const { accountId } = settings;
  const id = newId();
  const once = sql`from person`;
  const event = changeEvent(id, undefined, plan);
  const created = await inOneFlight(
    db,
    [accountSharedAndUserNameLock(accountId, input.userName).compile(db)],
    sql`
      with person as (
        ${userInsert(accountId, id, plan.next, now, isStillNew(settings, input.userName))} returning id
      ),
      invitation as (${invitationOf(settings, id, plan, now)}),
      event as (${auditEventInsert(actor, accountId, now, event, once)}),
      total as (${resourceCount(accountId, 'user', 1, once)})
      select from person`.compile(db),
  );
  if (created.length === 0) return undefined;
  return savedUser(undefined, plan, id, accountId, now);
}

/** Undefined also for a refusal: only the newest settings may refuse. */
function planOfNewcomer(settings: AccountSettings, input: UserInput, now: Date): UserPlan | undefined {
  if (!settings.scim.enabled || settings.seatLimits.length > 0) return undefined;
  try {
    return planUserChange(undefined, input, settings, 'create', now);
  } catch (error) {
    if (error instanceof DomainError) return undefined;
    throw error;
  }
}

// Each name has an index of its own to be looked up in, as in `lockNameHolders`.
function isStillNew({ accountId, version }: AccountSettings, userName: string): RawBuilder<unknown> {
  return sql`
    where ${areInForce(accountId, version)} and not exists (
      select from users u where u.account_id = ${accountId} and u.user_name_lower = lower(${userName}) and u.holds_user_name
    ) and not exists (
      select from users u where u.account_id = ${accountId} and u.user_name_lower = lower(${userName})
        and not u.holds_user_name and not u.erased
    ) and not exists (
      select from users u where u.account_id = ${accountId} and u.pending_user_name_lower = lower(${userName})
    )`;
}

function invitationOf(
  settings: AccountSettings,
  userId: string,
  plan: UserPlan,
  now: Date,
): RawBuilder<unknown> {
  const address = plan.invitation === 'invite' ? addressOf(settings, plan.next) : undefined;
  if (address === undefined) return sql`select`;
  return invitationInsert(settings.accountId, userId, address, now, sql`from person`);
}
