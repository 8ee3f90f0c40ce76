import { setImmediate as nextTurn } from 'node:timers/promises';
import { type AccountSettings, readAccountSettings } from '../accounts/account-settings.ts';
import type { Actor } from '../actor.ts';
import { lockAccountShared, lockUserNames } from '../database/locks.ts';
import { countResources } from '../database/resource-counts.ts';
import { sendWritesNow, type Trx } from '../database/transaction.ts';
import { DomainError, SettingsChangedError } from '../errors.ts';
import { appendAuditEvents } from '../events/append-audit-events.ts';
import { newId } from '../ids.ts';
import { inviteAll } from '../invitations/invitations.repository.ts';
import { openSeatCount, type SeatCount } from '../licenses/seat-count.ts';
import { assertScimEnabled } from '../scim-access/assert-scim-enabled.ts';
import { addressOf } from './plan-address.ts';
import { planUserChange, type UserPlan } from './plan-user-change.ts';
import { insertUsers, selectKnownNames } from './provision-users.repository.ts';
import { userChangeEvent } from './record-user-change.ts';
import type { User, UserInput } from './user.ts';

/**
 * What became of one of several creations: the person, a refusal, or `alone`: the account knows the name already, or what
 * comes before it decides, so that provisionUser has to be asked about it when those before it are done.
 */
export type ProvisionOutcome = User | DomainError | 'alone';

/** As many as one transaction should hold: each name takes a place in the server's table of locks until it ends. */
export const MOST_AT_ONCE = 500;

/** As many as one statement inserts: the next are made ready while the server works at it. */
const ROWS_PER_STATEMENT = 100;

/**
 * SCIM `POST /Users` for several people at once, at most MOST_AT_ONCE, in a few statements whatever their number. People whom nobody in the
 * account knows are created or refused exactly as provisionUser would, one after the other; outcomes are in the order of
 * `inputs`. After `mostErrors` refusals, and then already before the first that is `alone`, nothing more is done and the rest has no outcome.
 */
export async function provisionUsers(
  trx: Trx,
  actor: Actor,
  accountId: string,
  inputs: readonly UserInput[],
  now: Date,
  mostErrors = Infinity,
): Promise<readonly ProvisionOutcome[]> {
  const names = inputs.map((input) => input.userName);
  const [, , settings, known] = await Promise.all([
    lockAccountShared(trx, accountId),
    lockUserNames(trx, accountId, names),
    readAccountSettings(trx, accountId),
    selectKnownNames(trx, accountId, names),
  ]);
  assertScimEnabled(settings);
  const plans = inputs.map((input, index) =>
    known[index] === true ? 'alone' : planOrRefusal(input, settings, now),
  );
  const seats = await openSeatCount(trx, settings, plans.flatMap(seatWanted));
  const { outcomes, newcomers } = settle(plans, seats, settings, now, mostErrors);
  await saveNewcomers(trx, actor, settings, newcomers, now);
  if (newcomers.length > 0) countResources(trx, accountId, 'user', newcomers.length);
  seats.save();
  return outcomes;
}

type Planned = UserPlan | DomainError | 'alone';

interface Newcomer {
  readonly user: User;
  readonly plan: UserPlan;
}

function planOrRefusal(input: UserInput, settings: AccountSettings, now: Date): Planned {
  try {
    return planUserChange(undefined, input, settings, 'create', now);
  } catch (error) {
    // Read again by the schemas that are in force now, it may well be done.
    if (error instanceof SettingsChangedError) return 'alone';
    if (error instanceof DomainError) return error;
    throw error;
  }
}

function seatWanted(planned: Planned) {
  return isPlan(planned) && planned.seat.to !== null ? [planned.seat.to] : [];
}

/** In their order, since the last free seat is the first one's who wants it. */
function settle(
  plans: readonly Planned[],
  seats: SeatCount,
  settings: AccountSettings,
  now: Date,
  mostErrors: number,
): { outcomes: readonly ProvisionOutcome[]; newcomers: readonly Newcomer[] } {
  const outcomes: ProvisionOutcome[] = [];
  const newcomers: Newcomer[] = [];
  let errors = 0;
  let someAlone = false;
  for (const planned of plans) {
    const settled: Planned = isPlan(planned) ? takeSeat(planned, seats, someAlone) : planned;
    if (settled === 'alone' && mostErrors !== Infinity) break;
    someAlone ||= settled === 'alone';
    if (isPlan(settled)) {
      const user = newcomer(settled, settings, now);
      newcomers.push({ user, plan: settled });
      outcomes.push(user);
      continue;
    }
    outcomes.push(settled);
    if (settled instanceof DomainError) errors += 1;
    if (errors >= mostErrors) break;
  }
  return { outcomes, newcomers };
}

// Somebody who is linked or revived before may take a seat or give one back: that decides about those who come after.
function takeSeat(plan: UserPlan, seats: SeatCount, someAlone: boolean): Planned {
  const { to } = plan.seat;
  if (to === null || !seats.isLimited(to)) return plan;
  return someAlone ? 'alone' : (seats.take(to) ?? plan);
}

function isPlan(planned: Planned): planned is UserPlan {
  return planned !== 'alone' && !(planned instanceof DomainError);
}

function newcomer(plan: UserPlan, { accountId }: AccountSettings, now: Date): User {
  return { ...plan.next, accountId, id: newId(), createdAt: now, updatedAt: now, version: 1, groups: [] };
}

async function saveNewcomers(
  trx: Trx,
  actor: Actor,
  settings: AccountSettings,
  newcomers: readonly Newcomer[],
  now: Date,
): Promise<void> {
  let writing = Promise.resolve();
  for (let start = 0; start < newcomers.length; start += ROWS_PER_STATEMENT) {
    prepareRows(trx, actor, settings, newcomers.slice(start, start + ROWS_PER_STATEMENT), now);
    await writing;
    writing = sendWritesNow(trx);
    // What was handed over leaves with the next turn, and other requests get theirs.
    await Promise.race([writing, nextTurn()]);
  }
  await writing;
}

function prepareRows(
  trx: Trx,
  actor: Actor,
  settings: AccountSettings,
  newcomers: readonly Newcomer[],
  now: Date,
): void {
  const { accountId } = settings;
  const users = newcomers.map(({ user }) => user);
  const events = newcomers.map(({ user, plan }) =>
    userChangeEvent({
      kind: 'user.created',
      userId: user.id,
      before: undefined,
      after: plan.next,
      decision: plan.decision,
    }),
  );
  const invitees = newcomers.flatMap(({ user, plan }) => invitee(settings, user, plan));
  insertUsers(trx, accountId, users, now);
  appendAuditEvents(trx, actor, accountId, now, events);
  inviteAll(trx, accountId, invitees, now);
}

function invitee(
  settings: AccountSettings,
  user: User,
  plan: UserPlan,
): readonly { userId: string; address: string }[] {
  const address = plan.invitation === 'invite' ? addressOf(settings, user) : undefined;
  return address === undefined ? [] : [{ userId: user.id, address }];
}
