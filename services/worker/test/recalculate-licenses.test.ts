import { operatorCaller } from '@rollcall/domain/admins/caller';
import { inTransaction } from '@rollcall/domain/database/transaction';
import { findJob, type Job } from '@rollcall/domain/jobs/jobs';
import { countPeople, everybody, insertPeople } from '@rollcall/domain/licenses/licensed-account-testing';
import { setLicenseMappings } from '@rollcall/domain/licenses/set-license-mappings';
import { expect, test } from 'vitest';
import { OPERATOR, type WorkerWorld, workerWorld } from './harness.ts';

// Processes start, on machines that do other things as well.
const PATIENT = { timeout: 90_000, interval: 20 };
const PEOPLE = 4000;

async function givenChangedMapping({ database: { db } }: WorkerWorld, accountId: string): Promise<Job> {
  const rows = Array.from({ length: PEOPLE }, () => ({ sign_in_groups: ['Ops'] }));
  for (let start = 0; start < rows.length; start += 1000) {
    await insertPeople(db, accountId, rows.slice(start, start + 1000));
  }
  await countPeople(db, accountId, 10_000);
  const { recalculation } = await inTransaction(db, (trx) =>
    setLicenseMappings(trx, operatorCaller(OPERATOR), accountId, { mappings: { it: ['Ops'] } }, new Date()),
  );
  if (recalculation === null) throw new Error('Nothing is recalculated.');
  return recalculation;
}

test(
  'a recalculation of licenses whose worker is killed with SIGKILL in the middle goes on where it was',
  PATIENT,
  async () => {
    await using world = await workerWorld();
    const { db } = world.database;
    const { accountId } = await world.addAccount('Acme');
    const job = await givenChangedMapping(world, accountId);
    const done = async (): Promise<number> => (await findJob(db, accountId, job.id))?.progress.done ?? 0;
    await using first = await world.spawn();
    await expect.poll(done, PATIENT).toBeGreaterThan(0);
    await first.kill('SIGKILL');
    const reached = await done();
    expect(reached).toBeLessThan(PEOPLE);
    await using _second = await world.work();
    await expect.poll(async () => (await findJob(db, accountId, job.id))?.state, PATIENT).toBe('succeeded');
    expect(await findJob(db, accountId, job.id)).toMatchObject({
      startedBy: { kind: 'operator' },
      result: { licensesChanged: PEOPLE, keptForWantOfSeat: 0 },
    });
    const held = (await everybody(db, accountId)).map(({ licenseType }) => licenseType);
    expect(new Set(held)).toEqual(new Set(['it']));
  },
);
