import { isJsonObject, type JsonObject } from '@rollcall/scim-protocol/json';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { fixture, GROUP, MEMBER_A, MEMBER_B, operationsOf } from './fixture.ts';
import {
  addGroup,
  addUser,
  addUsers,
  membersOf,
  type ScimClient,
  startTestGateway,
  type TestGateway,
  userBody,
} from './harness.ts';

const ERROR = 'urn:ietf:params:scim:api:messages:2.0:Error';
const LIST = 'urn:ietf:params:scim:api:messages:2.0:ListResponse';
const LICENSE = 'urn:ietf:params:scim:schemas:extension:dbtLabs:2.0:User';

let gateway: TestGateway;
let accounts = 0;

beforeAll(async () => {
  gateway = await startTestGateway();
});

afterAll(async () => {
  await gateway[Symbol.asyncDispose]();
});

async function okta(): Promise<ScimClient> {
  accounts += 1;
  return gateway.addAccount(`okta-${accounts}`, { ssoProviderKind: 'okta' });
}

test('1 Okta: the connection test of users is answered with three integers', async () => {
  const client = await okta();
  await addUser(client, 'ana@acme.io');
  const answer = await client.get('/Users?startIndex=1&count=2');
  expect(answer.status).toBe(200);
  expect(answer.headers['content-type']).toBe('application/scim+json');
  expect(answer.body).toMatchObject({ schemas: [LIST], totalResults: 1, startIndex: 1, itemsPerPage: 1 });
  expect(answer.resources[0]).toMatchObject({ name: { givenName: 'Ana', familyName: 'Ito' }, active: true });
});

test('2 Okta: the connection test of groups does not see the default groups', async () => {
  const client = await okta();
  const answer = await client.get('/Groups?startIndex=1&count=100');
  expect(answer.status).toBe(200);
  expect(answer.body).toEqual({
    schemas: [LIST],
    totalResults: 0,
    startIndex: 1,
    itemsPerPage: 0,
    Resources: [],
  });
});

test('3 Okta: a lookup of nobody is an empty list, not a 404', async () => {
  const client = await okta();
  const answer = await client.get('/Users?filter=userName%20eq%20%22nobody@x%22&startIndex=1&count=100');
  expect(answer.status).toBe(200);
  expect(answer.body).toMatchObject({ totalResults: 0, Resources: [] });
});

test('4 Okta: a created user comes back whole, active, without the password, and with a Location', async () => {
  const client = await okta();
  const answer = await client.post('/Users', fixture('okta/create-user'));
  expect(answer.status).toBe(201);
  const location = `${client.location}/Users/${answer.id}`;
  expect(answer.headers['location']).toBe(location);
  const { password: _, ...sent } = fixture('okta/create-user');
  expect(answer.body).toMatchObject({
    ...sent,
    groups: [],
    active: true,
    meta: { resourceType: 'User', location },
  });
  expect(answer.text).not.toContain('1mz050nq');
});

test('5 Okta: the same creation again is a 409 uniqueness with a detail', async () => {
  const client = await okta();
  await client.post('/Users', fixture('okta/create-user'));
  const answer = await client.post('/Users', fixture('okta/create-user'));
  expect(answer.status).toBe(409);
  expect(answer.body).toMatchObject({ schemas: [ERROR], status: '409', scimType: 'uniqueness' });
  expect(answer.detail).toContain('ana@acme.io');
});

test('6 Okta: the created user is found by user name, in capitals too', async () => {
  const client = await okta();
  const id = await addUser(client, 'ana@acme.io');
  for (const name of ['ana@acme.io', 'ANA@ACME.IO']) {
    const answer = await client.get(`/Users?filter=${encodeURIComponent(`userName eq "${name}"`)}`);
    expect(answer.total).toBe(1);
    expect(answer.resources[0]).toMatchObject({ id, userName: 'ana@acme.io' });
  }
});

test('7 Okta: a user is read by id, as it was created', async () => {
  const client = await okta();
  const created = await client.post('/Users', fixture('okta/create-user'));
  const answer = await client.get(`/Users/${created.id}`);
  expect(answer.status).toBe(200);
  expect(answer.body).toEqual(created.body);
});

test('8 Okta: an id that nobody has, and that is no id at all, is a 404 with an error body', async () => {
  const client = await okta();
  const answer = await client.get('/Users/010101001010101011001010101011');
  expect(answer.status).toBe(404);
  expect(answer.body).toMatchObject({ schemas: [ERROR], status: '404' });
  expect(answer.detail).toContain('010101001010101011001010101011');
});

test('9 Okta: a PUT of what was read, with a new name, changes the name and keeps id and created', async () => {
  const client = await okta();
  const { id, body } = await client.post('/Users', fixture('okta/create-user'));
  const answer = await client.put(`/Users/${id}`, {
    ...body,
    name: { givenName: 'Ana', familyName: 'Ito-Lee' },
  });
  expect(answer.status).toBe(200);
  expect(answer.body).toMatchObject({
    id,
    name: { familyName: 'Ito-Lee' },
    externalId: '00u1abcd2EFGHIJKL3x7',
  });
  expect(metaOf(answer.body)['created']).toBe(metaOf(body)['created']);
});

test('10 Okta: a PUT with an empty middle name and a display on the e-mail is taken', async () => {
  const client = await okta();
  const id = await addUser(client, 'ana@acme.io');
  const answer = await client.put(`/Users/${id}`, fixture('okta/put-user-read-back', { [MEMBER_A]: id }));
  expect(answer.status).toBe(200);
  expect(answer.body['name']).toEqual({ givenName: 'Ana', familyName: 'Ito-Lee' });
  expect(answer.body['emails']).toEqual([
    { primary: true, value: 'ana@acme.io', type: 'work', display: 'ana@acme.io' },
  ]);
});

test('11 Okta: PUT active false and then true deactivates and reactivates', async () => {
  const client = await okta();
  const id = await addUser(client, 'ana@acme.io');
  for (const active of [false, true]) {
    const put = await client.put(`/Users/${id}`, userBody('ana@acme.io', { active }));
    expect(put.status).toBe(200);
    const { body } = await client.get(`/Users/${id}`);
    expect(body['active']).toBe(active);
  }
});

test('12 Okta: the pathless PATCH that deactivates succeeds twice', async () => {
  const client = await okta();
  const id = await addUser(client, 'ana@acme.io');
  for (const _ of [1, 2]) {
    const patch = await client.patch(`/Users/${id}`, operationsOf('okta/deactivate-user'));
    expect(patch.status).toBe(200);
    expect(patch.body['active']).toBe(false);
  }
  const { body } = await client.get(`/Users/${id}`);
  expect(body['active']).toBe(false);
});

test('13 Okta: a deactivated user is still found, as inactive', async () => {
  const client = await okta();
  const id = await addUser(client, 'ana@acme.io');
  await client.patch(`/Users/${id}`, operationsOf('okta/deactivate-user'));
  const answer = await client.get('/Users?filter=userName%20eq%20%22ana@acme.io%22');
  expect(answer.total).toBe(1);
  expect(answer.resources[0]).toMatchObject({ id, active: false });
});

test('14 Okta: a POST for a deactivated user is a 409', async () => {
  const client = await okta();
  const id = await addUser(client, 'ana@acme.io');
  await client.patch(`/Users/${id}`, operationsOf('okta/deactivate-user'));
  const answer = await client.post('/Users', userBody('ana@acme.io'));
  expect(answer.status).toBe(409);
  expect(answer.body['scimType']).toBe('uniqueness');
});

test('15 Okta: a PUT with a new user name and e-mail keeps the id, and both agree', async () => {
  const client = await okta();
  const id = await addUser(client, 'ana@acme.io');
  const answer = await client.put(`/Users/${id}`, userBody('ana.lee@acme.io'));
  expect(answer.status).toBe(200);
  expect(answer.body).toMatchObject({
    id,
    userName: 'ana.lee@acme.io',
    emails: [{ value: 'ana.lee@acme.io' }],
  });
  const lookup = await client.get('/Users?filter=userName%20eq%20%22ana.lee@acme.io%22');
  expect(lookup.resources.map((user) => user['id'])).toEqual([id]);
});

test('16 Okta: an import in pages sees every user once, under a constant total', async () => {
  const client = await okta();
  const names = Array.from({ length: 23 }, (_, index) => `person-${index}`);
  const ids = await addUsers(client, names);
  const seen: unknown[] = [];
  for (let startIndex = 1; startIndex <= ids.length; startIndex += 10) {
    const { body, total, resources } = await client.get(`/Users?startIndex=${startIndex}&count=10`);
    expect(total).toBe(23);
    expect(body['startIndex']).toBe(startIndex);
    seen.push(...resources.map((user) => user['id']));
  }
  expect(seen).toEqual(ids);
});

test('17 Okta: a page beyond the end is empty and has the true total', async () => {
  const client = await okta();
  await addUsers(client, ['ana', 'bo']);
  const answer = await client.get('/Users?startIndex=101&count=100');
  expect(answer.status).toBe(200);
  expect(answer.body).toMatchObject({ totalResults: 2, startIndex: 101, itemsPerPage: 0, Resources: [] });
});

test('18 Okta: a placeholder password is taken, whatever it is, and never shown', async () => {
  const client = await okta();
  for (const [index, password] of ['', 'a', '1mz050nq', 'ü'.repeat(300)].entries()) {
    const answer = await client.post('/Users', userBody(`ana${index}@acme.io`, { password }));
    expect(answer.status).toBe(201);
    expect(answer.body).not.toHaveProperty('password');
  }
});

test('19 Okta: a wrong token is a 401 with an error body and WWW-Authenticate', async () => {
  const client = await okta();
  const answer = await client.get('/Users', { authorization: 'non-token' });
  expect(answer.status).toBe(401);
  expect(answer.headers['www-authenticate']).toMatch(/^Bearer /);
  expect(answer.body).toMatchObject({ schemas: [ERROR], status: '401' });
});

test('21 Okta: a lookup of a group that is not there is an empty list', async () => {
  const client = await okta();
  const answer = await client.get('/Groups?filter=displayName%20eq%20%22X%22&startIndex=1&count=100');
  expect(answer.status).toBe(200);
  expect(answer.total).toBe(0);
});

test('22 Okta: a group is created without members, and answered with an empty list of them', async () => {
  const client = await okta();
  const answer = await client.post('/Groups', fixture('okta/create-group'));
  expect(answer.status).toBe(201);
  expect(answer.headers['location']).toBe(`${client.location}/Groups/${answer.id}`);
  expect(answer.body).toMatchObject({
    displayName: 'Data Team',
    members: [],
    meta: { resourceType: 'Group' },
  });
});

test('23 Okta: the pathless PATCH with the id and the name renames, or changes nothing', async () => {
  const client = await okta();
  const id = await addGroup(client, 'Data Crew');
  const operations = operationsOf('okta/rename-group', { [GROUP]: id });
  for (const _ of ['renames', 'changes nothing']) {
    const patch = await client.patch(`/Groups/${id}`, operations);
    expect(patch.status).toBe(204);
    expect(patch.text).toBe('');
    const { body } = await client.get(`/Groups/${id}`);
    expect(body).toMatchObject({ id, displayName: 'Data Team' });
  }
});

test('24 Okta: name, removal and addition in one PATCH leave exactly the members that were told', async () => {
  const client = await okta();
  const [a = '', b = '', c = ''] = await addUsers(client, ['ana', 'bo', 'cy']);
  const id = await addGroup(client, 'Data Team', [a, c]);
  const patch = await client.patch(
    `/Groups/${id}`,
    operationsOf('okta/change-members', { [GROUP]: id, [MEMBER_A]: a, [MEMBER_B]: b }),
  );
  expect(patch.status).toBe(204);
  expect(await membersOf(client, id)).toEqual([b, c].toSorted());
});

test('25 Okta: "push now" leaves exactly the members named', async () => {
  const client = await okta();
  const [a = '', b = '', c = ''] = await addUsers(client, ['ana', 'bo', 'cy']);
  const id = await addGroup(client, 'Data Team', [c]);
  const patch = await client.patch(
    `/Groups/${id}`,
    operationsOf('okta/push-now', { [MEMBER_A]: a, [MEMBER_B]: b }),
  );
  expect(patch.status).toBe(204);
  expect(await membersOf(client, id)).toEqual([a, b].toSorted());
});

test('26 Okta: "push now" without a path leaves exactly the members named', async () => {
  const client = await okta();
  const [a = '', b = ''] = await addUsers(client, ['ana', 'bo']);
  const id = await addGroup(client, 'Data Team', [b]);
  const patch = await client.patch(
    `/Groups/${id}`,
    operationsOf('okta/push-now-without-path', { [MEMBER_A]: a }),
  );
  expect(patch.status).toBe(204);
  expect(await membersOf(client, id)).toEqual([a]);
});

test('27 Okta: adding a member who is in succeeds and leaves one entry', async () => {
  const client = await okta();
  const [a = ''] = await addUsers(client, ['ana']);
  const id = await addGroup(client, 'Data Team', [a]);
  const patch = await client.patch(`/Groups/${id}`, [{ op: 'add', path: 'members', value: [{ value: a }] }]);
  expect(patch.status).toBe(204);
  expect(await membersOf(client, id)).toEqual([a]);
});

test('28 Okta: removing a member who is out succeeds', async () => {
  const client = await okta();
  const [a = '', b = ''] = await addUsers(client, ['ana', 'bo']);
  const id = await addGroup(client, 'Data Team', [a]);
  const patch = await client.patch(`/Groups/${id}`, [{ op: 'remove', path: `members[value eq "${b}"]` }]);
  expect(patch.status).toBe(204);
  expect(await membersOf(client, id)).toEqual([a]);
});

test('29 Okta: a PUT of a group under its own name leaves exactly the members named', async () => {
  const client = await okta();
  const [a = '', b = ''] = await addUsers(client, ['ana', 'bo']);
  const id = await addGroup(client, 'Data Team', [b]);
  const answer = await client.put(`/Groups/${id}`, fixture('okta/put-group', { [GROUP]: id, [MEMBER_A]: a }));
  expect(answer.status).toBe(200);
  expect(answer.body).toMatchObject({ id, displayName: 'Data Team', members: [{ value: a, type: 'User' }] });
  expect(await membersOf(client, id)).toEqual([a]);
});

test('30 Okta: a deleted group is gone, and its members stay active', async () => {
  const client = await okta();
  const [a = ''] = await addUsers(client, ['ana']);
  const id = await addGroup(client, 'Data Team', [a]);
  expect((await client.delete(`/Groups/${id}`)).status).toBe(204);
  expect((await client.get(`/Groups/${id}`)).status).toBe(404);
  const { body } = await client.get(`/Users/${a}`);
  expect(body).toMatchObject({ active: true, groups: [] });
});

test('31 Okta: the license type is echoed; a type that does not exist is a 400 invalidValue', async () => {
  const client = await okta();
  const answer = await client.post('/Users', fixture('okta/create-user-with-license'));
  expect(answer.status).toBe(201);
  expect(answer.body['schemas']).toContain(LICENSE);
  expect(answer.body[LICENSE]).toEqual({ licenseType: 'developer' });
  const refused = await client.post(
    '/Users',
    userBody('bo@acme.io', { [LICENSE]: { licenseType: 'Developer' } }),
  );
  expect(refused.status).toBe(400);
  expect(refused.body['scimType']).toBe('invalidValue');
  expect(refused.detail).toMatch(/licenseType/);
  expect((await client.get('/Users?filter=userName%20eq%20%22bo@acme.io%22')).total).toBe(0);
});

test('no request of these was logged as an error of the gateway', () => {
  expect(gateway.errorsLogged()).toEqual([]);
});

function metaOf(resource: JsonObject): JsonObject {
  return isJsonObject(resource['meta']) ? resource['meta'] : {};
}
