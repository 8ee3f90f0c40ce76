import { LICENSE_USER_URN } from '@rollcall/scim-protocol/schemas/license-user';
import { ENTERPRISE_USER_URN } from '@rollcall/scim-protocol/schemas/enterprise-user';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { givenAccount } from '../testing/accounts.ts';
import { type TestDatabase, testDatabase } from '../testing/database.ts';
import {
  SCIM_BASE_URL,
  type StoredUser,
  USER_TYPE,
  findUsersBy,
  namesOf,
  resolved,
  storeGroup,
  storeUser,
} from './filter-testing.ts';

let database: TestDatabase;
let accountId: string;
/** Ids by the short names that the tables use. */
const ids = new Map<string, string>();

const ANA = '0195c000-0000-7000-8000-00000000000a';
const DATA_TEAM = 'Data Team';

beforeAll(async () => {
  database = await testDatabase();
  ({ accountId } = await givenAccount(database.db));
  const stranger = await givenAccount(database.db);
  await storeUser(database.db, stranger.accountId, { user_name: 'ana@acme.example', external_id: '00uAna' });

  const users: Record<string, StoredUser> = {
    ana: {
      id: ANA,
      user_name: 'Ana@acme.example',
      external_id: '00uAna',
      asserted_license_type: 'analyst',
      version: 3,
      attributes: {
        displayName: 'Ana Ito',
        title: 'Engineer',
        profileUrl: 'https://acme.example/Ana',
        name: { givenName: 'Ana', familyName: 'Ito' },
        emails: [
          { value: 'Ana@acme.example', type: 'work', primary: true },
          { value: 'ana@home.example', type: 'home' },
        ],
        phoneNumbers: [{ value: '+1 555 0100', type: 'mobile' }],
        x509Certificates: [{ value: 'TWFu', type: 'x' }],
        [ENTERPRISE_USER_URN]: { department: 'R&D', manager: { value: 'Boss', displayName: 'The Boss' } },
      },
    },
    ben: {
      user_name: 'ben@acme.example',
      state: 'invited',
      license_type: null,
      license_source: null,
      created_at: new Date('2026-05-01T00:00:00Z'),
      attributes: {
        title: 'engineering_lead',
        emails: [{ value: 'ben@acme.example', type: 'work', primary: false }],
        roles: [{ value: '{"id":"1","value":"Admin"}', primary: true }],
      },
    },
    // Confirmation of a new address is awaited.
    cho: {
      user_name: 'cho@acme.example',
      pending_user_name: 'Cho@new.example',
      attributes: { emails: [{ value: 'cho@acme.example', type: 'work' }] },
    },
    dan: { user_name: 'dan@acme.example', state: 'deactivated' },
    // Deleted by an administrator: SCIM shows the person as inactive.
    eve: { user_name: 'eve@acme.example', state: 'deleted', deleted_by: 'administrator' },
    // Deleted through SCIM: gone.
    fay: { user_name: 'fay@acme.example', state: 'deleted', deleted_by: 'scim' },
  };
  for (const [name, user] of Object.entries(users)) {
    ids.set(name, await storeUser(database.db, accountId, user));
  }
  ids.set(
    'team',
    await storeGroup(database.db, accountId, { displayName: DATA_TEAM, memberIds: [id('ana'), id('ben')] }),
  );
  ids.set(
    'owner',
    await storeGroup(database.db, accountId, {
      displayName: 'Owner',
      defaultGroup: 'owner',
      memberIds: [id('dan')],
    }),
  );
});

afterAll(async () => {
  await database[Symbol.asyncDispose]();
});

function id(name: string): string {
  return ids.get(name) ?? '';
}

async function found(filter: string): Promise<string> {
  const text = filter.replaceAll(/<(\w+)>/g, (_, name: string) => id(name));
  const matching = await findUsersBy(database.db, accountId, resolved(text, USER_TYPE));
  return namesOf(ids, matching);
}

const everybody = 'ana ben cho dan eve';

describe('attributes with columns of their own', () => {
  test.each([
    ['userName eq "ANA@acme.example"', 'ana'],
    ['userName eq "5e2c1d0b-9c5f-4f3e-8e0e-2b2f0d8f7a11"', ''],
    ['userName eq "fay@acme.example"', ''],
    ['userName ne "ana@ACME.example"', 'ben cho dan eve'],
    ['userName sw "A"', 'ana'],
    ['userName sw ""', everybody],
    ['userName co "N@"', 'ben dan'],
    ['userName co ""', everybody],
    ['userName ew "ACME.example"', everybody],
    ['userName gt "cho@acme.example"', 'dan eve'],
    ['userName ge "cho@acme.example"', 'cho dan eve'],
    ['userName lt "BEN@acme.example"', 'ana'],
    ['userName le "BEN@acme.example"', 'ana ben'],
    ['userName pr', everybody],
    ['id eq "<ana>"', 'ana'],
    [`id eq "${ANA.toUpperCase()}"`, ''],
    ['id eq "no id"', ''],
    ['id ne "no id"', everybody],
    ['id ne "<ana>"', 'ben cho dan eve'],
    ['id sw "0195c000-0000"', 'ana'],
    ['id co "8000-00000000000"', 'ana'],
    ['id le "<ana>"', 'ana'],
    ['id pr', everybody],
    ['externalId eq "00uAna"', 'ana'],
    ['externalId eq "00uana"', ''],
    ['externalId ne "00uAna"', 'ben cho dan eve'],
    ['externalId sw "00u"', 'ana'],
    ['externalId pr', 'ana'],
    ['not (externalId pr)', 'ben cho dan eve'],
    ['not (externalId eq "other")', everybody],
    ['externalId eq null', 'ben cho dan eve'],
    ['active eq true', 'ana ben cho'],
    ['active eq "True"', 'ana ben cho'],
    ['active eq false', 'dan eve'],
    ['active ne true', 'dan eve'],
    ['active pr', everybody],
    [`${LICENSE_USER_URN}:licenseType eq "analyst"`, 'ana'],
    [`${LICENSE_USER_URN}:licenseType eq "Analyst"`, ''],
    [`${LICENSE_USER_URN}:licenseType ne "analyst"`, 'ben cho dan eve'],
    [`${LICENSE_USER_URN}:licenseType pr`, 'ana'],
  ])('%s finds: %s', async (filter, names) => {
    expect(await found(filter)).toBe(names);
  });
});

describe('a user name whose change awaits confirmation', () => {
  test.each([
    ['userName eq "cho@acme.example"', 'cho'],
    ['userName eq "CHO@new.example"', 'cho'],
    ['userName sw "cho@new"', 'cho'],
    ['userName co "@NEW"', 'cho'],
    ['userName ew "new.example"', 'cho'],
    ['userName ne "cho@new.example"', 'ana ben dan eve'],
    ['userName ge "cho@new.example"', 'dan eve'],
    ['emails eq "cho@new.example"', 'cho'],
    ['emails.value eq "CHO@acme.example"', 'cho'],
    ['emails[type eq "work"].value eq "cho@NEW.example"', 'cho'],
    ['emails[value sw "cho@new" and type eq "WORK"]', 'cho'],
    ['emails[type eq "home"].value eq "cho@new.example"', ''],
    ['emails[type eq "work" and not (value co "acme")]', ''],
    ['emails.value gt "cho@b"', ''],
    ['emails.value ne "cho@acme.example"', 'ana ben dan eve'],
  ])('%s finds: %s', async (filter, names) => {
    expect(await found(filter)).toBe(names);
  });
});

describe('meta and schemas', () => {
  test.each([
    ['meta.resourceType eq "User"', everybody],
    ['meta.resourceType eq "user"', ''],
    ['meta.version eq "W/\\"3\\""', 'ana'],
    [`meta.location eq "${SCIM_BASE_URL}/Users/<ana>"`, 'ana'],
    [`meta.location eq "https://other.example/Users/<ana>"`, ''],
    ['meta.location ew "/Users/<ben>"', 'ben'],
    ['meta pr', everybody],
    ['meta[resourceType eq "User" and created gt "2026-04-01T00:00:00Z"]', 'ben'],
    ['meta.created eq "2026-01-31T08:00:00.123Z"', 'ana cho dan eve'],
    ['meta.created eq "2026-01-31T09:00:00.1230000+01:00"', 'ana cho dan eve'],
    ['meta.created eq "2026-01-31T08:00:00.123000001Z"', ''],
    ['meta.created ne "2026-01-31T08:00:00.123000001Z"', everybody],
    ['meta.created ge "2026-01-31T08:00:00.1230000009Z"', everybody],
    ['meta.created ge "2026-01-31T08:00:00.123000001Z"', 'ben'],
    ['meta.created gt "2026-01-31T08:00:00.122999999Z"', everybody],
    ['meta.created lt "2026-01-31T08:00:00.123000001Z"', 'ana cho dan eve'],
    ['meta.created lt "2026-01-31T08:00:00.123Z"', ''],
    ['meta.created le "2026-01-31T08:00:00.123Z"', 'ana cho dan eve'],
    ['meta.created gt "0001-01-01T00:00:00.0000000Z"', everybody],
    [
      'meta.lastModified ge "0001-01-01T00:00:00Z" and meta.lastModified lt "9999-12-31T23:59:59.9999999Z"',
      everybody,
    ],
    [
      'meta.lastModified gt "0000-01-01T00:00:00Z" and meta.lastModified lt "9999-12-31T23:59:59-14:00"',
      everybody,
    ],
    ['schemas eq "urn:ietf:params:scim:schemas:core:2.0:user"', everybody],
    [`schemas eq "${ENTERPRISE_USER_URN}"`, 'ana'],
    [`schemas eq "${LICENSE_USER_URN}"`, 'ana'],
    [`schemas ne "urn:ietf:params:scim:schemas:core:2.0:User"`, 'ana'],
    ['schemas eq "displayName"', ''],
    ['schemas co "enterprise"', 'ana'],
    ['schemas pr', everybody],
  ])('%s finds: %s', async (filter, names) => {
    expect(await found(filter)).toBe(names);
  });
});

describe('groups', () => {
  test.each([
    ['groups.value eq "<team>"', 'ana ben'],
    ['groups eq "<team>"', 'ana ben'],
    ['groups.display eq "data team"', 'ana ben'],
    ['groups.display sw "DATA"', 'ana ben'],
    [`groups.$ref eq "${SCIM_BASE_URL}/Groups/<team>"`, 'ana ben'],
    ['groups.type eq "direct"', 'ana ben'],
    ['groups[display eq "Data Team" and type eq "direct"]', 'ana ben'],
    ['groups pr', 'ana ben'],
    ['not (groups pr)', 'cho dan eve'],
    ['groups.value ne "<team>"', 'cho dan eve'],
    // SCIM does not see default groups.
    ['groups.value eq "<owner>"', ''],
    ['groups.display eq "Owner"', ''],
  ])('%s finds: %s', async (filter, names) => {
    expect(await found(filter)).toBe(names);
  });
});

describe('attributes kept as JSON', () => {
  test.each([
    ['title eq "ENGINEER"', 'ana'],
    ['title sw "engineer"', 'ana ben'],
    ['title ew "_lead"', 'ben'],
    ['title pr', 'ana ben'],
    ['title ne "engineer"', 'ben cho dan eve'],
    ['not (title eq "engineer")', 'ben cho dan eve'],
    ['title gt "engineer"', 'ben'],
    ['profileUrl eq "https://acme.example/Ana"', 'ana'],
    ['profileUrl eq "https://acme.example/ana"', ''],
    ['name.familyName eq "ito"', 'ana'],
    ['name pr', 'ana'],
    ['name[givenName eq "ana" and familyName sw "I"]', 'ana'],
    ['name[not (givenName eq "ben")]', 'ana'],
    ['emails.type eq "home"', 'ana'],
    ['emails co "acme"', 'ana ben cho'],
    ['emails[type eq "work" and value co "HOME"]', ''],
    ['emails[type eq "home" or value eq "ben@acme.example"]', 'ana ben'],
    ['emails[value eq "ana@home.example" or value eq "BEN@acme.example"]', 'ana ben'],
    ['emails[primary eq true].value eq "ana@acme.example"', 'ana'],
    ['emails[not (primary eq true)]', 'ana ben cho'],
    ['emails.primary ne true', 'ben cho dan eve'],
    ['emails pr', 'ana ben cho'],
    ['emails.primary pr', 'ana ben'],
    ['roles[primary eq "True"]', 'ben'],
    ['roles eq "{\\"id\\":\\"1\\",\\"value\\":\\"Admin\\"}"', 'ben'],
    ['x509Certificates eq "TWFu"', 'ana'],
    ['x509Certificates.value eq "twfu"', ''],
    ['phoneNumbers[type eq "mobile" and value eq "+1 555 0100"]', 'ana'],
    ['phoneNumbers.value ne "+1 555 0100"', 'ben cho dan eve'],
    [`${ENTERPRISE_USER_URN}:department eq "r&d"`, 'ana'],
    [`${ENTERPRISE_USER_URN}:manager eq "Boss"`, 'ana'],
    [`${ENTERPRISE_USER_URN}:manager.value eq "boss"`, ''],
    [`${ENTERPRISE_USER_URN}:manager.displayName co "the"`, 'ana'],
    [`${ENTERPRISE_USER_URN}:manager pr`, 'ana'],
  ])('%s finds: %s', async (filter, names) => {
    expect(await found(filter)).toBe(names);
  });
});

describe('combinations', () => {
  test.each([
    ['id eq "<ana>" and urn:ietf:params:scim:schemas:extension:enterprise:2.0:User:manager eq "Boss"', 'ana'],
    ['title pr and active eq true or userName eq "dan@acme.example"', 'ana ben dan'],
    ['title pr and (active eq false or userName sw "ben")', 'ben'],
    ['not (title pr or active eq false)', 'cho'],
    ['not (not (title eq "engineer"))', 'ana'],
  ])('%s finds: %s', async (filter, names) => {
    expect(await found(filter)).toBe(names);
  });
});

describe('hostile values', () => {
  const hostile = [
    "'",
    '"',
    '\\',
    '%',
    '_',
    '%%',
    '\\%',
    "' or true --",
    '$1',
    '{}',
    '日本',
    '😀',
    '\u{10FFFF}',
    '\u{D7FF}',
    ' ',
  ];

  test.each(hostile)('%j is compared as it is, on columns and in JSON', async (value) => {
    const { db } = database;
    const account = await givenAccount(db);
    const inside = `a${value}b`;
    const same = await storeUser(db, account.accountId, {
      user_name: inside,
      external_id: inside,
      attributes: { nickName: inside, emails: [{ value: inside }] },
    });
    await storeUser(db, account.accountId, {
      user_name: 'aXXb',
      external_id: 'aXXb',
      attributes: { nickName: 'aXXb', emails: [{ value: 'aXXb' }] },
    });
    for (const attribute of ['userName', 'externalId', 'nickName', 'emails']) {
      for (const comparison of [
        `eq ${JSON.stringify(inside)}`,
        `co ${JSON.stringify(value)}`,
        `sw ${JSON.stringify(`a${value}`)}`,
        `ew ${JSON.stringify(`${value}b`)}`,
      ]) {
        const filter = resolved(`${attribute} ${comparison}`, USER_TYPE);
        expect(await findUsersBy(db, account.accountId, filter), `${attribute} ${comparison}`).toEqual([
          same,
        ]);
      }
    }
  });
});

test('the largest filters that the protocol reads are answered', async () => {
  const wide = Array.from({ length: 100 }, () => 'emails co "@"').join(' or ');
  const deep = `${'not ('.repeat(30)}groups pr${')'.repeat(30)}`;
  expect(await found(wide)).toBe('ana ben cho');
  expect(await found(deep)).toBe('ana ben');
});
