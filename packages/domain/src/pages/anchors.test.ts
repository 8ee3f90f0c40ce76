import { operatorCaller } from '../admins/caller.ts';
import { sql } from 'kysely';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { inTransaction } from '../database/transaction.ts';
import { newId } from '../ids.ts';
import { givenAccount } from '../testing/accounts.ts';
import { identityProvider } from '../testing/provisioning.ts';
import { type TestDatabase, testDatabase } from '../testing/database.ts';
import { eraseUser } from '../users/erase-user.ts';
import { deleteOldAnchors, findAnchor, keepAnchor, sweepAnchors, type Walk } from './anchors.ts';
import type { Position } from './position.ts';

const NOON = new Date('2026-11-22T12:00:00Z');
const MINUTE_MS = 60_000;

let database: TestDatabase;

beforeAll(async () => {
  database = await testDatabase();
});

afterAll(() => database[Symbol.asyncDispose]());

function walkAt(minutes: number, changes: Partial<Walk> = {}): Walk {
  return { ...WALK, now: new Date(NOON.getTime() + minutes * MINUTE_MS), ...changes };
}

const WALK = { walkerId: newId(), queryDigest: () => Buffer.from('all users') };
const PLACE: Position = { key: "o'neil", id: newId() };

test('a walk goes on within ten minutes, for its own walker, query and number alone', async () => {
  const { db } = database;
  const { accountId } = await givenAccount(db);
  const neighbour = await givenAccount(db);
  await keepAnchor(db, accountId, walkAt(0), 101, PLACE);
  expect(await findAnchor(db, accountId, walkAt(0), 101)).toEqual(PLACE);
  expect(await findAnchor(db, accountId, walkAt(9.9), 101)).toEqual(PLACE);
  expect(await findAnchor(db, accountId, walkAt(10), 101)).toBeUndefined();
  expect(await findAnchor(db, accountId, walkAt(0), 102)).toBeUndefined();
  expect(await findAnchor(db, neighbour.accountId, walkAt(0), 101)).toBeUndefined();
  for (const other of [{ walkerId: newId() }, { queryDigest: () => Buffer.from('others') }]) {
    expect(await findAnchor(db, accountId, walkAt(0, other), 101)).toBeUndefined();
  }
});

test('a walk that begins again goes on where it stands now', async () => {
  const { db } = database;
  const { accountId } = await givenAccount(db);
  const later: Position = { key: null, id: newId() };
  await keepAnchor(db, accountId, walkAt(0), 101, PLACE);
  await keepAnchor(db, accountId, walkAt(9), 101, later);
  expect(await findAnchor(db, accountId, walkAt(18), 101)).toEqual(later);
});

test('what no walk may use any more is deleted, of all accounts, and nothing else', async () => {
  const { db } = database;
  const accounts = [await givenAccount(db), await givenAccount(db)];
  for (const { accountId } of accounts) {
    await keepAnchor(db, accountId, walkAt(0), 101, PLACE);
    await keepAnchor(db, accountId, walkAt(5), 201, PLACE);
  }
  await deleteOldAnchors(db, walkAt(10).now);
  for (const { accountId } of accounts) {
    const { rows } = await sql<{ start_index: number }>`
      select a.start_index from page_anchors a where a.account_id = ${accountId}`.execute(db);
    expect(rows).toEqual([{ start_index: 201 }]);
  }
});

test("a person's erasure leaves no name behind in the places of walks", async () => {
  const { db } = database;
  const account = await givenAccount(db);
  const { accountId, actor } = account;
  const provider = identityProvider(db, account);
  const person = await provider.post({ userName: "o'neil@acme.example" });
  await provider.delete(person.id);
  const neighbour = await givenAccount(db);
  for (const each of [accountId, neighbour.accountId]) await keepAnchor(db, each, walkAt(0), 101, PLACE);
  await inTransaction(db, (trx) => eraseUser(trx, operatorCaller(actor), accountId, person.id, new Date()));
  expect(await findAnchor(db, accountId, walkAt(0), 101)).toBeUndefined();
  expect(await findAnchor(db, neighbour.accountId, walkAt(0), 101)).toEqual(PLACE);
});

test('old anchors are swept by themselves, and a sweep that fails is told and tried again', async () => {
  await using fresh = await testDatabase();
  const { db } = fresh;
  const { accountId } = await givenAccount(db);
  const walk = { ...WALK, now: new Date(Date.now() - 11 * MINUTE_MS) };
  await keepAnchor(db, accountId, walk, 101, PLACE);
  const errors: unknown[] = [];
  const client = await db.borrowClient();
  await client.query('alter table page_anchors rename to page_anchors_away');
  await using _sweep = sweepAnchors(db, { everyMs: 10, onError: (error) => errors.push(error) });
  await expect.poll(() => errors.length).toBeGreaterThan(0);
  await client.query('alter table page_anchors_away rename to page_anchors');
  client.release();
  await expect
    .poll(async () => findAnchor(db, accountId, { ...walk, now: new Date(walk.now) }, 101))
    .toBeUndefined();
});

test('anchors are unlogged: to remember a place waits for no disk', async () => {
  const { rows } = await sql<{ relpersistence: string }>`
    select relpersistence from pg_class where relname in ('page_anchors', 'page_anchors_pkey')`.execute(
    database.db,
  );
  expect(rows).toEqual([{ relpersistence: 'u' }, { relpersistence: 'u' }]);
});
