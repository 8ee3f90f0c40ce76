import { afterAll, expect, test } from 'vitest';
import { givenAccount } from '../testing/accounts.ts';
import { testDatabase } from '../testing/database.ts';
import { licenseUsage } from './license-usage.ts';
import { insertPeople } from './licensed-account-testing.ts';

const database = await testDatabase();
afterAll(() => database[Symbol.asyncDispose]());

test('counts of each type who holds it and what decided it, with its limit, active people alone', async () => {
  const { db } = database;
  const { accountId } = await givenAccount(db, { seats: { it: 5 } });
  const stranger = await givenAccount(db);
  await insertPeople(db, stranger.accountId, [{ license_type: 'it' }]);
  await insertPeople(db, accountId, [
    { license_type: 'it', license_source: 'scim' },
    { license_type: 'it', license_source: 'default' },
    { license_type: 'it', license_source: 'default' },
    { license_type: 'it', license_source: 'manual', state: 'deactivated' },
    { license_type: 'developer' },
    { license_type: null, license_source: null, local_administrator: true },
  ]);
  expect(await licenseUsage(db, accountId)).toEqual([
    {
      licenseType: 'developer',
      available: true,
      limit: null,
      used: 1,
      holders: [{ source: 'default', people: 1 }],
    },
    { licenseType: 'analyst', available: false, limit: null, used: 0, holders: [] },
    {
      licenseType: 'it',
      available: true,
      limit: 5,
      used: 3,
      holders: [
        { source: 'default', people: 2 },
        { source: 'scim', people: 1 },
      ],
    },
    { licenseType: 'read_only', available: true, limit: null, used: 0, holders: [] },
  ]);
});
