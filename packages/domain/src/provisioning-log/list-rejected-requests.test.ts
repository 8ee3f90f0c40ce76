import { afterAll, expect, test } from 'vitest';
import { givenAccount } from '../testing/accounts.ts';
import { testDatabase } from '../testing/database.ts';
import { listRejectedRequests, type RejectedRequests } from './list-rejected-requests.ts';
import { openProvisioningLog } from './provisioning-log.ts';

const database = await testDatabase();
afterAll(() => database[Symbol.asyncDispose]());
const { db } = database;

const AT = new Date('2026-11-22T08:00:00.000Z');
const NEXT_HOUR = new Date('2026-11-22T09:00:00.000Z');

test('requests without a valid token are listed by hour and address, the latest first, in pages', async () => {
  const { accountId } = await givenAccount(db);
  const stranger = await givenAccount(db);
  {
    await using log = openProvisioningLog(db, {
      onError: (error) => {
        throw error;
      },
    });
    log.countRejected(accountId, '192.0.2.1', AT);
    log.countRejected(accountId, '192.0.2.2', AT);
    log.countRejected(accountId, '192.0.2.2', AT);
    log.countRejected(accountId, '192.0.2.1', NEXT_HOUR);
    log.countRejected(stranger.accountId, '192.0.2.1', AT);
  }
  const all: RejectedRequests[] = [
    { hour: NEXT_HOUR, address: '192.0.2.1', amount: 1 },
    { hour: AT, address: '192.0.2.2', amount: 2 },
    { hour: AT, address: '192.0.2.1', amount: 1 },
  ];
  expect(await listRejectedRequests(db, accountId, { limit: 10 })).toEqual(all);
  expect(await listRejectedRequests(db, accountId, { limit: 1, after: all[0] })).toEqual([all[1]]);
  expect(await listRejectedRequests(db, accountId, { limit: 9, after: all[1] })).toEqual([all[2]]);
  expect(await listRejectedRequests(db, accountId, { limit: 9, since: NEXT_HOUR })).toEqual([all[0]]);
});
