import { readSealingKeys } from '@rollcall/domain/pages/sealing-keys';
import type { CursorPoint } from '@rollcall/domain/pages/position';
import { newId } from '@rollcall/domain/ids';
import { type TestDatabase, testDatabase } from '@rollcall/domain/testing/database';
import { ScimError } from '@rollcall/scim-protocol/errors';
import { fuzzing } from '@rollcall/scim-protocol/testing/fuzzing';
import fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { CURSOR_TIMEOUT_SECONDS, type Cursors, type CursorWalk, openCursors } from './cursors.ts';

const RUNS = 500;
const NOW = new Date('2026-11-22T10:00:00Z');
const WALK: CursorWalk = {
  accountId: newId(),
  queryDigest: Buffer.alloc(32, 1),
  count: 100,
  now: NOW,
};
const POINT: CursorPoint = { direction: 'forward', position: { key: 'ana', id: newId() }, total: 7 };

let database: TestDatabase;
let cursors: Cursors;

beforeAll(async () => {
  database = await testDatabase();
  cursors = openCursors(database.db);
});

afterAll(() => database[Symbol.asyncDispose]());

/** The refusal's scimType; what is thrown beside refusals is thrown on. */
async function refusal(cursor: string, walk: CursorWalk = WALK): Promise<string | undefined> {
  try {
    await cursors.open(cursor, walk);
    return undefined;
  } catch (error) {
    if (error instanceof ScimError && error.status === 400) return error.scimType;
    throw error;
  }
}

test('any place comes back as it was sealed, in characters that need no escaping in a URL', async () => {
  // PostgreSQL keeps no U+0000 in a text.
  const storableText = fc.string({ unit: 'binary' }).map((text) => text.replaceAll('\0', ''));
  const points: fc.Arbitrary<CursorPoint> = fc.record(
    {
      direction: fc.constantFrom('forward', 'backward'),
      position: fc.record({ key: fc.option(storableText), id: fc.uuid() }),
      total: fc.nat(),
    },
    { requiredKeys: ['direction'] },
  );
  await fc.assert(
    fc.asyncProperty(points, async (point) => {
      const cursor = await cursors.seal(point, WALK);
      expect(cursor).toMatch(/^[A-Za-z0-9_-]+$/);
      expect(await cursors.open(cursor, WALK)).toEqual(point);
    }),
    fuzzing(RUNS),
  );
});

test('a text that is not a cursor, a part of one or a changed one is invalidCursor, whatever it is', async () => {
  const cursor = await cursors.seal(POINT, WALK);
  const place = fc.nat(cursor.length - 1);
  const letter = fc.constantFrom('A', 'B', 'Z', 'a', 'b', 'z', '0', '1', '9', '-', '_');
  const touched = fc.oneof(
    fc.string({ unit: 'binary', minLength: 1, maxLength: 300 }),
    fc.uint8Array({ minLength: 1, maxLength: 300 }).map((bytes) => Buffer.from(bytes).toString('base64url')),
    place.map((end) => cursor.slice(0, end)),
    place.map((start) => cursor.slice(start + 1)),
    fc.tuple(place, letter).map(([at, other]) => `${cursor.slice(0, at)}${other}${cursor.slice(at + 1)}`),
    fc.tuple(place, letter).map(([at, more]) => `${cursor.slice(0, at)}${more}${cursor.slice(at)}`),
    fc.tuple(place, place).map(([a, b]) => swapped(cursor, Math.min(a, b), Math.max(a, b))),
    fc.constantFrom(`${cursor}=`, ` ${cursor}`, `${cursor}${cursor}`, '0', 'A'.repeat(100_000)),
  );
  await fc.assert(
    fc.asyncProperty(
      touched.filter((text) => text !== cursor),
      async (text) => {
        expect(await refusal(text)).toBe('invalidCursor');
      },
    ),
    fuzzing(RUNS),
  );
});

function swapped(text: string, a: number, b: number): string {
  return `${text.slice(0, a)}${text[b]}${text.slice(a + 1, b)}${a === b ? '' : text[a]}${text.slice(b + 1)}`;
}

test('a cursor of another account or another query is invalidCursor', async () => {
  const cursor = await cursors.seal(POINT, WALK);
  expect(await refusal(cursor, { ...WALK, accountId: newId() })).toBe('invalidCursor');
  expect(await refusal(cursor, { ...WALK, queryDigest: Buffer.alloc(32, 2) })).toBe('invalidCursor');
  expect(await refusal(cursor)).toBeUndefined();
});

test('a cursor is good for its time and then expiredCursor; another count is invalidCount', async () => {
  const cursor = await cursors.seal(POINT, WALK);
  const after = (seconds: number): CursorWalk => ({ ...WALK, now: new Date(NOW.getTime() + seconds * 1000) });
  expect(await refusal(cursor, after(CURSOR_TIMEOUT_SECONDS))).toBeUndefined();
  expect(await refusal(cursor, after(CURSOR_TIMEOUT_SECONDS + 1))).toBe('expiredCursor');
  expect(await refusal(cursor, { ...WALK, count: 99 })).toBe('invalidCount');
});

test('the same place never has the same cursor twice, and shows nothing of what is in it', async () => {
  const [one, two] = await Promise.all([cursors.seal(POINT, WALK), cursors.seal(POINT, WALK)]);
  expect(one).not.toBe(two);
  expect(Buffer.from(one, 'base64url').toString('latin1')).not.toContain('ana');
});

test('processes that start at once share one key, and a restart finds it', async () => {
  await using fresh = await testDatabase();
  const found = await Promise.all(Array.from({ length: 8 }, () => readSealingKeys(fresh.db, 'cursor')));
  expect(
    new Set(found.map((keys) => keys.map(({ secret }) => Buffer.from(secret).toString('hex')).join())).size,
  ).toBe(1);
  const cursor = await openCursors(fresh.db).seal(POINT, WALK);
  expect(await openCursors(fresh.db).open(cursor, WALK)).toEqual(POINT);
});

test('a process knows the key that another one added, and both open what the old one sealed', async () => {
  await using fresh = await testDatabase();
  const early = openCursors(fresh.db);
  const sealedBefore = await early.seal(POINT, WALK);
  await fresh.db
    .insertInto('sealing_keys')
    .values({ purpose: 'cursor', generation: 2, secret: Buffer.alloc(32, 7), created_at: NOW })
    .execute();
  const late = openCursors(fresh.db);
  const sealedAfter = await late.seal(POINT, WALK);
  for (const process of [early, late]) {
    expect(await process.open(sealedBefore, WALK)).toEqual(POINT);
    expect(await process.open(sealedAfter, WALK)).toEqual(POINT);
  }
});

test('cursors work again once the database is back', async () => {
  await using away = await testDatabase();
  const client = await away.db.borrowClient();
  const process = openCursors(away.db);
  await client.query('alter table sealing_keys rename to sealing_keys_away');
  await expect(process.seal(POINT, WALK)).rejects.toThrow('sealing_keys');
  await client.query('alter table sealing_keys_away rename to sealing_keys');
  client.release();
  expect(await process.open(await process.seal(POINT, WALK), WALK)).toEqual(POINT);
});
