import { sql } from 'kysely';
import pg from 'pg';
import { afterAll, describe, expect, test, vi } from 'vitest';
import { openDatabase } from '../database/connection.ts';
import { inAccount } from '../database/tenancy/account-scope.ts';
import { newId } from '../ids.ts';
import { givenAccount } from '../testing/accounts.ts';
import { testDatabase } from '../testing/database.ts';
import { listProvisioningEvents } from './list-provisioning-events.ts';
import type { ProvisioningEventInput } from './provisioning-event.ts';
import { provisioningEvent } from './provisioning-log-testing.ts';
import { openProvisioningLog } from './provisioning-log.ts';

const AT = new Date('2026-11-22T08:00:00.000Z');

const database = await testDatabase();
afterAll(() => database[Symbol.asyncDispose]());
const { db } = database;

function event(accountId: string, changes: Partial<ProvisioningEventInput> = {}): ProvisioningEventInput {
  return provisioningEvent(accountId, { at: AT, ...changes });
}

function openLog() {
  const reported: [unknown, number][] = [];
  const log = openProvisioningLog(db, { onError: (error, lost) => reported.push([error, lost]) });
  return { log, reported, [Symbol.asyncDispose]: () => log[Symbol.asyncDispose]() };
}

function listed(accountId: string) {
  return listProvisioningEvents(db, accountId, {}, { newestFirst: false, limit: 10_000 });
}

async function rejectedOf(accountId: string) {
  return db
    .selectFrom('rejected_request_counts')
    .select(['address', 'hour', 'amount'])
    .where('account_id', '=', accountId)
    .orderBy('address')
    .orderBy('hour')
    .execute();
}

/** Holds the table so that nothing can be inserted, until it is released. */
async function holdEvents() {
  const client = new pg.Client({ connectionString: database.url });
  await client.connect();
  await client.query('begin');
  await client.query('lock table provisioning_events in access exclusive mode');
  return {
    async release() {
      await client.query('commit');
      await client.end();
    },
  };
}

describe('the provisioning log', () => {
  test('keeps what it was told, without the secrets in it', async () => {
    const { accountId } = await givenAccount(db);
    await using opened = openLog();
    const told = event(accountId, {
      path: '/scim/v2/a/Users?filter=password%20eq%20%22hunter2%22',
      status: 400,
      scimType: 'invalidValue',
      errorDetail: 'The token rcs_abcdefghijklmnop is not meant to be here.',
      leniencies: [{ code: 'op_case', text: '"Replace" was read as "replace".' }],
      requestBody: { userName: 'anna@acme.example', password: 'hunter2' },
    });
    opened.log.record(told);
    await opened.log.flush();
    expect(await listed(accountId)).toEqual([
      {
        ...told,
        path: '/scim/v2/a/Users?filter=password%20eq%20[redacted]',
        errorDetail: 'The token [redacted] is not meant to be here.',
        requestBody: { userName: 'anna@acme.example', password: '[redacted]' },
      },
    ]);
    expect(opened.reported).toEqual([]);
  });

  test('is written within a second without being asked to', async () => {
    const { accountId } = await givenAccount(db);
    await using opened = openLog();
    opened.log.record(event(accountId));
    await vi.waitFor(async () => expect(await listed(accountId)).toHaveLength(1), { timeout: 10_000 });
    expect(opened.reported).toEqual([]);
  });

  test('is written in full when it is closed, whatever number of events wait', async () => {
    const { accountId } = await givenAccount(db);
    {
      await using opened = openLog();
      for (let count = 0; count < 2345; count += 1) opened.log.record(event(accountId));
    }
    expect(await listed(accountId)).toHaveLength(2345);
  });

  test('may be told of a request within the work for its account', async () => {
    const first = await givenAccount(db);
    const second = await givenAccount(db);
    await using opened = openLog();
    for (const { accountId } of [first, second]) {
      inAccount(accountId, () => {
        for (let count = 0; count < 600; count += 1) opened.log.record(event(accountId));
        opened.log.countRejected(accountId, '192.0.2.9', AT);
      });
    }
    await inAccount(first.accountId, () => opened.log.flush());
    await opened.log.flush();
    expect(opened.reported).toEqual([]);
    expect(await listed(first.accountId)).toHaveLength(600);
    expect(await listed(second.accountId)).toHaveLength(600);
  });

  test('takes what PostgreSQL could not store: NUL, halves of surrogate pairs, and ids that are none', async () => {
    const { accountId } = await givenAccount(db);
    await using opened = openLog();
    opened.log.record(
      event(accountId, {
        path: '/Users/\0\uD800',
        userAgent: 'agent\0',
        errorDetail: '\uDFFF',
        resourceId: 'no id',
        requestBody: { 'na\0me': '\0', list: ['\uD83D'] },
      }),
    );
    await opened.log.flush();
    expect(opened.reported).toEqual([]);
    expect(await listed(accountId)).toMatchObject([{ resourceId: null, path: '/Users/\uFFFD\uFFFD' }]);
  });

  test('loses only the event that the database does not take, and says so', async () => {
    const { accountId } = await givenAccount(db);
    await using opened = openLog();
    for (let count = 0; count < 20; count += 1) {
      opened.log.record(event(accountId, count === 13 ? { status: 100_000 } : {}));
    }
    await opened.log.flush();
    expect(await listed(accountId)).toHaveLength(19);
    expect(opened.reported).toEqual([[expect.objectContaining({ code: '22003' }), 1]]);
  });

  test('never fails the request that it is told of', async () => {
    const { accountId } = await givenAccount(db);
    await using opened = openLog();
    opened.log.record(event(accountId, { at: new Date(Number.NaN) }));
    expect(opened.reported).toEqual([[expect.any(RangeError), 1]]);
  });

  test('keeps events while the database is away and writes each once afterwards', async () => {
    const { accountId } = await givenAccount(db);
    const reported: number[] = [];
    const impatient = await openDatabase({
      url: `${database.url}?options=-c%20lock_timeout%3D50ms`,
      onIdleConnectionError: failTest,
    });
    const table = await holdEvents();
    const log = openProvisioningLog(impatient, { onError: (_, lost) => reported.push(lost) });
    const told = [event(accountId), event(accountId), event(accountId)];
    for (const item of told) log.record(item);
    await log.flush();
    expect(reported).toEqual([0]);
    await table.release();
    await vi.waitFor(async () => expect(await listed(accountId)).toHaveLength(3), { timeout: 10_000 });
    // As after an answer that got lost on its way.
    for (const item of told) log.record(item);
    await log[Symbol.asyncDispose]();
    await impatient.destroy();
    expect((await listed(accountId)).map(({ id }) => id)).toEqual(told.map(({ id }) => id));
    expect(reported.every((lost) => lost === 0)).toBe(true);
  });

  test('is bounded while the database is away: it says how many events it could not keep', async () => {
    const unreachable = await openDatabase({
      url: 'postgres://nobody:nothing@127.0.0.1:1/none',
      onIdleConnectionError: failTest,
    });
    const lost: number[] = [];
    const log = openProvisioningLog(unreachable, { onError: (_, count) => lost.push(count) });
    const accountId = newId();
    for (let count = 0; count < 20_100; count += 1) log.record(event(accountId));
    await log[Symbol.asyncDispose]();
    await unreachable.destroy();
    expect(lost.reduce((sum, count) => sum + count, 0)).toBe(20_100);
  });
});

describe('requests without a valid token', () => {
  test('are counted by account, address and hour, and nothing else is kept of them', async () => {
    const { accountId } = await givenAccount(db);
    const nextHour = new Date(AT.getTime() + 3_600_000);
    await using opened = openLog();
    opened.log.countRejected(accountId, '192.0.2.1', AT);
    opened.log.countRejected(accountId.toUpperCase(), '192.0.2.1', new Date(AT.getTime() + 59 * 60_000));
    opened.log.countRejected(accountId, '192.0.2.1', nextHour);
    opened.log.countRejected(accountId, '2001:db8::1', AT);
    await opened.log.flush();
    opened.log.countRejected(accountId, '192.0.2.1', AT);
    await opened.log.flush();
    expect(await rejectedOf(accountId)).toEqual([
      { address: '192.0.2.1', hour: AT, amount: 3 },
      { address: '192.0.2.1', hour: nextHour, amount: 1 },
      { address: '2001:db8::1', hour: AT, amount: 1 },
    ]);
    expect(await listed(accountId)).toEqual([]);
    expect(opened.reported).toEqual([]);
  });

  test('for accounts that do not exist leave nothing behind', async () => {
    await using opened = openLog();
    const unknown = newId();
    for (const accountId of [unknown, 'no id', '', '\0', "'; drop table users; --"]) {
      opened.log.countRejected(accountId, '192.0.2.1', AT);
    }
    await opened.log.flush();
    expect(opened.reported).toEqual([]);
    const { rows } = await sql`select * from rejected_request_counts where account_id = ${unknown}`.execute(
      db,
    );
    expect(rows).toEqual([]);
  });

  test('are added up by processes that write at once', async () => {
    const accounts = await Promise.all(Array.from({ length: 5 }, () => givenAccount(db)));
    const logs = Array.from({ length: 4 }, () => openLog());
    for (let round = 0; round < 5; round += 1) {
      for (const [index, { log }] of logs.entries()) {
        const order = index % 2 === 0 ? accounts : accounts.toReversed();
        for (const { accountId } of order) log.countRejected(accountId, '192.0.2.1', AT);
      }
      await Promise.all(logs.map(({ log }) => log.flush()));
    }
    for (const { log } of logs) await log[Symbol.asyncDispose]();
    for (const { accountId } of accounts) {
      expect(await rejectedOf(accountId)).toEqual([{ address: '192.0.2.1', hour: AT, amount: 20 }]);
    }
  });
});

function failTest(error: unknown): void {
  throw error;
}
