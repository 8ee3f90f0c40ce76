import { sql } from 'kysely';
import pg from 'pg';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { BusyError, TooCostlyError } from '../errors.ts';
import { type TestDatabase, testDatabase } from '../testing/database.ts';
import { boundedQuery } from './bounded-query.ts';

const POOL = 2;

let database: TestDatabase;

beforeAll(async () => {
  database = await testDatabase({ poolSize: POOL });
});

afterAll(async () => {
  await database[Symbol.asyncDispose]();
});

test('a query has less time than any other statement, and one processor', async () => {
  const settings = sql<{ limit: string; workers: string }>`
    select current_setting('statement_timeout') as limit, current_setting('max_parallel_workers_per_gather') as workers`;
  const { rows: ofQueries } = await boundedQuery(database.db, (queries) => settings.execute(queries));
  const { rows: ofOthers } = await settings.execute(database.db);
  expect(ofQueries).toEqual([{ limit: '15s', workers: '0' }]);
  expect(ofOthers[0]?.limit).toBe('1min');
});

test('a query that PostgreSQL stops for its time is too costly, and says what is found directly', async () => {
  const { db } = database;
  const stopped = boundedQuery(db, (queries) =>
    queries.connection().execute(async (connection) => {
      await sql`set statement_timeout = '20ms'`.execute(connection);
      try {
        await sql`select count(*) from generate_series(1, 100000000)`.execute(connection);
      } finally {
        await sql`reset statement_timeout`.execute(connection);
      }
    }),
  );
  const error = await stopped.catch((caught: unknown) => caught);
  expect(error).toBeInstanceOf(TooCostlyError);
  expect(String(error)).toMatch(/stopped after 15 seconds.*eq or sw on userName/);
});

test('slow queries on all their connections keep nobody else waiting', async () => {
  const { db } = database;
  const gate = Promise.withResolvers<void>();
  const slow = Array.from({ length: POOL }, () =>
    boundedQuery(db, (queries) => queries.connection().execute(() => gate.promise)),
  );
  const { rows } = await sql<{ here: boolean }>`select true as here`.execute(db);
  expect(rows).toEqual([{ here: true }]);
  gate.resolve();
  await Promise.all(slow);
});

test('a query that gets no connection in time is told that it may be sent again', async () => {
  // Long enough to connect in: a connection that is given up half made would fail in nobody's hands.
  const pool = new pg.Pool({ connectionString: database.url, max: 1, connectionTimeoutMillis: 1000 });
  const taken = await pool.connect();
  try {
    await expect(boundedQuery(database.db, () => pool.connect())).rejects.toThrow(BusyError);
  } finally {
    taken.release();
    await pool.end();
  }
});

test('any other failure stays what it is', async () => {
  const failing = boundedQuery(database.db, (queries) => sql`select 1 / 0`.execute(queries));
  await expect(failing).rejects.toThrow('division by zero');
});
