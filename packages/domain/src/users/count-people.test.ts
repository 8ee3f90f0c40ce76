import { afterAll, expect, test } from 'vitest';
import { insertPeople } from '../licenses/licensed-account-testing.ts';
import { givenAccount } from '../testing/accounts.ts';
import { testDatabase } from '../testing/database.ts';
import { countPeopleByState } from './count-people.ts';

const database = await testDatabase();
afterAll(() => database[Symbol.asyncDispose]());

test('people are counted by state, of one account, states without anybody included', async () => {
  const { db } = database;
  const { accountId } = await givenAccount(db);
  const stranger = await givenAccount(db);
  await insertPeople(db, stranger.accountId, [{}, { state: 'deactivated' }]);
  await insertPeople(db, accountId, [
    {},
    { license_type: null, license_source: null, local_administrator: true },
    { state: 'invited', license_type: null, license_source: null },
    { state: 'deactivated' },
  ]);
  expect(await countPeopleByState(db, accountId)).toEqual([
    { state: 'active', people: 2 },
    { state: 'invited', people: 1 },
    { state: 'deactivated', people: 1 },
    { state: 'deleted', people: 0 },
  ]);
});
