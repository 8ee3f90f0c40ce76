import { globSync, readFileSync } from 'node:fs';
import fc from 'fast-check';
import { expect, test } from 'vitest';

import { fuzzing } from '../test/fuzzing.ts';
import { misshapen, mutilated } from '../test/mutilation.ts';
import { applyPatch } from './apply-patch.ts';
import { parseAttributePath, printAttributePath } from './attribute-path.ts';
import { parseSelection, selectAttributes } from './attribute-selection.ts';
import { isRefused, parseBulkRequest } from './bulk-request.ts';
import { planBulk } from './bulk-plan.ts';
import { ScimError } from './errors.ts';
import { parseFilter, printFilter } from './filter.ts';
import { groupChangesOf } from './group-changes.ts';
import { isJsonObject, parseJsonBody, type JsonObject } from './json.ts';
import { parseListQuery, parseSearchRequest } from './list-query.ts';
import { matchesFilter } from './match-filter.ts';
import { parsePatchRequest } from './patch-request.ts';
import { createReading } from './reading.ts';
import { resolveFilter } from './resolve-filter.ts';
import { resolvePath } from './resolve-path.ts';
import { groupResourceType, userResourceType } from './resource-types.ts';
import { CORE_USER_URN } from './schemas/core-user.ts';
import { readResource } from './validate-resource.ts';

const USER = userResourceType({ emailsRequired: false });
const GROUP = groupResourceType();
const LIMITS = { defaultCount: 100, maxCount: 1000 };
const BULK_LIMITS = { maxOperations: 1000, baseUrl: 'https://scim.example.com/scim/v2/acme' };
const ANA: JsonObject = {
  schemas: [CORE_USER_URN],
  id: 'u1',
  userName: 'ana',
  name: { givenName: 'Ana' },
  emails: [{ value: 'a', type: 'work', primary: true }, { value: 'b' }],
  meta: { resourceType: 'User', created: '2026-01-01T00:00:00Z' },
};

const FILTERS = [
  'userName eq "ana@acme.io"',
  'title pr and (userType eq "Employee" or not (emails[type eq "work" and value co "@acme"]))',
  'meta.lastModified ge "0001-01-03T00:00:00.0000000Z" and active eq true',
  'urn:ietf:params:scim:schemas:extension:enterprise:2.0:User:manager.value eq "c\\u0039\\"b1"',
  'emails[type eq "work"].value eq ana or id sw "0" and name.familyName gt "M"',
];
const PATHS = [
  'name.familyName',
  'emails[type eq "work" and not (primary eq true)].value',
  'urn:ietf:params:scim:schemas:extension:enterprise:2.0:User:manager',
  'members[value eq "018f2d00-0000-7000-8000-00000000000a" or type eq "User"]',
  'addresses[type eq "work"].streetAddress',
];
const BODIES = globSync('**/*.json', { cwd: new URL('../fixtures', import.meta.url) }).map((path) =>
  JSON.stringify(parseJsonBody(readFileSync(new URL(`../fixtures/${path}`, import.meta.url), 'utf8'))),
);

const MISSHAPEN = misshapen(BODIES.map((text) => parseJsonBody(text))).map((value) => JSON.stringify(value));

/** Undefined where the input is refused as a SCIM error; any other error fails the test. */
function orRefused<Value>(read: () => Value): Value | undefined {
  try {
    return read();
  } catch (error) {
    if (error instanceof ScimError && error.detail.length > 10) return undefined;
    throw error;
  }
}

const anyText = (texts: readonly string[]): fc.Arbitrary<string> =>
  fc.oneof(
    { weight: 5, arbitrary: mutilated(texts) },
    { weight: 1, arbitrary: fc.string({ unit: 'binary', maxLength: 60 }) },
  );

test('a mutilated filter is refused, or means the same when it is written anew, and answers for a user', () => {
  let answered = 0;
  fc.assert(
    fc.property(anyText(FILTERS), (sent) => {
      const reading = createReading('lenient');
      const node = orRefused(() => parseFilter(sent, reading));
      if (node === undefined) return;
      const text = printFilter(node);
      expect(printFilter(parseFilter(text, createReading('strict')))).toBe(text);
      const resolved = orRefused(() => resolveFilter(node, USER, reading));
      if (resolved === undefined) return;
      expect(typeof matchesFilter(ANA, resolved)).toBe('boolean');
      answered += 1;
    }),
    fuzzing(4_000),
  );
  expect(answered).toBeGreaterThan(50);
});

test('a mutilated path is refused, or names the same when it is written anew', () => {
  let resolved = 0;
  fc.assert(
    fc.property(anyText(PATHS), (sent) => {
      const reading = createReading('lenient');
      const path = orRefused(() => parseAttributePath(sent, reading));
      if (path === undefined) return;
      const text = printAttributePath(path);
      expect(printAttributePath(parseAttributePath(text, createReading('strict')))).toBe(text);
      const found = [USER, GROUP].map((type) => orRefused(() => resolvePath(path, type, reading)));
      if (found.some((each) => each !== undefined)) resolved += 1;
    }),
    fuzzing(4_000),
  );
  expect(resolved).toBeGreaterThan(50);
});

test('a mutilated body is refused, or read as a resource, a PATCH, a search or a bulk request without any other error', () => {
  let read = 0;
  fc.assert(
    fc.property(fc.oneof(anyText(BODIES), MISSHAPEN), (text) => {
      const body = orRefused(() => parseJsonBody(text));
      if (body === undefined) return;
      const reading = createReading('lenient');
      for (const type of [USER, GROUP]) {
        const resource = orRefused(() => readResource(body, type, reading));
        const again = orRefused(() => readResource(resource ?? null, type, createReading('strict')));
        expect(again).toEqual(resource);
      }
      const operations = orRefused(() => parsePatchRequest(body, USER, reading));
      if (operations !== undefined) {
        orRefused(() => applyPatch(ANA, operations, USER, reading));
        read += 1;
      }
      const changes = orRefused(() => parsePatchRequest(body, GROUP, reading));
      if (changes !== undefined) orRefused(() => groupChangesOf(changes));
      orRefused(() => parseSearchRequest(body, LIMITS, reading));
      const bulk = orRefused(() => parseBulkRequest(body, BULK_LIMITS, reading));
      const sent = bulk?.operations ?? [];
      const places = planBulk(sent).flatMap((step) =>
        step.kind === 'circle' ? step.members.map(({ index }) => index) : [step.index],
      );
      // Each operation has its turn, once.
      expect(places.toSorted((a, b) => a - b)).toEqual(sent.map((_, index) => index));
      read += sent.some((operation) => !isRefused(operation)) ? 1 : 0;
    }),
    fuzzing(4_000),
  );
  expect(read).toBeGreaterThan(50);
});

test('any query of a list is refused or read within its limits, and any selection keeps id and schemas', () => {
  const name = fc.constantFrom(
    'startIndex',
    'count',
    'filter',
    'sortBy',
    'sortOrder',
    'attributes',
    'cursor',
    '__proto__',
  );
  const value = fc.oneof(
    fc.constantFrom('', '0', '-1', '9'.repeat(40), '1e3', 'emails.value,name', 'urn:x', 'password,id'),
    fc.string({ unit: 'binary', maxLength: 20 }),
    fc.integer().map(String),
  );
  fc.assert(
    fc.property(
      fc.dictionary(name, fc.oneof(value, fc.array(value, { maxLength: 3 }))),
      value,
      (query, selection) => {
        const list = orRefused(() => parseListQuery(query, LIMITS));
        const { startIndex, count } = list ?? { startIndex: 1, count: 0 };
        expect(Number.isSafeInteger(startIndex) && startIndex >= 1).toBe(true);
        expect(count >= 0 && count <= LIMITS.maxCount).toBe(true);
        for (const parameter of ['attributes', 'excludedAttributes']) {
          const parsed = orRefused(() => parseSelection({ [parameter]: selection }, USER));
          if (parsed === undefined) continue;
          const shown = selectAttributes({ ...ANA, password: 'x' }, parsed, USER);
          expect(shown).toMatchObject({ id: 'u1', schemas: [CORE_USER_URN] });
          expect(shown).not.toHaveProperty('password');
        }
      },
    ),
    fuzzing(2_000),
  );
});

test('whatever JSON a body holds, nothing of it reaches a prototype', () => {
  fc.assert(
    fc.property(
      mutilated(['{"__proto__":{"active":false},"userName":"a","emails":[{"constructor":1}]}']),
      (text) => {
        const body = orRefused(() => parseJsonBody(text));
        const user = orRefused(() => readResource(body ?? null, USER, createReading('lenient')));
        expect(isJsonObject(user) ? Object.getPrototypeOf(user) : Object.prototype).toBe(Object.prototype);
        expect(Object.hasOwn(Object.prototype, 'active')).toBe(false);
      },
    ),
    fuzzing(500),
  );
});
