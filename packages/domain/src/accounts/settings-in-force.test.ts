import { afterAll, beforeAll, expect, test } from 'vitest';
import { operatorCaller } from '../admins/caller.ts';
import { lockAccountShared } from '../database/locks.ts';
import { inTransaction } from '../database/transaction.ts';
import { NotFoundError } from '../errors.ts';
import { newId } from '../ids.ts';
import { updateScimConfiguration } from '../scim-access/configure-scim.ts';
import { givenAccount } from '../testing/accounts.ts';
import { type TestDatabase, testDatabase } from '../testing/database.ts';
import { readAccountSettings } from './account-settings.ts';
import { setSeatLimit } from './set-seats.ts';
import { readSettingsInForce, rememberSettings } from './settings-in-force.ts';

let database: TestDatabase;

beforeAll(async () => {
  database = await testDatabase();
});

afterAll(() => database[Symbol.asyncDispose]());

const NOW = new Date('2026-11-22T10:00:00Z');

function inForce(accountId: string) {
  return inTransaction(database.db, async (trx) => {
    const [, settings] = await Promise.all([
      lockAccountShared(trx, accountId),
      readSettingsInForce(trx, accountId),
    ]);
    return settings;
  });
}

test('settings are those of the account after every change, and the same object while nothing changes', async () => {
  const { db } = database;
  const { accountId, actor } = await givenAccount(db);
  const first = await inForce(accountId);
  expect(first).toEqual(await readAccountSettings(db, accountId));
  expect(await inForce(accountId)).toBe(first);
  await inTransaction(db, (trx) =>
    updateScimConfiguration(trx, operatorCaller(actor), accountId, { unlicensedMembers: 'reject' }, NOW),
  );
  expect((await inForce(accountId)).scim.unlicensedMembers).toBe('reject');
  await inTransaction(db, (trx) => setSeatLimit(trx, actor, accountId, 'developer', 3, NOW));
  const limited = await inForce(accountId);
  expect(limited).toEqual(await readAccountSettings(db, accountId));
  expect(limited.seatLimits).toMatchObject([{ licenseType: 'developer', limit: 3 }]);
});

test('the use of limited seats is read anew each time', async () => {
  const { db } = database;
  const { accountId } = await givenAccount(db, { seats: { developer: 5 } });
  expect((await inForce(accountId)).seatLimits).toMatchObject([{ used: 0 }]);
  await db.updateTable('license_seats').set({ seats_used: 4 }).where('account_id', '=', accountId).execute();
  expect((await inForce(accountId)).seatLimits).toMatchObject([{ used: 4 }]);
});

test('what a process remembers is not believed once the version has gone on without it', async () => {
  const { db } = database;
  const { accountId, actor } = await givenAccount(db);
  const stale = await readAccountSettings(db, accountId);
  await inTransaction(db, (trx) =>
    updateScimConfiguration(trx, operatorCaller(actor), accountId, { defaultLicenseType: 'it' }, NOW),
  );
  rememberSettings(db, stale);
  expect((await inForce(accountId)).scim.defaultLicenseType).toBe('it');
});

test('an account that does not exist has none', async () => {
  await expect(inForce(newId())).rejects.toBeInstanceOf(NotFoundError);
});
