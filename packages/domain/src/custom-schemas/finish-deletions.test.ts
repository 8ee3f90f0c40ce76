import { sql } from 'kysely';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Actor } from '../actor.ts';
import { lockAccount } from '../database/locks.ts';
import { inTransaction, type Trx } from '../database/transaction.ts';
import { doneOrWaiting } from '../groups/group-testing.ts';
import { findJob } from '../jobs/jobs.ts';
import { insertPeople } from '../licenses/licensed-account-testing.ts';
import { testDatabase, type TestDatabase } from '../testing/database.ts';
import { changeSchema } from './change-schema.ts';
import { givenSchemas, payroll, PAYROLL_URN, type SchemaWorld } from './custom-schema-testing.ts';
import { deleteSchema, updateSchema } from './custom-schemas.repository.ts';
import { defineSchema } from './define-schema.ts';
import { queueDeletion, runDeletion } from './deletion-job.ts';
import { getSchema } from './list-schemas.ts';

let database: TestDatabase;
beforeAll(async () => {
  database = await testDatabase();
});
afterAll(() => database[Symbol.asyncDispose]());

const OPERATOR: Actor = { kind: 'operator', name: 'test' };

/** Lets a deletion begin and, before it holds the account, somebody else do what ends it and what comes after. */
async function finishingLate(world: SchemaWorld, meanwhile: (trx: Trx) => Promise<void>): Promise<number> {
  let late: Promise<number> | undefined;
  await inTransaction(world.db, async (trx) => {
    await lockAccount(trx, world.accountId);
    late = world.finish(PAYROLL_URN);
    await doneOrWaiting(world.db, late);
    await meanwhile(trx);
  });
  return late ?? 0;
}

async function write(trx: Trx, { accountId }: SchemaWorld, values: object): Promise<void> {
  await sql`
    update users u set attributes = ${JSON.stringify({ [PAYROLL_URN]: values })}::jsonb
    where u.account_id = ${accountId}`.execute(trx);
}

test('a job that is interrupted goes on, and counts everybody once', async () => {
  const world = await givenSchemas(database.db);
  const { db, accountId } = world;
  await world.define(payroll('number'));
  const attributes = JSON.stringify({ [PAYROLL_URN]: { number: '7' } });
  await insertPeople(
    db,
    accountId,
    Array.from({ length: 1_100 }, () => ({ attributes })),
  );
  await world.remove(PAYROLL_URN, true);
  const removed = await getSchema(db, accountId, PAYROLL_URN);
  const { id } = await inTransaction(db, async (trx) => {
    await lockAccount(trx, accountId);
    return queueDeletion(trx, OPERATOR, accountId, removed, 1_100, new Date());
  });
  const stop = new AbortController();
  // The clock is asked for the beginning of the job, and once for each thousand.
  let looks = 0;
  const now = () => {
    looks += 1;
    if (looks === 2) stop.abort();
    return new Date();
  };
  await expect(runDeletion(db, accountId, id, { now, signal: stop.signal })).rejects.toThrow(/abort/iu);
  expect(await findJob(db, accountId, id)).toMatchObject({ state: 'running', progress: { done: 1_000 } });
  const control = { now: () => new Date(), signal: new AbortController().signal };
  await runDeletion(db, accountId, id, control);
  expect(await findJob(db, accountId, id)).toMatchObject({
    state: 'succeeded',
    progress: { total: 1_100 },
    result: { resourcesChanged: 1_100 },
  });
});

test('a deletion that is late leaves values of a schema that was defined anew', async () => {
  const world = await givenSchemas(database.db);
  const { db, accountId } = world;
  await world.define(payroll('number'));
  const ana = await world.personWith('ana', { number: 'old' });
  await world.remove(PAYROLL_URN, true);
  const removed = await getSchema(db, accountId, PAYROLL_URN);
  const late = finishingLate(world, async (trx) => {
    await deleteSchema(trx, accountId, removed.id);
    const anew = { resourceType: 'User', document: payroll('number') } as const;
    await defineSchema(trx, OPERATOR, accountId, anew, new Date());
    await write(trx, world, { number: 'new' });
  });
  expect(await late).toBe(0);
  expect((await world.valuesOf(ana)).values).toEqual({ number: 'new' });
});

test('a deletion that is late leaves values of an attribute that was added anew', async () => {
  const world = await givenSchemas(database.db);
  const { db, accountId } = world;
  await world.define(payroll('number', 'site'));
  const ana = await world.personWith('ana', { number: '7', site: 'old' });
  await world.change(payroll('number'), true);
  const changed = await getSchema(db, accountId, PAYROLL_URN);
  const late = finishingLate(world, async (trx) => {
    await updateSchema(trx, accountId, { ...changed, retired: [] });
    const document = payroll('number', 'site');
    await changeSchema(trx, OPERATOR, accountId, { document, deleteValues: false }, new Date());
    await write(trx, world, { number: '7', site: 'new' });
  });
  expect(await late).toBe(0);
  expect((await world.valuesOf(ana)).values).toEqual({ number: '7', site: 'new' });
});

test('a deletion during which more is removed deletes that as well, before any name is free', async () => {
  const world = await givenSchemas(database.db);
  const { accountId } = world;
  await world.define(payroll('number', 'site', 'floor'));
  const ana = await world.personWith('ana', { number: '7', site: 'Oslo', floor: '3' });
  await world.change(payroll('number', 'floor'), true);
  const late = finishingLate(world, async (trx) => {
    const document = payroll('number');
    await changeSchema(trx, OPERATOR, accountId, { document, deleteValues: true }, new Date());
  });
  expect(await late).toBe(1);
  expect((await world.valuesOf(ana)).values).toEqual({ number: '7' });
  expect((await getSchema(world.db, accountId, PAYROLL_URN)).retired).toEqual([]);
});
