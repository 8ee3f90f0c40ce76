import fc from 'fast-check';
import { expect, test } from 'vitest';

import { refusalOf } from '../test/refusal-of.ts';
import { parseAttributePath, printAttributePath } from './attribute-path.ts';
import { createReading } from './reading.ts';
import { describePath, resolvePath } from './resolve-path.ts';
import { userResourceType } from './resource-types.ts';
import { ENTERPRISE_USER_URN } from './schemas/enterprise-user.ts';

const USER = userResourceType({ emailsRequired: true });

function resolve(text: string): string {
  const reading = createReading('lenient');
  return describePath(resolvePath(parseAttributePath(text, reading), USER, reading));
}

test.each([
  ['USERNAME', 'userName'],
  ['name.FAMILYNAME', 'name.familyName'],
  ['emails[Type Eq "work"].Value', 'emails[…].value'],
  ['emails[value eq "a].b["]', 'emails[…]'],
  ['addresses[type eq "work"]', 'addresses[…]'],
  ['urn:ietf:params:scim:schemas:core:2.0:User:userName', 'userName'],
  ['URN:ietf:params:scim:schemas:core:2.0:user:emails[type eq "work"].value', 'emails[…].value'],
  [`${ENTERPRISE_USER_URN}:manager`, `${ENTERPRISE_USER_URN}:manager`],
  [`${ENTERPRISE_USER_URN}:manager.VALUE`, `${ENTERPRISE_USER_URN}:manager.value`],
  [ENTERPRISE_USER_URN.toUpperCase(), ENTERPRISE_USER_URN],
  ['meta.lastModified', 'meta.lastModified'],
  ['emails.$ref'.replace('emails', 'groups'), 'groups.$ref'],
])('the path %s leads to %s', (text, place) => {
  expect(resolve(text)).toBe(place);
});

test.each([
  '',
  ' ',
  'shoeSize',
  'name.shoeSize',
  'constructor',
  '__proto__',
  'toString',
  'name.constructor',
  'emails[type eq "work"].shoeSize',
  'emails[type eq "work"',
  'emails]type[',
  'emails[type eq "work"]value',
  'emails[type eq "work"].value.x',
  'name.givenName.x',
  'userName[value eq "x"]',
  'name..givenName',
  '.name',
  'name.',
  'urn:unknown:2.0:User:a',
  'employeeNumber',
  'emails type',
  'name.givenName[value eq "x"]',
  '"userName"',
  'emails[type eq "work"].',
  `${ENTERPRISE_USER_URN}[a eq "b"]`,
])('the path %j is refused as invalidPath', (text) => {
  expect(refusalOf(() => resolve(text))).toMatch(/^400 invalidPath: /);
});

test.each([
  'emails[type eq]',
  'emails[shoeSize eq "x"]',
  'emails[]',
  'emails[primary gt true]',
  'emails[type eq "work" or]',
])('the filter in the path %j is refused as invalidFilter', (text) => {
  expect(refusalOf(() => resolve(text))).toMatch(/^400 invalidFilter: /);
});

test('printing and parsing again gives the same path', () => {
  const attribute = fc.constantFrom('emails', 'urn:x:2.0:User:things', 'addresses');
  const filter = fc.constantFrom('type eq "work"', 'value eq "]." and type pr', 'not (a eq 1)', undefined);
  const sub = fc.constantFrom('value', '$ref', undefined);
  fc.assert(
    fc.property(attribute, filter, sub, (name, inner, part) => {
      const text = `${name}${inner === undefined ? '' : `[${inner}]`}${part === undefined ? '' : `.${part}`}`;
      const path = parseAttributePath(text, createReading('strict'));
      expect(parseAttributePath(printAttributePath(path), createReading('strict'))).toEqual(path);
    }),
    { numRuns: 100, seed: 6 },
  );
});

test('any text is either a path or refused as a SCIM error', () => {
  const piece = fc.constantFrom(
    'emails',
    'name',
    '.',
    '[',
    ']',
    ':',
    'urn:',
    'type eq "work"',
    'value',
    '"',
    ' ',
    '$ref',
    '__proto__',
  );
  fc.assert(
    fc.property(
      fc.oneof(
        fc.array(piece, { maxLength: 8 }).map((pieces) => pieces.join('')),
        fc.string(),
      ),
      (text) => {
        expect(refusalOf(() => resolve(text))).toMatch(/^(?:not refused|400 invalid(?:Path|Filter): )/);
      },
    ),
    { numRuns: 3_000, seed: 7 },
  );
});
