import { sql } from 'kysely';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Actor } from '../actor.ts';
import { callerWith, operatorCaller } from '../admins/caller.ts';
import { inTransaction } from '../database/transaction.ts';
import { after, givenCleanupWorld } from '../default-group-cleanup/cleanup-testing.ts';
import { appendAuditEvent } from '../events/append-audit-event.ts';
import { newId } from '../ids.ts';
import { createJob, failJob, listJobs } from '../jobs/jobs.ts';
import { givenAccount, type GivenAccount } from '../testing/accounts.ts';
import { testDatabase, type TestDatabase } from '../testing/database.ts';
import { deleteOldRecords } from './delete-old-records.ts';
import { readRetention, setRetention } from './set-retention.ts';

const DAY = 24 * 60 * 60 * 1000;
const NOW = new Date();
const NEVER = new AbortController().signal;
const OPERATOR: Actor = { kind: 'operator', name: 'test' };

let database: TestDatabase;
beforeAll(async () => {
  database = await testDatabase();
});
afterAll(() => database[Symbol.asyncDispose]());

function daysLater(days: number): Date {
  return new Date(NOW.getTime() + days * DAY);
}

/** An audit event and a provisioning event of now; ids begin with their time, which only the clock can make. */
async function givenEvents({ accountId }: GivenAccount, amount = 1): Promise<void> {
  await inTransaction(database.db, async (trx) => {
    for (let made = 0; made < amount; made += 1) {
      appendAuditEvent(trx, OPERATOR, accountId, NOW, {
        kind: 'account.created',
        target: { kind: 'account' },
        detail: {},
      });
    }
  });
  await sql`
    insert into provisioning_events (account_id, id, at, token_id, address, method, path, status, duration_ms)
    values (${accountId}, ${newId()}, ${NOW}, ${newId()}, '10.0.0.1', 'GET', '/Users', 200, 1)`.execute(
    database.db,
  );
}

async function left({ accountId }: GivenAccount): Promise<{ audit: number; provisioning: number }> {
  const { rows } = await sql<{ audit: number; provisioning: number }>`
    select (select count(*)::int from audit_events e where e.account_id = ${accountId}) as audit,
      (select count(*)::int from provisioning_events e where e.account_id = ${accountId}) as provisioning`.execute(
    database.db,
  );
  return rows[0] ?? { audit: -1, provisioning: -1 };
}

test('audit events are kept for 400 days and provisioning events for 90, unless the account says otherwise', async () => {
  const usual = await givenAccount(database.db);
  const patient = await givenAccount(database.db);
  for (const account of [usual, patient]) await givenEvents(account);
  await inTransaction(database.db, (trx) =>
    setRetention(
      trx,
      operatorCaller(OPERATOR),
      patient.accountId,
      { auditEventsKeptDays: 500, provisioningEventsKeptDays: 200 },
      NOW,
    ),
  );
  const seen: unknown[] = [];
  for (const days of [89, 91, 399, 401, 501]) {
    await deleteOldRecords(database.db, daysLater(days), NEVER);
    seen.push([days, await left(usual), await left(patient)]);
  }
  // The change of the setting is an event itself.
  expect(seen).toEqual([
    [89, { audit: 1, provisioning: 1 }, { audit: 2, provisioning: 1 }],
    [91, { audit: 1, provisioning: 0 }, { audit: 2, provisioning: 1 }],
    [399, { audit: 1, provisioning: 0 }, { audit: 2, provisioning: 0 }],
    [401, { audit: 0, provisioning: 0 }, { audit: 2, provisioning: 0 }],
    [501, { audit: 0, provisioning: 0 }, { audit: 0, provisioning: 0 }],
  ]);
});

test('more than one statement deletes is deleted in several', async () => {
  const account = await givenAccount(database.db);
  await givenEvents(account, 4500);
  expect(await left(account)).toEqual({ audit: 4500, provisioning: 1 });
  await deleteOldRecords(database.db, daysLater(401), NEVER);
  expect(await left(account)).toEqual({ audit: 0, provisioning: 0 });
});

test('a worker that is asked to stop stops between two statements', async () => {
  const account = await givenAccount(database.db);
  await givenEvents(account);
  await expect(deleteOldRecords(database.db, daysLater(401), AbortSignal.abort())).rejects.toThrow(/abort/iu);
  expect(await left(account)).toEqual({ audit: 1, provisioning: 1 });
});

test('jobs are kept for 90 days after their end, and as long as they have none', async () => {
  const { accountId, actor } = await givenAccount(database.db);
  const work = { payload: {}, total: null };
  const [done, running] = await inTransaction(database.db, (trx) =>
    Promise.all([
      createJob(trx, actor, accountId, 'default-group-cleanup', work, NOW),
      createJob(trx, actor, accountId, 'default-group-cleanup', work, NOW),
    ]),
  );
  await inTransaction(database.db, async (trx) => failJob(trx, accountId, done.id, 'no', NOW));
  const ids = async (): Promise<readonly string[]> => {
    const slice = { behind: undefined, backward: true, limit: 10 };
    return (await listJobs(database.db, accountId, {}, slice)).map(({ position }) => position.id);
  };
  await deleteOldRecords(database.db, daysLater(89), NEVER);
  expect(await ids()).toEqual([done.id, running.id]);
  await deleteOldRecords(database.db, daysLater(91), NEVER);
  expect(await ids()).toEqual([running.id]);
});

test('a default-group cleanup goes with them when it can no longer be applied', async () => {
  const world = await givenCleanupWorld(database.db);
  await world.plan();
  await deleteOldRecords(database.db, after(24), NEVER);
  expect(await world.list()).toHaveLength(1);
  await deleteOldRecords(database.db, after(25), NEVER);
  expect(await world.list()).toEqual([]);
});

test('only who may write settings sets for how long logs are kept, within bounds', async () => {
  const { accountId } = await givenAccount(database.db);
  const set = (caller: Parameters<typeof setRetention>[1], days: number) =>
    inTransaction(database.db, (trx) =>
      setRetention(trx, caller, accountId, { auditEventsKeptDays: days }, NOW),
    );
  const viewer = callerWith(OPERATOR, null, ['account_viewer']);
  await expect(set(viewer, 10)).rejects.toMatchObject({ code: 'forbidden' });
  for (const days of [0, 1.5, 3651]) {
    await expect(set(operatorCaller(OPERATOR), days)).rejects.toMatchObject({ path: 'auditEventsKeptDays' });
  }
  expect(await set(operatorCaller(OPERATOR), 30)).toEqual({
    auditEventsKeptDays: 30,
    provisioningEventsKeptDays: 90,
  });
  expect(await readRetention(database.db, accountId)).toMatchObject({ auditEventsKeptDays: 30 });
});
