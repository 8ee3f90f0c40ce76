import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { InvalidInputError } from '../errors.ts';
import type { LogPage } from '../events/log-page.ts';
import { newId } from '../ids.ts';
import { givenAccount } from '../testing/accounts.ts';
import { testDatabase } from '../testing/database.ts';
import {
  countProvisioningEvents,
  findProvisioningEvent,
  findProvisioningEventsById,
  listProvisioningEvents,
} from './list-provisioning-events.ts';
import { provisioningEvent, recordEvents } from './provisioning-log-testing.ts';
import type { ProvisioningEventFilter } from './provisioning-event-filter.ts';

const database = await testDatabase();
afterAll(() => database[Symbol.asyncDispose]());
const { db } = database;

const resourceId = newId();
const tokenId = newId();
let accountId: string;
let strangerId: string;
let ids: readonly string[];
let strangersEvent: string;

beforeAll(async () => {
  ({ accountId } = await givenAccount(db));
  ({ accountId: strangerId } = await givenAccount(db));
  const events = [
    provisioningEvent(accountId, { requestBody: { displayName: 'Zoë "Z" Ünal' } }),
    provisioningEvent(accountId, {
      status: 409,
      scimType: 'uniqueness',
      resourceId,
      errorDetail: 'The name is taken: ZOE@ACME.IO',
    }),
    provisioningEvent(accountId, {
      method: 'GET',
      status: 200,
      tokenId,
      path: '/scim/v2/a/Users?filter=userName+eq+%22anna%2Btest%40acme.io%22',
      requestBody: undefined,
      answer: { totalResults: 0 },
    }),
    provisioningEvent(accountId, {
      method: 'PATCH',
      status: 204,
      resourceId,
      resourceType: 'Group',
      leniencies: [{ code: 'op-case', text: 'Read the operators of a PATCH ignoring case' }],
    }),
    provisioningEvent(accountId, { status: 500 }),
  ];
  const strangers = provisioningEvent(strangerId, { resourceId, tokenId });
  ids = events.map(({ id }) => id);
  strangersEvent = strangers.id;
  await recordEvents(db, [...events, strangers]);
});

async function listed(filter: ProvisioningEventFilter, page: Partial<LogPage> = {}) {
  const events = await listProvisioningEvents(db, accountId, filter, {
    newestFirst: false,
    limit: 100,
    ...page,
  });
  return events.map(({ id }) => ids.indexOf(id));
}

describe('the provisioning log of an account', () => {
  test.each<[string, ProvisioningEventFilter, number[]]>([
    ['everything', {}, [0, 1, 2, 3, 4]],
    ['failures', { failedOnly: true }, [1, 4]],
    ['an exact status', { status: 204 }, [3]],
    ['a class of status', { statusClass: 2 }, [0, 2, 3]],
    ['a class of failures', { statusClass: 4 }, [1]],
    ['a kind of refusal', { scimType: 'uniqueness' }, [1]],
    ['methods', { methods: ['GET', 'PATCH'] }, [2, 3]],
    ['no method', { methods: [] }, []],
    ['a type of resource', { resourceType: 'Group' }, [3]],
    ['a resource', { resourceId }, [1, 3]],
    ['a type with NUL, which nothing has', { resourceType: 'User\0' }, []],
    ['what is no resource', { resourceId: 'no id' }, []],
    ['a token', { tokenId }, [2]],
    ['what was read leniently', { readLeniently: true }, [3]],
    ['a text of a refusal, in any letter case', { text: 'zoe@acme.io' }, [1]],
    ['a text of a path, as a URL writes it', { text: 'Anna+test@acme.io' }, [2]],
    ['a text of a body, as JSON writes it', { text: 'zoë "z" ünal' }, [0]],
    ['a text of an answer', { text: 'totalResults' }, [2]],
    ['a text that is a pattern elsewhere', { text: '%' }, [2]],
    ['several at once', { resourceId, statusClass: 2, methods: ['PATCH'] }, [3]],
  ])('can be filtered by %s', async (_, filter, expected) => {
    expect(await listed(filter)).toEqual(expected);
    expect(await countProvisioningEvents(db, accountId, filter)).toBe(expected.length);
  });

  test('is read from either end, and on from any event in either direction', async () => {
    expect(await listed({}, { limit: 2 })).toEqual([0, 1]);
    expect(await listed({}, { limit: 2, newerThan: ids[1] })).toEqual([2, 3]);
    expect(await listed({}, { limit: 2, newestFirst: true })).toEqual([4, 3]);
    expect(await listed({}, { limit: 2, newestFirst: true, olderThan: ids[3] })).toEqual([2, 1]);
    expect(await listed({}, { newerThan: ids[0], olderThan: ids[3] })).toEqual([1, 2]);
  });

  test('can be read for a range of time', async () => {
    const [, middle] = await listProvisioningEvents(db, accountId, {}, { newestFirst: false, limit: 2 });
    const since = middle?.at ?? new Date(0);
    const far = 366 * 24 * 60 * 60 * 1000;
    expect(await listed({ since })).toEqual(expect.arrayContaining([1, 2, 3, 4]));
    expect(await listed({ since: new Date(Date.now() + far) })).toEqual([]);
    expect(await listed({ until: new Date(0) })).toEqual([]);
    expect(await listed({ until: new Date(Date.now() + far) })).toHaveLength(5);
    expect(await listed({ since: new Date(-far), until: new Date(8.64e15) })).toHaveLength(5);
  });

  test.each<[string, ProvisioningEventFilter, Partial<LogPage>]>([
    ['a blank text', { text: ' ' }, {}],
    ['a text without end', { text: 'x'.repeat(201) }, {}],
    ['a text with NUL', { text: 'a\0b' }, {}],
    ['no time', { since: new Date(Number.NaN) }, {}],
    ['a cursor of something else', {}, { newerThan: 'abc' }],
  ])('refuses %s as a filter', async (_, filter, page) => {
    await expect(listed(filter, page)).rejects.toBeInstanceOf(InvalidInputError);
  });

  test('never shows an event of another account', async () => {
    expect(await findProvisioningEvent(db, accountId, strangersEvent)).toBeUndefined();
    const found = await findProvisioningEventsById(db, accountId, [strangersEvent, 'no id', ids[0] ?? '']);
    expect([...found.keys()]).toEqual([ids[0]]);
    expect(await findProvisioningEvent(db, strangerId, strangersEvent)).toMatchObject({ id: strangersEvent });
    expect(await listed({ text: 'anna@acme.example' })).not.toContain(-1);
  });
});
