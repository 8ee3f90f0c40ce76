import { expect, test } from 'vitest';

import { readFixture } from '../test/read-fixture.ts';
import { refusalOf } from '../test/refusal-of.ts';
import { parseFilter } from './filter.ts';
import { matchesFilter } from './match-filter.ts';
import { createReading } from './reading.ts';
import { resolveFilter, type ResolvedFilter } from './resolve-filter.ts';
import { groupResourceType, userResourceType } from './resource-types.ts';
import { readResource } from './validate-resource.ts';

const USER = userResourceType({ emailsRequired: true });
const GROUP = groupResourceType();

function resolve(text: string, resourceType = USER): ResolvedFilter {
  const reading = createReading('lenient');
  return resolveFilter(parseFilter(text, reading), resourceType, reading);
}

function valueOf(text: string): unknown {
  const filter = resolve(text);
  return filter.kind === 'compare' ? filter.value : undefined;
}

const NOOR = {
  ...readResource(readFixture('rfc7643/8.3-enterprise-user'), USER, createReading('strict')),
  ...readResource(readFixture('rfc7643/8.2-full-user'), USER, createReading('strict')),
  id: 'Id-1',
  meta: {
    created: '2026-01-23T04:56:22.5Z',
    lastModified: '2026-05-13T06:42:34+02:00',
    resourceType: 'User',
  },
};

test.each([
  ['userName eq "NOOR@EXAMPLE.COM"', true],
  ['displayName co "HADD"', true],
  ['emails.value eq "NOOR@home.example"', true],
  ['emails co "home"', true],
  ['emails[type eq "work" and value co "home"]', false],
  ['emails.type eq "work" and emails.value co "home"', true],
  ['emails[type eq "home"].value eq "noor@home.example"', true],
  ['emails pr', true],
  ['id eq "Id-1"', true],
  ['id eq "id-1"', false],
  ['externalId eq "701984"', true],
  ['title pr and userType eq "employee"', true],
  ['title eq null', false],
  ['title ne null', true],
  ['nickName ne "x"', true],
  ['urn:ietf:params:scim:schemas:extension:dbtLabs:2.0:User:licenseType ne "it"', true],
  ['urn:ietf:params:scim:schemas:extension:dbtLabs:2.0:User:licenseType pr', false],
  ['emails[type eq "work"] and phoneNumbers[type eq "mobile"]', true],
  ['ims.type ne "xmpp"', false],
  ['active eq true', true],
  ['active eq "True"', true],
  ['active ne true', false],
  ['roles[primary eq "True"]', true],
  ['meta.created gt "2026-01-23T05:56:22.4999999+01:00"', true],
  ['meta.created eq "2026-01-23T04:56:22.5000000Z"', true],
  ['meta.lastModified le "2026-05-13T04:42:34Z"', true],
  ['meta.LastModified ge "0001-01-03T00:00:00.0000000Z"', true],
  ['urn:ietf:params:scim:schemas:core:2.0:User:userName sw "noor"', true],
  ['urn:ietf:params:scim:schemas:extension:enterprise:2.0:User:employeeNumber eq "701984"', true],
  ['urn:ietf:params:scim:schemas:extension:enterprise:2.0:User:manager pr', true],
  ['schemas eq "urn:ietf:params:scim:schemas:core:2.0:User"', true],
  ['preferredLanguage eq "a" or preferredLanguage eq "fr-CH" and active eq false', false],
  ['not (active eq false)', true],
  ['userName co "%"', false],
  ['userName sw "noor" and userName ew ".com"', true],
  ['name.familyName gt "HABC" and name.familyName lt "haz"', true],
])('%s holds for the user of the example: %s', (text, expected) => {
  expect(matchesFilter(NOOR, resolve(text))).toBe(expected);
});

test.each([
  'shoeSize eq "x"',
  'name.shoeSize pr',
  'constructor pr',
  'password eq "x"',
  'password pr',
  'active gt true',
  'active co "t"',
  'active eq "maybe"',
  'userName eq 5',
  'userName eq true',
  'name eq "x"',
  'userName gt null',
  'userName co null',
  'x509Certificates.value gt "a"',
  'meta.created eq "yesterday"',
  'meta.created co "2026"',
  'meta.created eq 5',
  'userName[value eq "x"]',
  'emails[shoeSize pr]',
  'urn:unknown:User:x pr',
  'members pr',
  'primary eq true',
])('%s is refused as invalidFilter', (text) => {
  expect(refusalOf(() => resolve(text))).toMatch(/^400 invalidFilter: /);
});

test('a comparison with null becomes a test of presence', () => {
  expect(resolve('title eq null').kind).toBe('not');
  expect(resolve('title ne null').kind).toBe('present');
});

test('the values carry what SQL needs of case', () => {
  expect(valueOf('userName eq "A"')).toEqual({ type: 'string', value: 'A', caseExact: false });
  expect(valueOf('externalId eq "A"')).toEqual({ type: 'string', value: 'A', caseExact: true });
  expect(valueOf('urn:ietf:params:scim:schemas:extension:enterprise:2.0:User:manager eq "A"')).toEqual({
    type: 'string',
    value: 'A',
    caseExact: true,
  });
});

test('the members of a group can be asked for', () => {
  expect(resolve('members eq "x"', GROUP)).toMatchObject({
    kind: 'compare',
    target: { sub: { name: 'value' } },
  });
  expect(resolve('members[value eq "x"]', GROUP)).toMatchObject({ kind: 'valuePath' });
});
