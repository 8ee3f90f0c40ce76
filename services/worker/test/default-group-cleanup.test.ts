import { type CleanupWorld, givenCleanupWorld } from '@rollcall/domain/default-group-cleanup/cleanup-testing';
import { findJob, type Job } from '@rollcall/domain/jobs/jobs';
import { expect, test } from 'vitest';
import { type WorkerWorld, workerWorld } from './harness.ts';

// Processes start, on machines that do other things as well.
const PATIENT = { timeout: 90_000, interval: 20 };
const PEOPLE = 12_000;

test(
  'a cleanup whose worker is killed with SIGKILL in the middle is carried on by another, and its undoing likewise',
  { timeout: 240_000 },
  async () => {
    await using world = await workerWorld();
    const account = await givenFullGroups(world);
    const before = await account.memberships();
    const { id } = await account.plan();

    const started = await account.start(id);
    await killedInTheMiddle(world, account, started.jobId);
    expect((await account.find(id)).state).toBe('running');
    await carriedOn(world, account, id, 'applied');
    expect(await jobOf(account, started.jobId)).toMatchObject({
      state: 'succeeded',
      progress: { done: 2 * PEOPLE, total: 2 * PEOPLE },
      result: { removed: 2 * PEOPLE, kept: 0, gone: 0, pending: 0 },
    });
    expect(await account.members(account.groups.member)).toEqual([]);
    expect(await account.members(account.groups.everyone)).toEqual([]);
    const removed = (await account.events()).filter(({ kind }) => kind === 'group.members_changed');
    expect(new Set(removed.map(({ detail }) => JSON.stringify(detail))).size * 2).toBe(removed.length);

    const undone = await account.undo(id);
    await killedInTheMiddle(world, account, undone.undoJobId);
    expect((await account.find(id)).state).toBe('undoing');
    await carriedOn(world, account, id, 'undone');
    expect(await account.memberships()).toEqual(before);
  },
);

async function givenFullGroups(world: WorkerWorld): Promise<CleanupWorld> {
  const account = await givenCleanupWorld(world.database.db);
  const people = await account.users(PEOPLE);
  for (const group of [account.groups.member, account.groups.everyone, account.staff]) {
    await account.join(group, people);
  }
  return account;
}

/** Has a worker begin the job, and kills it once some batches are done and others are not. */
async function killedInTheMiddle(
  world: WorkerWorld,
  account: CleanupWorld,
  jobId: string | null,
): Promise<void> {
  const worker = await world.spawn();
  await expect.poll(async () => (await jobOf(account, jobId))?.progress.done, PATIENT).toBeGreaterThan(0);
  await worker.kill('SIGKILL');
  const { progress } = (await jobOf(account, jobId)) ?? { progress: { done: 0, total: 0 } };
  expect(progress.done).toBeLessThan(progress.total ?? 0);
}

async function carriedOn(
  world: WorkerWorld,
  account: CleanupWorld,
  cleanupId: string,
  state: 'applied' | 'undone',
): Promise<void> {
  await using _worker = await world.work();
  await expect.poll(async () => (await account.find(cleanupId)).state, PATIENT).toBe(state);
}

async function jobOf({ db, accountId }: CleanupWorld, jobId: string | null): Promise<Job | undefined> {
  return findJob(db, accountId, jobId ?? '');
}
