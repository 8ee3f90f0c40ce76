import { sql } from 'kysely';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { givenAccount } from '../testing/accounts.ts';
import { type TestDatabase, testDatabase } from '../testing/database.ts';
import {
  GROUP_TYPE,
  SCIM_BASE_URL,
  findGroupsBy,
  namesOf,
  resolved,
  storeGroup,
  storeUser,
} from './filter-testing.ts';
import { memberFilter } from './group-filter.ts';

let database: TestDatabase;
let accountId: string;
const ids = new Map<string, string>();

beforeAll(async () => {
  database = await testDatabase();
  const { db } = database;
  ({ accountId } = await givenAccount(db));
  const ana = await storeUser(db, accountId, {
    user_name: 'ana@acme.example',
    attributes: { displayName: 'Ana Ito' },
  });
  const ben = await storeUser(db, accountId, { user_name: 'Ben@acme.example' });
  const gone = await storeUser(db, accountId, {
    user_name: 'fay@acme.example',
    state: 'deleted',
    deleted_by: 'scim',
  });
  ids.set('ana', ana).set('ben', ben).set('gone', gone);
  ids.set(
    'data',
    await storeGroup(db, accountId, { displayName: 'Data Team', externalId: '8aA1', memberIds: [ana, ben] }),
  );
  ids.set('sales', await storeGroup(db, accountId, { displayName: 'Sales_100%', memberIds: [ben] }));
  ids.set('empty', await storeGroup(db, accountId, { displayName: 'Empty', memberIds: [gone] }));
  ids.set(
    'everyone',
    await storeGroup(db, accountId, { displayName: 'Everyone', defaultGroup: 'everyone', memberIds: [ana] }),
  );
});

afterAll(async () => {
  await database[Symbol.asyncDispose]();
});

function withIds(filter: string): string {
  return filter.replaceAll(/<(\w+)>/g, (_, name: string) => ids.get(name) ?? '');
}

describe('a filter on groups', () => {
  test.each([
    ['displayName eq "DATA team"', 'data'],
    ['displayName eq "Data"', ''],
    ['displayName ne "data team"', 'sales empty'],
    ['displayName sw "d"', 'data'],
    ['displayName co "_100%"', 'sales'],
    ['displayName ew "%"', 'sales'],
    ['displayName ge "e"', 'sales empty'],
    ['displayName pr', 'data sales empty'],
    ['displayName eq "Everyone"', ''],
    ['id eq "<data>"', 'data'],
    ['id eq "<everyone>"', ''],
    ['externalId eq "8aA1"', 'data'],
    ['externalId eq "8AA1"', ''],
    ['not (externalId pr)', 'sales empty'],
    ['members.value eq "<ana>"', 'data'],
    ['members eq "<ben>"', 'data sales'],
    ['members.value eq "<ben>" and not (members.value eq "<ana>")', 'sales'],
    ['members[value eq "<ben>" and type eq "user"]', 'data sales'],
    ['members.type eq "Group"', ''],
    ['members.display eq "ana ITO"', 'data'],
    ['members.display eq "ben@ACME.example"', 'data sales'],
    [`members.$ref eq "${SCIM_BASE_URL}/Users/<ana>"`, 'data'],
    // Someone whom SCIM does not show is no member that it shows.
    ['members.value eq "<gone>"', ''],
    ['members pr', 'data sales'],
    ['not (members pr)', 'empty'],
    ['members.value ne "<ben>"', 'data empty'],
    ['meta.resourceType eq "Group"', 'data sales empty'],
    [`meta.location eq "${SCIM_BASE_URL}/Groups/<data>"`, 'data'],
    ['meta.created eq "2026-03-01T12:00:00.5Z"', 'data sales empty'],
    ['meta.lastModified lt "2026-03-01T12:00:00.5Z"', ''],
    ['meta.version eq "W/\\"1\\""', 'data sales empty'],
    ['schemas eq "urn:ietf:params:scim:schemas:core:2.0:Group"', 'data sales empty'],
    ['displayName eq "Empty" or externalId sw "8a"', 'data empty'],
  ])('%s finds: %s', async (filter, names) => {
    const matching = await findGroupsBy(database.db, accountId, resolved(withIds(filter), GROUP_TYPE));
    expect(namesOf(ids, matching)).toBe(names);
  });
});

describe('a filter on the members of one group', () => {
  test.each([
    ['value eq "<ana>"', 'ana'],
    ['value eq "<ana>" or value eq "<ben>"', 'ana ben'],
    ['not (value eq "<ana>")', 'ben'],
    ['display sw "ana"', 'ana'],
    ['type eq "User"', 'ana ben'],
    ['type ne "User"', ''],
    [`$ref eq "${SCIM_BASE_URL}/Users/<ben>"`, 'ben'],
  ])('members[%s] means: %s', async (filter, names) => {
    const path = resolved(withIds(`members[${filter}]`), GROUP_TYPE);
    if (path.kind !== 'valuePath') throw new Error('A value path was expected.');
    const { rows } = await sql<{ id: string }>`
      select u.id from users as u where u.account_id = ${accountId} and u.in_scim
        and ${memberFilter(path.filter, SCIM_BASE_URL)}`.execute(database.db);
    const matching = rows.map((row) => row.id);
    expect(namesOf(ids, matching)).toBe(names);
  });
});
