import type { JsonValue } from '@rollcall/scim-protocol/json';
import { matchesFilter } from '@rollcall/scim-protocol/match-filter';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { givenAccount } from '../testing/accounts.ts';
import { type TestDatabase, testDatabase } from '../testing/database.ts';
import {
  EXTENDED_USER_TYPE,
  EXTENSION_URN,
  findUsersBy,
  namesOf,
  resolved,
  scimUsers,
  storeUser,
} from './filter-testing.ts';

let database: TestDatabase;
let accountId: string;
const ids = new Map<string, string>();

const stored: Record<string, Record<string, JsonValue>> = {
  a: {
    text: 'Äpfel',
    exact: 'Case',
    flag: true,
    count: 3,
    share: 0.1,
    at: '2026-01-31T08:00:00.123456789Z',
    blob: 'TWFu',
    link: 'https://x.example/A',
    tags: ['Red', 'blue'],
    counts: [1, 20],
    badge: { value: 'gold', since: '0001-01-01T00:00:00.0000000Z', level: 2, valid: false },
  },
  b: {
    text: 'apfel',
    exact: 'case',
    flag: false,
    count: 20,
    share: -1.5e21,
    at: '2026-01-31t10:30:00.5+02:30',
    blob: 'twfu',
    link: 'https://x.example/a',
    tags: ['green'],
    counts: [],
    badge: { value: 'silver', since: '9999-12-31T23:59:59-14:00', level: 10 },
  },
  c: { at: '2024-02-29T00:30:00+01:00', count: 0 },
  d: { at: '0000-06-01T00:00:00Z', count: -7 },
  none: {},
};

beforeAll(async () => {
  database = await testDatabase();
  ({ accountId } = await givenAccount(database.db));
  for (const [name, extension] of Object.entries(stored)) {
    const attributes = Object.keys(extension).length === 0 ? {} : { [EXTENSION_URN]: extension };
    ids.set(name, await storeUser(database.db, accountId, { attributes }));
  }
});

afterAll(async () => {
  await database[Symbol.asyncDispose]();
});

test.each([
  ['text eq "ÄPFEL"', 'a'],
  ['text gt "apfel"', 'a'],
  ['text pr', 'a b'],
  ['exact eq "Case"', 'a'],
  ['exact sw "c"', 'b'],
  ['exact ne "Case"', 'b c d none'],
  ['flag eq true', 'a'],
  ['flag eq false', 'b'],
  ['flag ne true', 'b c d none'],
  ['flag pr', 'a b'],
  ['count eq 3', 'a'],
  ['count eq 3.0', 'a'],
  ['count ne 3', 'b c d none'],
  ['count gt 3', 'b'],
  ['count ge 3', 'a b'],
  ['count lt 3', 'c d'],
  ['count le -7', 'd'],
  ['count pr', 'a b c d'],
  ['count lt 1e300', 'a b c d'],
  ['share eq 0.1', 'a'],
  ['share eq -1.5e21', 'b'],
  ['share le 0.1', 'a b'],
  ['at eq "2026-01-31T08:00:00.123456789Z"', 'a'],
  ['at eq "2026-01-31T09:00:00.123456789+01:00"', 'a'],
  ['at eq "2026-01-31T08:00:00.123456Z"', ''],
  ['at gt "2026-01-31T08:00:00.123456788Z"', 'a b'],
  ['at eq "2026-01-31T08:00:00.500Z"', 'b'],
  ['at lt "2024-02-29T00:00:00Z"', 'c d'],
  ['at ge "2024-02-28T23:30:00Z"', 'a b c'],
  ['at le "0001-01-01T00:00:00Z"', 'd'],
  ['at ne "2024-02-28T23:30:00Z"', 'a b d none'],
  ['at pr', 'a b c d'],
  ['blob eq "TWFu"', 'a'],
  ['blob ne "TWFu"', 'b c d none'],
  ['link eq "https://x.example/a"', 'b'],
  ['tags eq "RED"', 'a'],
  ['tags ne "red"', 'a b c d none'],
  ['tags ne "green"', 'a c d none'],
  ['not (tags eq "green")', 'a c d none'],
  ['tags co "e"', 'a b'],
  ['tags pr', 'a b'],
  ['counts gt 10', 'a'],
  ['counts eq 1', 'a'],
  ['counts pr', 'a'],
  ['badge eq "GOLD"', 'a'],
  ['badge.level gt 2', 'b'],
  ['badge.valid eq false', 'a'],
  ['badge.valid ne false', 'b c d none'],
  ['badge.since le "0001-01-01T00:00:00Z"', 'a'],
  ['badge.since eq "9999-12-31T23:59:59.999999999Z"', 'b'],
  ['badge[value eq "gold" and level lt 3]', 'a'],
  ['badge[not (valid pr)]', 'b'],
  ['badge pr', 'a b'],
])('%s finds: %s, and so says the protocol', async (text, names) => {
  const filter = resolved(
    text.replace(/^(?:not \()?/, (start) => `${start}${EXTENSION_URN}:`),
    EXTENDED_USER_TYPE,
  );
  const matching = await findUsersBy(database.db, accountId, filter);
  expect(namesOf(ids, matching)).toBe(names);

  const users = await scimUsers(database.db, accountId);
  expect(users.filter(({ resource }) => matchesFilter(resource, filter)).map(({ id }) => id)).toEqual(
    matching,
  );
});
