import pg from 'pg';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { Actor } from '../actor.ts';
import { callerWith, operatorCaller } from '../admins/caller.ts';
import { inTransaction } from '../database/transaction.ts';
import { newId } from '../ids.ts';
import { givenAccount, type GivenAccount } from '../testing/accounts.ts';
import { testDatabase, type TestDatabase } from '../testing/database.ts';
import { queuedTasks } from '../testing/queue.ts';
import {
  buryDeadTasks,
  countDeadLetters,
  type DeadLetter,
  discardDeadLetter,
  findDeadLetters,
  giveUpTask,
  listDeadLetters,
  retryDeadLetter,
} from './dead-letters.ts';
import { holdWorkerLock, releaseTasksOfDeadWorkers } from './dead-workers.ts';
import { enqueueTask } from './enqueue-task.ts';
import { beginJob, createJob, findJob } from './jobs.ts';

const ACTOR: Actor = { kind: 'operator', name: 'test' };
const ADMIN = operatorCaller(ACTOR);
const NOW = new Date('2026-03-01T10:00:00.000Z');
const NEWEST = { behind: undefined, backward: false, limit: 10 };

let database: TestDatabase;
let account: GivenAccount;

beforeAll(async () => {
  database = await testDatabase();
});
afterAll(() => database[Symbol.asyncDispose]());
beforeEach(async () => {
  account = await givenAccount(database.db);
});

/** Stands in for the queue at work on a task: it has its tables for itself. */
async function inQueue(statement: string, values: readonly unknown[] = []): Promise<void> {
  const client = new pg.Client({ connectionString: database.url });
  await client.connect();
  await client.query(statement, [...values]);
  await client.end();
}

async function givenMail(): Promise<{ mail: 'invitation'; accountId: string; invitationId: string }> {
  const payload = { mail: 'invitation', accountId: account.accountId, invitationId: newId() } as const;
  await inTransaction(database.db, async (trx) => enqueueTask(trx, 'send-mail', payload, { maxAttempts: 3 }));
  return payload;
}

async function failForGood(error: string | null = 'The mail server refuses it.'): Promise<void> {
  await inQueue('update graphile_worker._private_jobs set attempts = max_attempts, last_error = $1', [error]);
}

async function letters(accountId = account.accountId): Promise<readonly DeadLetter[]> {
  const rows = await listDeadLetters(database.db, accountId, NEWEST);
  expect(await countDeadLetters(database.db, accountId)).toBe(rows.length);
  return rows.flatMap(({ item }) => item ?? []);
}

async function givenLetter(): Promise<string> {
  await givenMail();
  await failForGood();
  await buryDeadTasks(database.db, NOW);
  return (await letters())[0]?.id ?? '';
}

describe('a task that failed for the last time', () => {
  it('becomes a dead letter of its account alone', async () => {
    const payload = await givenMail();
    await failForGood();
    const buried = await buryDeadTasks(database.db, NOW);
    const { accountId } = account;
    expect(buried).toEqual([{ task: 'send-mail', accountId, error: 'The mail server refuses it.' }]);
    const [letter] = await letters();
    expect(letter).toMatchObject({
      task: 'send-mail',
      payload,
      error: 'The mail server refuses it.',
      attempts: 3,
      failedAt: NOW,
    });
    expect(await queuedTasks(database.url)).toEqual([]);
    const stranger = await givenAccount(database.db);
    expect(await letters(stranger.accountId)).toEqual([]);
    expect(await findDeadLetters(database.db, stranger.accountId, [letter?.id ?? ''])).toEqual([]);
  });

  it('is buried once by several workers at once', async () => {
    await givenMail();
    await failForGood();
    await Promise.all(Array.from({ length: 6 }, () => buryDeadTasks(database.db, NOW)));
    expect(await letters()).toHaveLength(1);
  });

  it('fails the job that it was doing, with its words', async () => {
    const { accountId, actor } = account;
    const work = { payload: {}, total: 3 };
    const job = await inTransaction(database.db, (trx) =>
      createJob(trx, actor, accountId, 'default-group-cleanup', work, NOW),
    );
    await inTransaction(database.db, (trx) => beginJob(trx, accountId, job.id, NOW));
    await failForGood('The group is gone.');
    await buryDeadTasks(database.db, NOW);
    expect(await findJob(database.db, accountId, job.id)).toMatchObject({
      state: 'failed',
      error: 'The group is gone.',
      finishedAt: NOW,
    });
    const [letter] = await letters();
    await inTransaction(database.db, (trx) => retryDeadLetter(trx, ADMIN, accountId, letter?.id ?? '', NOW));
    expect(await findJob(database.db, accountId, job.id)).toMatchObject({ state: 'queued', error: null });
    expect(await inTransaction(database.db, (trx) => beginJob(trx, accountId, job.id, NOW))).toMatchObject({
      state: 'running',
    });
    await inQueue('delete from graphile_worker._private_jobs');
  });

  it('since its worker died in it again and again, is one as well', async () => {
    await givenMail();
    await inQueue(`update graphile_worker._private_jobs
      set attempts = max_attempts, locked_by = 'gone', locked_at = now()`);
    expect(await buryDeadTasks(database.db, NOW)).toEqual([]);
    expect(await releaseTasksOfDeadWorkers(database.db)).toEqual(['gone']);
    await buryDeadTasks(database.db, NOW);
    expect(await letters()).toMatchObject([
      { error: 'The worker ended in the middle of it, again and again.' },
    ]);
  });

  it('with no account is only told of', async () => {
    await inQueue(`select graphile_worker.add_job('delete-old-records', '{}')`);
    await failForGood('no');
    expect(await buryDeadTasks(database.db, NOW)).toEqual([
      { task: 'delete-old-records', accountId: null, error: 'no' },
    ]);
  });

  it('that was given up while it ran is not tried again', async () => {
    await givenMail();
    const client = new pg.Client({ connectionString: database.url });
    await client.connect();
    const { rows } = await client.query<{ id: string }>('select id from graphile_worker._private_jobs');
    await client.end();
    await giveUpTask(database.db, rows[0]?.id ?? '');
    await buryDeadTasks(database.db, NOW);
    expect(await letters()).toHaveLength(1);
  });
});

describe('a dead letter', () => {
  it('is tried once more, by one of two who ask at once', async () => {
    const id = await givenLetter();
    const retry = () =>
      inTransaction(database.db, (trx) => retryDeadLetter(trx, ADMIN, account.accountId, id, NOW));
    const outcomes = await Promise.allSettled([retry(), retry()]);
    expect(outcomes.map(({ status }) => status).toSorted()).toEqual(['fulfilled', 'rejected']);
    expect(await letters()).toEqual([]);
    expect(await queuedTasks(database.url)).toMatchObject([{ task: 'send-mail' }]);
    await inQueue('delete from graphile_worker._private_jobs');
  });

  it('is discarded, and then it is not there', async () => {
    const id = await givenLetter();
    const discard = () =>
      inTransaction(database.db, (trx) => discardDeadLetter(trx, ADMIN, account.accountId, id, NOW));
    await discard();
    expect(await letters()).toEqual([]);
    expect(await queuedTasks(database.url)).toEqual([]);
    await expect(discard()).rejects.toMatchObject({ code: 'not_found' });
  });

  it('is for those who may write settings, and for those of its account', async () => {
    const id = await givenLetter();
    const stranger = await givenAccount(database.db);
    const viewer = callerWith(ACTOR, null, ['account_viewer']);
    for (const act of [retryDeadLetter, discardDeadLetter]) {
      await expect(
        inTransaction(database.db, (trx) => act(trx, viewer, account.accountId, id, NOW)),
      ).rejects.toMatchObject({ code: 'forbidden' });
      await expect(
        inTransaction(database.db, (trx) => act(trx, ADMIN, stranger.accountId, id, NOW)),
      ).rejects.toMatchObject({ code: 'not_found' });
    }
    expect(await letters()).toHaveLength(1);
  });
});

describe('the lock of a worker', () => {
  it('keeps its tasks for it until the worker ends', async () => {
    await givenMail();
    const lock = await holdWorkerLock(database.db, 'living');
    await inQueue(`update graphile_worker._private_jobs set locked_by = 'living', locked_at = now()`);
    expect(await releaseTasksOfDeadWorkers(database.db)).toEqual([]);
    await lock[Symbol.asyncDispose]();
    await expect.poll(() => releaseTasksOfDeadWorkers(database.db)).toEqual(['living']);
    await inQueue('delete from graphile_worker._private_jobs');
  });

  it('tells its holder when it is lost', async () => {
    await using lock = await holdWorkerLock(database.db, 'cut off');
    await inQueue(`select pg_terminate_backend(pid) from pg_locks
      where locktype = 'advisory' and database = (select oid from pg_database where datname = current_database())`);
    expect(await lock.lost).toBeInstanceOf(Error);
  });
});
