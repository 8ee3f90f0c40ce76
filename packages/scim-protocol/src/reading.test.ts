import { expect, test } from 'vitest';

import { readFixture } from '../test/read-fixture.ts';
import { refusalOf } from '../test/refusal-of.ts';
import { applyPatch } from './apply-patch.ts';
import { BULK_REQUEST_URN, isRefused, parseBulkRequest } from './bulk-request.ts';
import { parseFilter } from './filter.ts';
import type { JsonObject, JsonValue } from './json.ts';
import { parsePatchRequest } from './patch-request.ts';
import { noteQueryDialects } from './query-dialects.ts';
import { createReading, LENIENCIES, type LeniencyCode, type Reading } from './reading.ts';
import { resolveFilter } from './resolve-filter.ts';
import { groupResourceType, userResourceType } from './resource-types.ts';
import { CORE_USER_URN } from './schemas/core-user.ts';
import { ENTERPRISE_USER_URN } from './schemas/enterprise-user.ts';
import { readResource } from './validate-resource.ts';

const USER = userResourceType({ emailsRequired: true });
const GROUP = groupResourceType();
const ANA: JsonObject = {
  schemas: [CORE_USER_URN],
  userName: 'ana@acme.io',
  emails: [{ value: 'ana@acme.io' }],
};

function patchUser(body: JsonValue): (reading: Reading) => unknown {
  return (reading) => applyPatch(ANA, parsePatchRequest(body, USER, reading), USER, reading);
}

function readUser(attributes: JsonObject): (reading: Reading) => unknown {
  return (reading) => readResource({ ...ANA, ...attributes }, USER, reading);
}

function filterUsers(text: string): (reading: Reading) => unknown {
  return (reading) => resolveFilter(parseFilter(text, reading), USER, reading);
}

function readBulkOperation(operation: JsonObject): (reading: Reading) => unknown {
  return (reading) => {
    const body = { schemas: [BULK_REQUEST_URN], Operations: [operation] };
    const limits = { maxOperations: 1, baseUrl: 'https://scim.example/v2' };
    const [read] = parseBulkRequest(body, limits, reading).operations;
    if (read !== undefined && isRefused(read)) throw read.refusal;
  };
}

const EXAMPLES: Readonly<Record<LeniencyCode, (reading: Reading) => unknown>> = {
  'op-case': patchUser({
    schemas: ['urn:ietf:params:scim:api:messages:2.0:PatchOp'],
    Operations: [{ op: 'Replace', path: 'active', value: false }],
  }),
  'boolean-as-text': readUser({ active: 'True' }),
  'remove-by-value-list': (reading) =>
    parsePatchRequest(readFixture('authentik/remove-members-one-by-one'), GROUP, reading),
  'remove-with-value': (reading) =>
    parsePatchRequest(readFixture('entra/remove-member-by-filter-with-value'), GROUP, reading),
  'dotted-keys': patchUser(readFixture('entra/replace-with-path-keys')),
  'dot-after-urn': patchUser({
    schemas: ['urn:ietf:params:scim:api:messages:2.0:PatchOp'],
    Operations: [{ op: 'replace', path: `${ENTERPRISE_USER_URN}.department`, value: 'Sales' }],
  }),
  'bare-string-manager': (reading) => readResource(readFixture('entra/create-user'), USER, reading),
  'bare-string-value': (reading) =>
    readResource(readFixture('microsoft-collection/group-with-bare-members'), GROUP, reading),
  'object-for-list': readUser({ phoneNumbers: { value: '1' } }),
  'list-for-object': readUser({ name: [{ givenName: 'Ana' }] }),
  'unquoted-filter-value': filterUsers('userName eq ana'),
  'complex-as-value': filterUsers(`${ENTERPRISE_USER_URN}:manager eq "c9b1"`),
  'parameter-case': (reading) => noteQueryDialects({ startindex: '1' }, reading),
  'selection-filter': (reading) => noteQueryDialects({ attributes: 'emails[type eq "work"]' }, reading),
  'value-path-comparison': filterUsers('emails[type eq "work"].value eq "x"'),
  'value-path-created': patchUser({
    schemas: ['urn:ietf:params:scim:api:messages:2.0:PatchOp'],
    Operations: [{ op: 'replace', path: 'phoneNumbers[type eq "mobile"].value', value: '1' }],
  }),
  'value-path-gone': patchUser(readFixture('entra/clear-with-null')),
  'empty-string-as-unassigned': readUser({ title: '' }),
  'empty-operations': patchUser(readFixture('entra/empty-operations')),
  'bulk-method-case': readBulkOperation({ method: 'delete', path: '/Users/1' }),
  'bulk-path-form': readBulkOperation({ method: 'DELETE', path: 'https://scim.example/v2/Users/1' }),
  'schemas-missing': readUser({ schemas: null }),
  'schemas-duplicate': readUser({ schemas: [CORE_USER_URN, CORE_USER_URN] }),
  'schemas-unknown': (reading) => readResource(readFixture('entra/create-group'), GROUP, reading),
  'schemas-unlisted': readUser({ [ENTERPRISE_USER_URN]: { department: 'Sales' } }),
  'schemas-version-1': readUser({ schemas: ['urn:scim:schemas:core:1.0'] }),
};

test.each(Object.entries(EXAMPLES))(
  '%s is noted where the account is lenient and refused by its name where it is strict',
  (code, read) => {
    const lenient = createReading('lenient');
    read(lenient);
    expect(lenient.leniencies.map((leniency) => leniency.code)).toContain(code);

    const strict = createReading('strict');
    expect(refusalOf(() => read(strict))).toMatch(
      new RegExp(`^400 invalid(?:Value|Syntax|Filter|Path): .*"${code}"|^400 noTarget: .*"${code}"`),
    );
    expect(strict.leniencies).toEqual([]);
  },
);

test('every documented leniency has an example here', () => {
  expect(Object.keys(EXAMPLES).toSorted()).toEqual(Object.keys(LENIENCIES).toSorted());
});

test('one leniency used a thousand times is noted a few times, and does not crowd out another', () => {
  const reading = createReading('lenient');
  for (let index = 0; index < 1_000; index += 1)
    reading.leniency('op-case', `operation ${index}`, 'invalidSyntax');
  reading.leniency('boolean-as-text', 'active', 'invalidValue');
  reading.leniency('boolean-as-text', 'active', 'invalidValue');
  expect(reading.leniencies).toHaveLength(11);
});

test('what a client sent as a value is in no note', () => {
  const reading = createReading('lenient');
  patchUser({
    schemas: ['urn:ietf:params:scim:api:messages:2.0:PatchOp'],
    Operations: [
      { op: 'Add', path: 'roles[value eq "topsecret" and primary eq "True"].display', value: 'topsecret' },
    ],
  })(reading);
  filterUsers('userName eq topsecret')(reading);
  expect(reading.leniencies.length).toBeGreaterThan(2);
  expect(JSON.stringify(reading.leniencies)).not.toContain('topsecret');
});
