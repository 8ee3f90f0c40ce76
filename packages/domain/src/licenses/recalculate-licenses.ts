import { type AccountSettings, readAccountSettings } from '../accounts/account-settings.ts';
import { lockAccountShared } from '../database/locks.ts';
import type { Trx } from '../database/transaction.ts';
import { beginJob, finishJob, type Job, keepPlace, reportProgress, startedBy } from '../jobs/jobs.ts';
import type { JobReference } from '../jobs/tasks.ts';
import type { JsonObject } from '../json.ts';
import {
  addSeatMoves,
  applyLicenseChanges,
  countMovedSeats,
  type SeatMoves,
} from './apply-license-changes.ts';
import { addMoves } from './license-moves.ts';
import { changeOf, type LicenseChange, type LicensedPerson, openLicensePlan } from './license-plan.ts';
import { lockLicensed, selectLicensed } from './licensed-people.repository.ts';
import { factDifferences, moveFacts } from './licensing-facts.ts';
import { readPlace, type RecalculationPlace, toObject, writePlace } from './recalculation-place.ts';
import { lockSeats } from './seats.ts';

const BATCH = 500;

/**
 * One batch of the job that decides licenses anew in a large account, and whether there is more to do. Each batch decides by
 * the settings in force when it runs, and holds its own people alone: SCIM goes on beside it, a change of settings in the
 * middle is followed from there on, and an interruption loses a batch at most. Those who need no limited seat go first, as
 * in openLicensePlan.
 */
export async function recalculateBatch(
  trx: Trx,
  { accountId, jobId }: JobReference,
  now: Date,
): Promise<'more' | 'done'> {
  const [, job, settings] = await Promise.all([
    lockAccountShared(trx, accountId),
    beginJob(trx, accountId, jobId, now),
    readAccountSettings(trx, accountId),
  ]);
  if (job === undefined) return 'done';
  const place = readPlace(job.payload);
  const people = await selectLicensed(trx, accountId, place.after, BATCH);
  const { decided, waiting } = await recalculate(trx, job, settings, people, place.walk, now);
  const reached: RecalculationPlace = {
    ...place,
    after: people.at(-1)?.id ?? place.after,
    waiting: place.waiting || waiting,
    moves: addMoves(place.moves, decided),
  };
  const next = people.length < BATCH ? nextWalk(reached) : reached;
  if (next === undefined) {
    finishJob(trx, accountId, jobId, resultOf(reached), now);
    return 'done';
  }
  keepPlace(trx, accountId, jobId, writePlace(next));
  const done = job.progress.done + people.length;
  reportProgress(trx, accountId, jobId, done, Math.max(done, job.progress.total ?? 0));
  return 'more';
}

async function recalculate(
  trx: Trx,
  job: Job,
  settings: AccountSettings,
  people: readonly LicensedPerson[],
  walk: RecalculationPlace['walk'],
  now: Date,
): Promise<{ decided: readonly LicenseChange[]; waiting: boolean }> {
  const { accountId } = settings;
  const due = people.filter((person) => changeOf(person, settings) !== undefined);
  if (due.length === 0) return { decided: [], waiting: false };
  // Read again under the lock: somebody else may have changed them meanwhile.
  const locked = await lockLicensed(
    trx,
    accountId,
    due.map(({ id }) => id),
  );
  const limited = walk === 'with_seats' ? settings.seatLimits.map(({ licenseType }) => licenseType) : [];
  const seatLimits = limited.length === 0 ? settings.seatLimits : await lockSeats(trx, accountId, limited);
  const plan = openLicensePlan({ ...settings, seatLimits });
  const certain = plan.add(locked);
  const rest = plan.rest();
  const decided = walk === 'with_seats' ? [...certain, ...rest] : certain;
  const moves: SeatMoves = new Map();
  addSeatMoves(moves, decided);
  await applyLicenseChanges(trx, startedBy(job), accountId, decided, now, { jobId: job.id });
  await countMovedSeats(trx, accountId, moves);
  return { decided, waiting: rest.length > 0 };
}

function nextWalk(place: RecalculationPlace): RecalculationPlace | undefined {
  if (place.walk === 'with_seats' || !place.waiting) return undefined;
  return { ...place, walk: 'with_seats', after: null };
}

function resultOf({ moves, previewed }: RecalculationPlace): JsonObject {
  return {
    licensesChanged: moves.reduce((sum, { people, kept }) => sum + people - kept, 0),
    keptForWantOfSeat: moves.reduce((sum, { kept }) => sum + kept, 0),
    moves: moves.map(toObject),
    // Nothing, unless people or settings changed while the job ran.
    differences: previewed === null ? [] : factDifferences(moveFacts(previewed), moveFacts(moves)),
  };
}
