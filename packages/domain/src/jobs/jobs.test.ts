import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { inTransaction, type Trx } from '../database/transaction.ts';
import { newId } from '../ids.ts';
import { givenAccount, type GivenAccount } from '../testing/accounts.ts';
import { testDatabase, type TestDatabase } from '../testing/database.ts';
import { queuedTasks } from '../testing/queue.ts';
import { enqueueTask } from './enqueue-task.ts';
import type { NewestFirst } from '../pages/newest-first.ts';
import {
  beginJob,
  countJobs,
  createJob,
  failJob,
  findJob,
  finishJob,
  type Job,
  listJobs,
  reportProgress,
} from './jobs.ts';

const NEWEST: NewestFirst = { behind: undefined, backward: false, limit: 10 };
const NOW = new Date('2026-03-01T10:00:00.000Z');
const LATER = new Date('2026-03-01T10:00:05.000Z');

let database: TestDatabase;
let account: GivenAccount;

beforeAll(async () => {
  database = await testDatabase();
  account = await givenAccount(database.db);
});
afterAll(() => database[Symbol.asyncDispose]());

async function givenJob({ accountId, actor }: GivenAccount = account): Promise<Job> {
  const work = { payload: { plan: 'p' }, total: 10 };
  return inTransaction(database.db, (trx) =>
    createJob(trx, actor, accountId, 'default-group-cleanup', work, NOW),
  );
}

async function changed(job: Job, change: (trx: Trx) => void | Promise<unknown>): Promise<Job | undefined> {
  await inTransaction(database.db, async (trx) => {
    await change(trx);
  });
  return findJob(database.db, account.accountId, job.id);
}

describe('a job', () => {
  it('begins queued, and its task is told where to find it', async () => {
    const job = await givenJob();
    expect(job).toEqual({
      id: job.id,
      accountId: account.accountId,
      kind: 'default-group-cleanup',
      state: 'queued',
      payload: { plan: 'p' },
      progress: { done: 0, total: 10 },
      startedBy: job.startedBy,
      createdAt: NOW,
      startedAt: null,
      finishedAt: null,
      error: null,
      result: null,
    });
    expect(job.startedBy).toMatchObject({ kind: 'scim_token', name: 'test token' });
    expect(await findJob(database.db, account.accountId, job.id)).toEqual(job);
    expect(await queuedTasks(database.url)).toContainEqual({
      task: 'default-group-cleanup',
      payload: { accountId: account.accountId, jobId: job.id },
    });
  });

  it('shows its progress while it runs, and its result at the end', async () => {
    const { accountId } = account;
    const job = await givenJob();
    const running = { ...job, state: 'running', startedAt: NOW };
    expect(await changed(job, (trx) => beginJob(trx, accountId, job.id, NOW))).toEqual(running);
    expect(await changed(job, (trx) => reportProgress(trx, accountId, job.id, 4, 12))).toEqual({
      ...running,
      progress: { done: 4, total: 12 },
    });
    expect(await changed(job, (trx) => finishJob(trx, accountId, job.id, { removed: 12 }, LATER))).toEqual({
      ...running,
      state: 'succeeded',
      progress: { done: 4, total: 12 },
      result: { removed: 12 },
      finishedAt: LATER,
    });
  });

  it('begins again after an interruption, with the progress that it had', async () => {
    const { accountId } = account;
    const job = await givenJob();
    await changed(job, (trx) => beginJob(trx, accountId, job.id, NOW));
    await changed(job, (trx) => reportProgress(trx, accountId, job.id, 4, 10));
    const again = await inTransaction(database.db, (trx) => beginJob(trx, accountId, job.id, LATER));
    expect(again).toEqual({ ...job, state: 'running', startedAt: NOW, progress: { done: 4, total: 10 } });
  });

  it('that has ended is not begun, moved or ended again', async () => {
    const { accountId } = account;
    const job = await givenJob();
    await changed(job, (trx) => beginJob(trx, accountId, job.id, NOW));
    const failed = await changed(job, (trx) => failJob(trx, accountId, job.id, 'The group is gone.', LATER));
    expect(failed).toMatchObject({ state: 'failed', error: 'The group is gone.', finishedAt: LATER });
    expect(
      await inTransaction(database.db, (trx) => beginJob(trx, accountId, job.id, LATER)),
    ).toBeUndefined();
    const after = await changed(job, (trx) => {
      reportProgress(trx, accountId, job.id, 10, 10);
      finishJob(trx, accountId, job.id, {}, new Date(0));
    });
    expect(after).toEqual(failed);
  });

  it('of another account does not exist', async () => {
    const stranger = await givenAccount(database.db);
    const job = await givenJob();
    expect(await findJob(database.db, stranger.accountId, job.id)).toBeUndefined();
    expect(await findJob(database.db, account.accountId, newId())).toBeUndefined();
    expect(await findJob(database.db, account.accountId, 'nonsense')).toBeUndefined();
    expect(await listJobs(database.db, stranger.accountId, {}, NEWEST)).toEqual([]);
  });
});

describe('a list of jobs', () => {
  it('has the newest first, and can be narrowed by kind and state', async () => {
    const own = await givenAccount(database.db);
    const [first, second] = [await givenJob(own), await givenJob(own)];
    await inTransaction(database.db, (trx) => beginJob(trx, own.accountId, first.id, NOW));
    const idsOf = async (
      filter: Parameters<typeof listJobs>[2],
      slice: Partial<NewestFirst> = {},
    ): Promise<string[]> => {
      const rows = await listJobs(database.db, own.accountId, filter, { ...NEWEST, ...slice });
      return rows.map(({ position }) => position.id);
    };
    expect(await idsOf({})).toEqual([second.id, first.id]);
    expect(await idsOf({}, { limit: 1 })).toEqual([second.id]);
    expect(await idsOf({}, { behind: { key: null, id: second.id } })).toEqual([first.id]);
    expect(await idsOf({}, { backward: true })).toEqual([first.id, second.id]);
    expect(await countJobs(database.db, own.accountId, { states: ['running'] })).toBe(1);
    expect(await idsOf({ states: ['running'] })).toEqual([first.id]);
    expect(await idsOf({ kinds: ['default-group-cleanup-undo'] })).toEqual([]);
    expect(await idsOf({ kinds: ['default-group-cleanup'], states: ['queued'] })).toEqual([second.id]);
  });
});

describe('a task', () => {
  it('is not enqueued by a transaction that is rolled back', async () => {
    const payload = { accountId: account.accountId, jobId: newId() };
    const work = inTransaction(database.db, async (trx) => {
      enqueueTask(trx, 'default-group-cleanup', payload);
      throw new Error('no');
    });
    await expect(work).rejects.toThrow('no');
    expect((await queuedTasks(database.url)).map((task) => task.payload)).not.toContainEqual(payload);
  });

  it('with a key replaces one that has not begun', async () => {
    const [earlier, later] = [newId(), newId()].map((jobId) => ({ accountId: account.accountId, jobId }));
    for (const payload of [earlier, later]) {
      if (payload === undefined) continue;
      await inTransaction(database.db, async (trx) =>
        enqueueTask(trx, 'default-group-cleanup', payload, { key: 'one', runAt: LATER, maxAttempts: 3 }),
      );
    }
    const payloads = (await queuedTasks(database.url)).map((task) => task.payload);
    expect(payloads).toContainEqual(later);
    expect(payloads).not.toContainEqual(earlier);
  });
});
