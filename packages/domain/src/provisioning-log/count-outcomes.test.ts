import { afterAll, expect, test } from 'vitest';
import { InvalidInputError } from '../errors.ts';
import { givenAccount } from '../testing/accounts.ts';
import { testDatabase } from '../testing/database.ts';
import { countOutcomes, MOST_HOURS } from './count-outcomes.ts';
import { provisioningEvent, recordEvents } from './provisioning-log-testing.ts';

const database = await testDatabase();
afterAll(() => database[Symbol.asyncDispose]());
const { db } = database;

const HOUR_MS = 60 * 60 * 1000;

test('requests are counted by hour and by what became of them, of one account, hours without any included', async () => {
  const { accountId } = await givenAccount(db);
  const stranger = await givenAccount(db);
  const now = new Date();
  const thisHour = Math.floor(now.getTime() / HOUR_MS) * HOUR_MS;
  const at = (hoursAgo: number, statuses: readonly number[], account = accountId) =>
    statuses.map((status) =>
      provisioningEvent(account, { at: new Date(thisHour - hoursAgo * HOUR_MS), status }),
    );
  await recordEvents(db, [
    ...at(0, [200, 201, 204, 304, 400]),
    ...at(2, [409, 499, 500, 503]),
    ...at(3, [201]),
    ...at(0, [500], stranger.accountId),
  ]);
  expect(await countOutcomes(db, accountId, 3, now)).toEqual([
    { hour: new Date(thisHour - 2 * HOUR_MS), accepted: 0, refused: 2, failed: 2 },
    { hour: new Date(thisHour - HOUR_MS), accepted: 0, refused: 0, failed: 0 },
    { hour: new Date(thisHour), accepted: 4, refused: 1, failed: 0 },
  ]);
});

test.each([0, -1, 1.5, MOST_HOURS + 1, Number.NaN])('refuses to count %s hours', async (hours) => {
  const { accountId } = await givenAccount(db);
  await expect(countOutcomes(db, accountId, hours, new Date())).rejects.toBeInstanceOf(InvalidInputError);
});
