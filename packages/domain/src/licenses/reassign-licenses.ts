import { sql } from 'kysely';
import type { AccountSettings } from '../accounts/account-settings.ts';
import type { Actor } from '../actor.ts';
import type { Trx } from '../database/transaction.ts';
import { createJob, type Job } from '../jobs/jobs.ts';
import {
  addSeatMoves,
  applyLicenseChanges,
  countMovedSeats,
  type SeatMoves,
} from './apply-license-changes.ts';
import type { LicenseMove } from './license-moves.ts';
import { type LicenseChange, openLicensePlan } from './license-plan.ts';
import { walkLicensed } from './licensed-people.repository.ts';
import { firstPlace, writePlace } from './recalculation-place.ts';

/** What a change of settings did to licenses. */
export interface Reassignment {
  /** How many people were given another license, or the same for another reason. */
  licensesChanged: number;
  /** Goes on with it in an account too large to be done within the change; null when everything is done. */
  recalculation: Job | null;
}

export const NOTHING_REASSIGNED: Reassignment = { licensesChanged: 0, recalculation: null };

/** How many people are decided within the change itself: two or three seconds of their account's writes wait for it. */
const MOST_AT_ONCE = 10_000;
const BATCH = 1000;

/**
 * Decides the license of everybody active anew, under settings that the transaction has just written. The caller holds the
 * account's exclusive lock (lockAccount), so nobody is created or changed meanwhile. In a large account a job does it
 * behind the commit, and says how it differs from what was `previewed`.
 */
export async function reassignLicenses(
  trx: Trx,
  actor: Actor,
  settings: AccountSettings,
  previewed: readonly LicenseMove[] | null,
  now: Date,
): Promise<Reassignment> {
  const { accountId } = settings;
  const people = await countPeople(trx, accountId);
  if (people <= MOST_AT_ONCE) {
    return { licensesChanged: await reassignAtOnce(trx, actor, settings, now), recalculation: null };
  }
  const work = { payload: writePlace(firstPlace(previewed)), total: people };
  return {
    licensesChanged: 0,
    recalculation: await createJob(trx, actor, accountId, 'recalculate-licenses', work, now),
  };
}

async function reassignAtOnce(trx: Trx, actor: Actor, settings: AccountSettings, now: Date): Promise<number> {
  const { accountId } = settings;
  const plan = openLicensePlan(settings);
  const moves: SeatMoves = new Map();
  let changed = 0;

  async function apply(changes: readonly LicenseChange[]): Promise<void> {
    changed += await applyLicenseChanges(trx, actor, accountId, changes, now);
    addSeatMoves(moves, changes);
  }

  for await (const people of walkLicensed(trx, accountId)) await apply(plan.add(people));
  const rest = plan.rest();
  for (let start = 0; start < rest.length; start += BATCH) await apply(rest.slice(start, start + BATCH));
  await countMovedSeats(trx, accountId, moves);
  return changed;
}

async function countPeople(trx: Trx, accountId: string): Promise<number> {
  const { rows } = await sql<{ people: number }>`
    select coalesce(sum(c.amount), 0)::int8 as people from resource_counts c
    where c.account_id = ${accountId} and c.resource = 'user'`.execute(trx);
  return rows[0]?.people ?? 0;
}
