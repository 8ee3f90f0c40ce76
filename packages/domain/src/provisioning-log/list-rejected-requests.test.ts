import { afterAll, expect, test } from 'vitest';
import { InvalidInputError } from '../errors.ts';
import type { Slice } from '../pages/slice.ts';
import { givenAccount } from '../testing/accounts.ts';
import { testDatabase } from '../testing/database.ts';
import {
  countRejectedRequests,
  listRejectedRequests,
  type RejectedRequests,
  type RejectedRequestsFilter,
} from './list-rejected-requests.ts';
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
  const read = (filter: RejectedRequestsFilter, slice: Partial<Slice> = {}) =>
    listRejectedRequests(db, accountId, filter, { behind: undefined, backward: false, limit: 10, ...slice });
  const items = async (...asked: Parameters<typeof read>) => (await read(...asked)).map(({ item }) => item);
  expect(await items({})).toEqual(all);
  const places = (await read({})).map(({ position }) => position);
  expect(await items({}, { behind: places[0], limit: 1 })).toEqual([all[1]]);
  expect(await items({}, { behind: places[1] })).toEqual([all[2]]);
  expect(await items({}, { behind: places[2], backward: true, limit: 1 })).toEqual([all[1]]);
  expect(await items({}, { backward: true })).toEqual(all.toReversed());
  expect(await items({ since: NEXT_HOUR })).toEqual([all[0]]);
  expect(await items({ until: NEXT_HOUR, address: '192.0.2.2' })).toEqual([all[1]]);
  expect(await items({ address: '192.0.2.1\0' })).toEqual([]);
  expect(await countRejectedRequests(db, accountId, { address: '192.0.2.1' })).toBe(2);
  for (const key of [null, 'x', 'x y']) {
    const behind = { key, id: '00000000-0000-0000-0000-000000000000' };
    await expect(read({}, { behind })).rejects.toBeInstanceOf(InvalidInputError);
  }
});
