import { type RawBuilder, sql } from 'kysely';
import type { AccountSettings } from '../accounts/account-settings.ts';
import { areInForce } from '../accounts/settings-in-force.ts';
import type { Actor } from '../actor.ts';
import type { Database } from '../database/connection.ts';
import { accountSharedLock, isAdministrator } from '../database/locks.ts';
import { inOneFlight } from '../database/transaction.ts';
import { auditEventInsert } from '../events/append-audit-event.ts';
import { isId } from '../ids.ts';
import { bindingDrop } from '../sso/bindings.repository.ts';
import { sessionsEnd } from '../sso/sessions.repository.ts';
import { keepsConfirmation } from '../invitations/email-confirmations.repository.ts';
import { asksForVersion, type VersionCondition } from '../version-condition.ts';
import { planUserChange, type UserPlan } from './plan-user-change.ts';
import { changeEvent, isLeaving, isReviving, isVisible, savedUser } from './save-user.ts';
import type { StoredUser, User, UserInput } from './user.ts';
import { selectUserUnder, userLock, userUpdate } from './users.repository.ts';

/**
 * SCIM `PUT` and `PATCH` of a person without a transaction around reading and writing: the person is read, the change is
 * planned under the `settings` that the caller knows, of whatever age, and written in one flight only where both are still as
 * they were. What changes nothing ends with the reading, which finds nobody under other settings. Done where nothing but the
 * row and its audit event is written: no name claimed, no limited seat taken, nobody mailed, no version asked for, no
 * administrator leaving. Otherwise undefined, and nothing is written: `changeUser` decides, and says why.
 */
export async function changeKnownUser(
  db: Database,
  actor: Actor,
  settings: AccountSettings,
  userId: string,
  verb: 'replace' | 'modify',
  next: (current: User) => UserInput,
  now: Date,
  condition?: VersionCondition,
): Promise<User | undefined> {
  const { accountId, scim, seatLimits } = settings;
  if (!scim.enabled || seatLimits.length > 0 || asksForVersion(condition) || !isId(userId)) return undefined;
  const current = await selectUserUnder(db, settings, userId);
  const plan = current && planOrNone(() => planUserChange(current, next(current), settings, verb, now));
  if (current === undefined || plan === undefined) return undefined;
  if (plan.happened === 'nothing') return current;
  if (!writesRowAlone(settings, current, plan)) return undefined;
  const event = changeEvent(userId, current, plan);
  const changed = await inOneFlight(
    db,
    [accountSharedLock(accountId).compile(db), userLock(accountId, userId).compile(db)],
    sql`
      with changed as (
        ${userUpdate(accountId, userId, plan.next, now)} and ${isStillAsPlanned(settings, current, plan)} returning id
      ),
      event as (${auditEventInsert(actor, accountId, now, event, sql`from changed`)})
      ${signInsEnd(accountId, current, plan.next, now)}
      select from changed`.compile(db),
  );
  return changed.length === 0 ? undefined : savedUser(current, plan, userId, accountId, now);
}

/** Undefined also for a refusal: whatever fails here fails again under the locks, where it is certain. */
function planOrNone(plan: () => UserPlan): UserPlan | undefined {
  try {
    return plan();
  } catch {
    return undefined;
  }
}

function writesRowAlone(settings: AccountSettings, current: User, plan: UserPlan): boolean {
  return (
    plan.claimed === undefined &&
    plan.invitation === 'keep' &&
    keepsConfirmation(settings, current, plan.next) &&
    isVisible(current) === isVisible(plan.next)
  );
}

// The same as endSignIns, as parts of the statement; nothing for a change that neither takes nor brings back.
function signInsEnd(accountId: string, current: User, next: StoredUser, now: Date): RawBuilder<unknown> {
  const once = sql`and exists (select from changed)`;
  if (isLeaving(current, next)) {
    return sql`, ended as (${sessionsEnd(accountId, current.id, 'deactivated', now, once)})`;
  }
  return isReviving(current, next)
    ? sql`, forgotten as (${bindingDrop(accountId, current.id, once)})`
    : sql``;
}

// Read by a statement that begins when the row is locked: nobody changes the person then, or joins them to a group.
function isStillAsPlanned(
  { accountId, version }: AccountSettings,
  current: User,
  plan: UserPlan,
): RawBuilder<unknown> {
  const mayLeave = isLeaving(current, plan.next)
    ? sql`not ${isAdministrator(accountId, current.id)}`
    : sql`true`;
  return sql`users.version = ${current.version} and ${areInForce(accountId, version)} and ${mayLeave}`;
}
