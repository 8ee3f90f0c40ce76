import { isJsonArray, isJsonObject, type JsonObject } from '@rollcall/scim-protocol/json';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { fixture, MEMBER_A, MEMBER_B, operationsOf } from './fixture.ts';
import {
  addGroup,
  addUser,
  addUsers,
  groupBody,
  membersOf,
  type ScimClient,
  startTestGateway,
  type TestGateway,
  textOf,
  userBody,
} from './harness.ts';

const ERROR = 'urn:ietf:params:scim:api:messages:2.0:Error';
const CORE_USER = 'urn:ietf:params:scim:schemas:core:2.0:User';
const CORE_GROUP = 'urn:ietf:params:scim:schemas:core:2.0:Group';
const ENTERPRISE = 'urn:ietf:params:scim:schemas:extension:enterprise:2.0:User';
const MANAGER = `${ENTERPRISE}:manager`;
const GUID = '5e2c1d0b-8a53-4c8e-9d24-1f6a3b7c9e01';

let gateway: TestGateway;
let accounts = 0;

beforeAll(async () => {
  gateway = await startTestGateway();
});

afterAll(async () => {
  await gateway[Symbol.asyncDispose]();
});

async function entra(): Promise<ScimClient> {
  accounts += 1;
  return gateway.addAccount(`entra-${accounts}`, { ssoProviderKind: 'entra' });
}

async function person(more: JsonObject = {}): Promise<{ client: ScimClient; id: string; path: string }> {
  const client = await entra();
  const id = await addUser(client, 'ana@acme.io', more);
  return { client, id, path: `/Users/${id}` };
}

function filtered(path: string, filter: string): string {
  return `${path}?filter=${encodeURIComponent(filter)}`;
}

test('32 Entra: the probe with a random GUID is an empty list: a filter value need not be an address', async () => {
  const client = await entra();
  const answer = await client.get(`/Users?filter=userName+eq+"${GUID}"`);
  expect(answer.status).toBe(200);
  expect(answer.total).toBe(0);
});

test('33 Entra: the feature flag in the URL is ignored', async () => {
  const client = await entra();
  const answer = await client.get(`/Users?aadOptscim062020&filter=userName+eq+%22${GUID}%22`);
  expect(answer.status).toBe(200);
  expect(answer.total).toBe(0);
  const created = await client.post('/Users?aadOptscim062020', userBody('ana@acme.io'));
  expect(created.status).toBe(201);
});

test('34 Entra: a created user keeps externalId and the enterprise extension', async () => {
  const client = await entra();
  const answer = await client.post('/Users', fixture('entra/create-user'));
  expect(answer.status).toBe(201);
  expect(answer.body).toMatchObject({
    schemas: [CORE_USER, ENTERPRISE],
    externalId: '0a21f0f2-8d2a-4f8e-bf98-7363c4aed4ef',
    name: { formatted: 'Ana Ito', familyName: 'Ito', givenName: 'Ana' },
    [ENTERPRISE]: { department: 'Data', manager: { value: 'c9b1' } },
  });
  expect(answer.body).not.toHaveProperty('roles');
});

test('35 Entra: explicit nulls and unknown attributes are unassigned', async () => {
  const client = await entra();
  const answer = await client.post('/Users', fixture('entra/create-user-with-nulls'));
  expect(answer.status).toBe(201);
  expect(Object.keys(answer.body).toSorted()).toEqual(
    ['active', 'emails', 'groups', 'id', 'meta', 'schemas', 'userName'].toSorted(),
  );
});

test('36 Entra: capital keys come back in their canonical spelling', async () => {
  const client = await entra();
  const answer = await client.post('/Users', fixture('entra/create-user-with-capital-keys'));
  expect(answer.status).toBe(201);
  expect(answer.body).toMatchObject({
    userName: 'ana@acme.io',
    active: true,
    emails: [{ primary: true, type: 'work', value: 'ana@acme.io' }],
    name: { familyName: 'Ito' },
    [ENTERPRISE]: { department: 'Data' },
  });
});

test('37 Entra: a user is matched by externalId and by the work e-mail', async () => {
  const client = await entra();
  const { id } = await client.post('/Users', fixture('entra/create-user'));
  await addUser(client, 'bo@acme.io', { externalId: 'other' });
  const filters = [
    'externalId eq "0a21f0f2-8d2a-4f8e-bf98-7363c4aed4ef"',
    'emails[type eq "work"].value eq "ana@acme.io"',
    'emails[type eq "work"].value eq "ANA@acme.io"',
  ];
  for (const filter of filters) {
    const answer = await client.get(filtered('/Users', filter));
    expect(answer.resources.map((user) => user['id'])).toEqual([id]);
    expect(answer.total).toBe(1);
  }
});

test('38 Entra: a deleted user is a 404 with an error body', async () => {
  const { client, path } = await person();
  await client.delete(path);
  const answer = await client.get(path);
  expect(answer.status).toBe(404);
  expect(answer.body).toMatchObject({ schemas: [ERROR], status: '404' });
});

test('39 Entra: work e-mail and family name are replaced in one PATCH', async () => {
  const { client, path } = await person();
  const operations = operationsOf('entra/update-user', { 'ana@new.example': 'ana.lee@acme.io' });
  const answer = await client.patch(path, operations);
  expect(answer.status).toBe(200);
  const { body } = await client.get(path);
  expect(body).toMatchObject({
    userName: 'ana.lee@acme.io',
    emails: [{ value: 'ana.lee@acme.io', type: 'work' }],
    name: { familyName: 'Ito-Lee', givenName: 'Ana' },
  });
});

test('40 Entra: Replace active "False" deactivates, and active reads as a boolean', async () => {
  const { client, path } = await person();
  expect((await client.patch(path, operationsOf('entra/disable-user'))).status).toBe(200);
  const { body } = await client.get(path);
  expect(body['active']).toBe(false);
});

test('41 Entra with flag: replace active false deactivates', async () => {
  const { client, path } = await person();
  expect((await client.patch(path, operationsOf('entra/disable-user-flag'))).status).toBe(200);
  const { body } = await client.get(path);
  expect(body['active']).toBe(false);
});

test('42 Entra: Add to the mobile number of someone without one makes the entry with its type', async () => {
  const { client, path } = await person();
  expect((await client.patch(path, operationsOf('entra/add-mobile-phone'))).status).toBe(200);
  const { body } = await client.get(path);
  expect(body['phoneNumbers']).toEqual([{ type: 'mobile', value: '+1 555 0100' }]);
});

test('43 Entra: three Adds to parts of the work address make one address', async () => {
  const { client, path } = await person();
  expect((await client.patch(path, operationsOf('entra/add-address-parts'))).status).toBe(200);
  const { body } = await client.get(path);
  expect(body['addresses']).toEqual([
    { type: 'work', locality: 'Basel', country: 'Helvetia', formatted: 'Basel, Helvetia' },
  ]);
});

test('44 Entra with flag: dotted and URN keys of one value set each attribute', async () => {
  const { client, path } = await person();
  expect((await client.patch(path, operationsOf('entra/replace-with-path-keys'))).status).toBe(200);
  const { body } = await client.get(path);
  expect(body).toMatchObject({
    displayName: 'Ana Ito-Lee',
    name: { givenName: 'Anna', familyName: 'Ito-Lee' },
    [ENTERPRISE]: { employeeNumber: '701984', manager: { value: 'c9b1' } },
  });
  expect(Object.keys(body).filter((key) => key.includes('.givenName'))).toEqual([]);
});

test('45 Entra: a manager given as bare text reads as an object with that value', async () => {
  const { client, path } = await person();
  expect((await client.patch(path, operationsOf('entra/add-manager'))).status).toBe(200);
  const { body } = await client.get(path);
  expect(body[ENTERPRISE]).toMatchObject({ manager: { value: 'c9b1' } });
});

test.each(['clear-manager-with-empty-text', 'clear-manager-with-empty-value', 'remove-manager'])(
  '46 Entra: the manager goes away: %s',
  async (name) => {
    const { client, path } = await person({
      [ENTERPRISE]: { manager: { value: 'c9b1' }, department: 'Data' },
    });
    expect((await client.patch(path, operationsOf(`entra/${name}`))).status).toBe(200);
    const { body } = await client.get(path);
    expect(body[ENTERPRISE]).toEqual({ department: 'Data' });
  },
);

test('47 Entra: Add to roles[primary eq "True"].value makes one primary role', async () => {
  const { client, path } = await person();
  expect((await client.patch(path, operationsOf('entra/add-primary-role'))).status).toBe(200);
  const { body } = await client.get(path);
  expect(body['roles']).toEqual([{ primary: true, value: 'Admin' }]);
});

test('48 Entra: a PATCH with unchanged values succeeds and changes neither version nor lastModified', async () => {
  const { client, path } = await person();
  const before = await client.get(path);
  const answer = await client.patch(path, [
    { op: 'Replace', path: 'name.familyName', value: 'Ito' },
    { op: 'Replace', path: 'active', value: 'True' },
    { op: 'Add', path: 'emails[type eq "work"].value', value: 'ana@acme.io' },
  ]);
  expect(answer.status).toBe(200);
  expect((await client.get(path)).body).toEqual(before.body);
});

test('49 Entra: a group with an unknown URN and without members is created', async () => {
  const client = await entra();
  const answer = await client.post('/Groups', fixture('entra/create-group'));
  expect(answer.status).toBe(201);
  expect(answer.body).toMatchObject({
    schemas: [CORE_GROUP],
    displayName: 'Data Team',
    externalId: '8aa1a0c0-6c3b-45c6-bf9f-1a5e0b1f3c11',
    members: [],
  });
});

test('50 Entra: a group is found without its members', async () => {
  const client = await entra();
  const [a = ''] = await addUsers(client, ['ana']);
  const id = await addGroup(client, 'Data Team', [a]);
  const answer = await client.get('/Groups?excludedAttributes=members&filter=displayName+eq+"Data+Team"');
  expect(answer.total).toBe(1);
  expect(answer.resources[0]).toMatchObject({ id, displayName: 'Data Team' });
  expect(answer.resources[0]).not.toHaveProperty('members');
});

test('51 Entra: a group is read without its members', async () => {
  const client = await entra();
  const [a = ''] = await addUsers(client, ['ana']);
  const id = await addGroup(client, 'Data Team', [a]);
  const { status, body } = await client.get(`/Groups/${id}?excludedAttributes=members`);
  expect(status).toBe(200);
  expect(body).toMatchObject({ id, displayName: 'Data Team' });
  expect(body).not.toHaveProperty('members');
});

test('52 Entra: Add members with "$ref": null puts the member in', async () => {
  const client = await entra();
  const [a = ''] = await addUsers(client, ['ana']);
  const id = await addGroup(client, 'Data Team');
  const answer = await client.patch(`/Groups/${id}`, operationsOf('entra/add-member', { [MEMBER_A]: a }));
  expect(answer.status).toBe(204);
  expect(await membersOf(client, id)).toEqual([a]);
});

test('53 Entra: Remove members with a value list removes only these', async () => {
  const client = await entra();
  const [a = '', b = '', c = ''] = await addUsers(client, ['ana', 'bo', 'cy']);
  const id = await addGroup(client, 'Data Team', [a, b, c]);
  const operations = operationsOf('entra/remove-member-by-value-list', { [MEMBER_A]: a });
  expect((await client.patch(`/Groups/${id}`, operations)).status).toBe(204);
  expect(await membersOf(client, id)).toEqual([b, c].toSorted());
});

test('54 Entra with flag: remove members[value eq "b"] removes only b', async () => {
  const client = await entra();
  const [b = '', c = ''] = await addUsers(client, ['bo', 'cy']);
  const id = await addGroup(client, 'Data Team', [b, c]);
  const operations = operationsOf('entra/remove-member-by-filter', { [MEMBER_B]: b });
  expect((await client.patch(`/Groups/${id}`, operations)).status).toBe(204);
  expect(await membersOf(client, id)).toEqual([c]);
});

test('55 Entra: Replace displayName renames the group', async () => {
  const client = await entra();
  const id = await addGroup(client, 'Data Team');
  expect((await client.patch(`/Groups/${id}`, operationsOf('entra/rename-group'))).status).toBe(204);
  const { body } = await client.get(`/Groups/${id}`);
  expect(body['displayName']).toBe('Data Guild');
});

test('56 Entra: a user who is deleted after being disabled is gone for good, from lists and from groups', async () => {
  const { client, id, path } = await person();
  const group = await addGroup(client, 'Data Team', [id]);
  await client.patch(path, operationsOf('entra/disable-user'));
  expect((await client.delete(path)).status).toBe(204);
  expect((await client.get(path)).status).toBe(404);
  expect((await client.get(filtered('/Users', 'userName eq "ana@acme.io"'))).total).toBe(0);
  expect(await membersOf(client, group)).toEqual([]);
});

test('57 Validator: a second group of the same name and externalId is a 409', async () => {
  const client = await entra();
  await client.post('/Groups', fixture('entra/create-group'));
  const answer = await client.post('/Groups', fixture('entra/create-group'));
  expect(answer.status).toBe(409);
  expect(answer.body).toMatchObject({ schemas: [ERROR], status: '409', scimType: 'uniqueness' });
});

test('58 Validator: a group is found by its name in another case', async () => {
  const client = await entra();
  const id = await addGroup(client, 'Data Team');
  const answer = await client.get(filtered('/Groups', 'displayName eq "dATA tEAM"'));
  expect(answer.total).toBe(1);
  expect(answer.resources[0]).toMatchObject({ id, displayName: 'Data Team' });
});

test('59 Validator: deleting what is not there is a 404, the second time too', async () => {
  const { client, path } = await person();
  const group = `/Groups/${await addGroup(client, 'Data Team')}`;
  for (const there of [path, group]) {
    expect((await client.delete(there)).status).toBe(204);
    expect((await client.delete(there)).status).toBe(404);
  }
  expect((await client.delete(`/Users/${GUID}`)).status).toBe(404);
  expect((await client.delete(`/Groups/${GUID}`)).status).toBe(404);
});

test('60 Validator: remove, add and replace of one attribute in one PATCH end in the last value', async () => {
  const { client, path } = await person({ title: 'Engineer' });
  const answer = await client.patch(path, operationsOf('entra/remove-add-replace'));
  expect(answer.status).toBe(200);
  expect((await client.get(path)).body['title']).toBe('Lead');
});

test('61 Validator: clearing with "" and then with null succeeds both times, although the entries are gone', async () => {
  const { client, path } = await person({
    title: 'Engineer',
    name: { givenName: 'Ana', middleName: 'Mo', familyName: 'Ito' },
    phoneNumbers: [{ type: 'mobile', value: '+1 555 0100' }],
    addresses: [{ type: 'work', locality: 'Basel' }],
    [ENTERPRISE]: { department: 'Data' },
  });
  for (const name of ['entra/clear-with-empty-text', 'entra/clear-with-null']) {
    const answer = await client.patch(path, operationsOf(name));
    expect(answer.status).toBe(200);
    const { body } = await client.get(path);
    expect(body['name']).toEqual({ givenName: 'Ana', familyName: 'Ito' });
    for (const key of ['title', 'phoneNumbers', 'addresses', ENTERPRISE])
      expect(body).not.toHaveProperty([key]);
  }
});

test('62 Validator: the second page starts where it was told and repeats nobody', async () => {
  const client = await entra();
  await addUsers(
    client,
    Array.from({ length: 11 }, (_, index) => `person-${index}`),
  );
  const first = await client.get('/Users?startIndex=1&count=5');
  const second = await client.get('/Users?startIndex=6&count=5');
  expect(second.body).toMatchObject({ startIndex: 6, itemsPerPage: 5, totalResults: 11 });
  const ids = [...first.resources, ...second.resources].map((user) => user['id']);
  expect(new Set(ids).size).toBe(10);
});

test('63 Validator: /Schemas names every attribute that Entra maps', async () => {
  const client = await entra();
  const { status, resources } = await client.get('/Schemas');
  expect(status).toBe(200);
  const names = resources.flatMap((schema) => attributeNames(schema, ''));
  expect(names).toEqual(
    expect.arrayContaining([
      'userName',
      'active',
      'displayName',
      'title',
      'preferredLanguage',
      'externalId',
      'name.givenName',
      'name.familyName',
      'name.formatted',
      'emails.value',
      'emails.type',
      'addresses.formatted',
      'addresses.streetAddress',
      'addresses.locality',
      'addresses.region',
      'addresses.postalCode',
      'addresses.country',
      'phoneNumbers.value',
      'employeeNumber',
      'department',
      'manager.value',
      'costCenter',
      'organization',
      'division',
      'roles.value',
      'members.value',
      'timezone',
      'locale',
      'profileUrl',
      'userType',
      'nickName',
      'licenseType',
    ]),
  );
  expect(resources.map((schema) => schema['id'])).toEqual(expect.arrayContaining([CORE_USER, CORE_GROUP]));
});

test('64 Validator: a manager who does not exist is kept as sent', async () => {
  const { client, path } = await person();
  const answer = await client.patch(path, [{ op: 'add', path: MANAGER, value: { value: 'NOBODY-17' } }]);
  expect(answer.status).toBe(200);
  expect((await client.get(path)).body[ENTERPRISE]).toMatchObject({ manager: { value: 'NOBODY-17' } });
});

test('65 Validator: free-form locale, profileUrl, time zone and country are stored as sent', async () => {
  const client = await entra();
  const free = {
    locale: 'QXZW',
    profileUrl: 'no url',
    timezone: 'Nowhere/7',
    addresses: [{ type: 'work', country: 'Atlantis' }],
  };
  const created = await client.post('/Users', userBody('ana@acme.io', free));
  expect(created.status).toBe(201);
  expect((await client.get(`/Users/${created.id}`)).body).toMatchObject(free);
});

test('66 Entra as a reader: seven decimals, the year 0001 and names in mixed case', async () => {
  const { client, id } = await person();
  const window = `ActiVe eq true and (meta.lastmodified ge "0001-01-03T00:00:00.0000000Z" and meta.lastModified le "9999-12-31T23:59:59.9999999Z")`;
  const answer = await client.get(`${filtered('/Users', window)}&count=5&startindex=1`);
  expect(answer.status).toBe(200);
  expect(answer.resources.map((user) => user['id'])).toEqual([id]);
  const past = 'meta.lastModified le "2001-01-03T00:00:00.1234567Z"';
  expect((await client.get(filtered('/Users', past))).total).toBe(0);
});

test('Entra: groups given as members are refused with the ids that were sent', async () => {
  const client = await entra();
  const nested = await addGroup(client, 'Inner');
  const answer = await client.post(
    '/Groups',
    groupBody('Outer', [], { members: [{ value: nested, type: 'Group' }] }),
  );
  expect(answer.status).toBe(400);
  expect(answer.body['scimType']).toBe('invalidValue');
  expect(answer.detail).toContain(nested);
});

test('no request of these was logged as an error of the gateway', () => {
  expect(gateway.errorsLogged()).toEqual([]);
});

function attributeNames(definition: JsonObject, prefix: string): string[] {
  const lists = [definition['attributes'], definition['subAttributes']].filter(isJsonArray);
  return lists
    .flat()
    .filter(isJsonObject)
    .flatMap((attribute) => {
      const name = `${prefix}${textOf(attribute['name'])}`;
      return [name, ...attributeNames(attribute, `${name}.`)];
    });
}
