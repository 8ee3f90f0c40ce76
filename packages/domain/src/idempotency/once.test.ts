import { afterAll, expect, test } from 'vitest';
import { callerWith } from '../admins/caller.ts';
import { inTransaction } from '../database/transaction.ts';
import { RefusedError } from '../errors.ts';
import { newId } from '../ids.ts';
import { givenAccount } from '../testing/accounts.ts';
import { testDatabase } from '../testing/database.ts';
import { once } from './once.ts';

const database = await testDatabase({ poolSize: 20 });
afterAll(() => database[Symbol.asyncDispose]());
const { db } = database;

const { accountId } = await givenAccount(db);
const script = callerWith({ kind: 'service_token', id: newId(), name: 'script' }, null, ['account_admin']);

function run(key: string | undefined, create: (id: string) => Promise<void> = async () => undefined) {
  const repeatable = { key, operation: 'test', input: { name: 'x' } };
  return inTransaction(db, (trx) => once(trx, script, accountId, repeatable, new Date(), create));
}

test('of twenty requests at once under one key, one creates', async () => {
  const created: string[] = [];
  const answers = await Promise.all(
    Array.from({ length: 20 }, () => run('same', async (id) => void created.push(id))),
  );
  expect(created).toHaveLength(1);
  expect(answers.filter(({ repeated }) => !repeated)).toHaveLength(1);
  expect(new Set(answers.map(({ id }) => id))).toEqual(new Set(created));
});

test('without a key each request creates', async () => {
  const [first, second] = [await run(undefined), await run(undefined)];
  expect(first.id).not.toBe(second.id);
});

function refuse(): Promise<void> {
  return Promise.reject(new RefusedError('token_not_in_force', 'no'));
}

test('a request that was refused leaves its key free', async () => {
  await expect(run('retry', refuse)).rejects.toBeInstanceOf(RefusedError);
  expect(await run('retry')).toMatchObject({ repeated: false });
});
