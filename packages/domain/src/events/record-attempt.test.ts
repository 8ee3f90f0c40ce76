import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Actor } from '../actor.ts';
import { inAccount } from '../database/tenancy/account-scope.ts';
import { newId } from '../ids.ts';
import { givenAccount } from '../testing/accounts.ts';
import { testDatabase, type TestDatabase } from '../testing/database.ts';
import { openAttemptLog } from './attempt-log.ts';
import type { AuditEventInput } from './audit-event.ts';
import { recordAttempt } from './record-attempt.ts';
import { recordRefusal } from './record-refusal.ts';

const ACTOR: Actor = { kind: 'system', name: 'sign-in' };
const START = new Date('2026-12-01T10:00:00Z');

let database: TestDatabase;

beforeAll(async () => {
  database = await testDatabase();
});

afterAll(() => database[Symbol.asyncDispose]());

const at = (seconds: number) => new Date(START.getTime() + seconds * 1000);
const attempt = (changes: Partial<AuditEventInput> = {}): AuditEventInput => ({
  kind: 'sign_in.refused',
  target: { kind: 'account' },
  detail: { reason: 'not_provisioned', address: 'ana@acme.example' },
  ...changes,
});

describe('equal attempts', () => {
  test('of a minute are one event with their number and the time of the last', async () => {
    const { accountId } = await givenAccount(database.db);
    for (const seconds of [0, 10, 59])
      await recordAttempt(database.db, ACTOR, accountId, attempt(), at(seconds));
    expect(await events(accountId)).toEqual([{ at: at(0), occurrences: 3, last_at: at(59) }]);
  });

  test('a minute after the first begin another event', async () => {
    const { accountId } = await givenAccount(database.db);
    for (const seconds of [0, 30, 60, 61]) {
      await recordAttempt(database.db, ACTOR, accountId, attempt(), at(seconds));
    }
    expect(await events(accountId)).toEqual([
      { at: at(0), occurrences: 2, last_at: at(30) },
      { at: at(60), occurrences: 2, last_at: at(61) },
    ]);
  });

  test('at once are counted, every one', async () => {
    const { accountId } = await givenAccount(database.db);
    await Promise.all(
      Array.from({ length: 20 }, () => recordAttempt(database.db, ACTOR, accountId, attempt(), START)),
    );
    expect(await events(accountId)).toEqual([{ at: START, occurrences: 20, last_at: START }]);
  });

  test.each<[string, Partial<AuditEventInput>, Actor]>([
    ['kind', { kind: 'sign_in.succeeded' }, ACTOR],
    ['target', { target: { kind: 'user', id: newId() } }, ACTOR],
    ['detail', { detail: { reason: 'not_provisioned', address: 'eve@acme.example' } }, ACTOR],
    ['alert', { alert: true }, ACTOR],
    ['actor', {}, { kind: 'administrator', id: newId(), name: 'Eve' }],
  ])('are not those of another %s', async (_what, changes, actor) => {
    const { accountId } = await givenAccount(database.db);
    await recordAttempt(database.db, ACTOR, accountId, attempt(), START);
    await recordAttempt(database.db, actor, accountId, attempt(changes), START);
    expect(await events(accountId)).toHaveLength(2);
  });

  test('of two accounts stay apart', async () => {
    const [ours, theirs] = [await givenAccount(database.db), await givenAccount(database.db)];
    for (const { accountId } of [ours, theirs]) {
      await recordAttempt(database.db, ACTOR, accountId, attempt(), START);
      expect(await events(accountId)).toEqual([{ at: START, occurrences: 1, last_at: null }]);
    }
  });
});

test('equal alerts of a minute are one event', async () => {
  const { accountId } = await givenAccount(database.db);
  const alert = attempt({ alert: true });
  await Promise.all(
    [1, 2, 3].map((seconds) => recordRefusal(database.db, ACTOR, accountId, alert, at(seconds))),
  );
  expect(await events(accountId)).toMatchObject([{ occurrences: 3 }]);
});

describe('what anyone can try a thousand times', () => {
  test('is written at the first time, and once more with the number of the others', async () => {
    const { accountId } = await givenAccount(database.db);
    const log = openAttemptLog(database.db, fail);
    await Promise.all(Array.from({ length: 1000 }, () => log.record(ACTOR, accountId, [attempt()], at(1))));
    expect(await events(accountId)).toMatchObject([{ occurrences: 1 }]);
    await log.flush();
    expect(await events(accountId)).toEqual([{ at: at(1), occurrences: 1000, last_at: at(1) }]);
  });

  test('is counted in several processes alike, each account and kind of attempt by itself', async () => {
    const accounts = [await givenAccount(database.db), await givenAccount(database.db)];
    const others = ['a', 'b', 'c'].map((reason) => attempt({ detail: { reason } }));
    const logs = [1, 2, 3].map(() => openAttemptLog(database.db, fail));
    for (const log of logs) {
      await Promise.all(
        accounts.flatMap(({ accountId }) =>
          [others, others.toReversed(), others].map((given) => log.record(ACTOR, accountId, given, START)),
        ),
      );
    }
    await Promise.all(logs.map((log) => log.flush()));
    for (const { accountId } of accounts) {
      expect(await events(accountId)).toEqual(
        others.map(() => ({ at: START, occurrences: 9, last_at: START })),
      );
    }
  });

  test('is written by itself, each account’s in its own scope', async () => {
    const accounts = [await givenAccount(database.db), await givenAccount(database.db)];
    const log = openAttemptLog(database.db, fail, 1);
    const twice = (accountId: string) =>
      inAccount(accountId, async () => {
        const both = [1, 2].map(() => log.record(ACTOR, accountId, [attempt()], START));
        await Promise.all(both);
      });
    await Promise.all(accounts.map(({ accountId }) => twice(accountId)));
    for (const { accountId } of accounts) {
      await expect.poll(() => events(accountId)).toMatchObject([{ occurrences: 2 }]);
    }
  });

  test('is counted on when the minute of the first is over', async () => {
    const { accountId } = await givenAccount(database.db);
    const log = openAttemptLog(database.db, fail);
    for (const seconds of [0, 70, 71]) await log.record(ACTOR, accountId, [attempt()], at(seconds));
    await log.flush();
    expect(await events(accountId)).toEqual([
      { at: at(0), occurrences: 1, last_at: null },
      { at: at(71), occurrences: 2, last_at: at(71) },
    ]);
  });
});

function fail(error: unknown): never {
  throw error;
}

function events(accountId: string) {
  return database.db
    .selectFrom('audit_events')
    .select(['at', 'occurrences', 'last_at'])
    .where('account_id', '=', accountId)
    .orderBy('id')
    .execute();
}
