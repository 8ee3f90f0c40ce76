import { operatorCaller } from '@rollcall/domain/admins/caller';
import { inTransaction } from '@rollcall/domain/database/transaction';
import { updateScimConfiguration } from '@rollcall/domain/scim-access/configure-scim';
import { connectProvider } from '@rollcall/domain/testing/accounts';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { operationsOf } from './fixture.ts';
import {
  addGroup,
  addUser,
  addUsers,
  groupBody,
  membersOf,
  OPERATOR,
  type ScimClient,
  startTestGateway,
  type TestGateway,
  textOf,
  userBody,
} from './harness.ts';

// What users of other SCIM servers complain about, where no other test shows that it is not so here; the page on SCIM lists them all.

const CORE_USER = 'urn:ietf:params:scim:schemas:core:2.0:User';
const ENTERPRISE = 'urn:ietf:params:scim:schemas:extension:enterprise:2.0:User';

let gateway: TestGateway;
let client: ScimClient;

beforeAll(async () => {
  gateway = await startTestGateway();
  client = await gateway.addAccount('content');
});

afterAll(async () => {
  await gateway[Symbol.asyncDispose]();
});

test('the push of an empty group empties it, and succeeds again', async () => {
  const group = await addGroup(client, 'Emptied', [await addUser(client, 'empty@acme.io')]);
  for (const _ of [1, 2]) {
    const answer = await client.patch(`/Groups/${group}`, operationsOf('okta/push-now-empty-group'));
    expect(answer.status).toBe(204);
    expect(await membersOf(client, group)).toEqual([]);
  }
});

test('members that a POST or a PUT names are in', async () => {
  const [ana = '', bo = ''] = await addUsers(client, ['post', 'put']);
  const { id, body } = await client.post('/Groups', groupBody('Posted', [ana]));
  expect(body['members']).toMatchObject([{ value: ana }]);
  expect((await client.put(`/Groups/${id}`, groupBody('Posted', [ana, bo]))).status).toBe(200);
  expect(await membersOf(client, id)).toEqual([ana, bo].toSorted());
});

test('names with the URN of their schema filter like names without it', async () => {
  const id = await addUser(client, 'urn@acme.io', { [ENTERPRISE]: { employeeNumber: '701' } });
  for (const filter of [
    'userName eq "urn@acme.io"',
    `${CORE_USER}:userName eq "urn@acme.io"`,
    `${CORE_USER.toUpperCase()}:emails[type eq "work" and value eq "urn@acme.io"]`,
    `${ENTERPRISE}:employeeNumber eq "701"`,
  ]) {
    const { resources } = await client.get(`/Users?filter=${encodeURIComponent(filter)}`);
    expect(resources.map((user) => user['id'])).toEqual([id]);
  }
});

test('a list keeps its order without sortBy, also when people in it change', async () => {
  await addUsers(client, ['order-1', 'order-2', 'order-3']);
  const order = async () =>
    (await client.get('/Users?count=1000')).resources.map((user) => textOf(user['id']));
  const before = await order();
  const [first = '', second = ''] = before;
  await client.patch(`/Users/${first}`, [{ op: 'replace', path: 'title', value: 'Lead' }]);
  await client.patch(`/Users/${second}`, [{ op: 'replace', path: 'active', value: false }]);
  expect(await order()).toEqual(before);
});

test('groups are paged like users; without startIndex and count the first page is answered', async () => {
  for (const name of ['Page 1', 'Page 2', 'Page 3']) await addGroup(client, name);
  const whole = await client.get('/Groups');
  expect(whole.resources).toHaveLength(whole.total);
  const met = [];
  for (let start = 1; start <= whole.total; start += 2) {
    const page = await client.get(`/Groups?startIndex=${start}&count=2`);
    expect(page.total).toBe(whole.total);
    expect(page.body['itemsPerPage']).toBe(page.resources.length);
    met.push(...page.resources.map((group) => group['id']));
  }
  expect(met).toEqual(whole.resources.map((group) => group['id']));
});

test('a PATCH of a group of more than a hundred members keeps all whom it does not name', async () => {
  const people = await addUsers(
    client,
    Array.from({ length: 151 }, (_, index) => `crowd-${index}`),
  );
  const [first = '', ...others] = people;
  const group = await addGroup(client, 'Crowd', others);
  await client.patch(`/Groups/${group}`, [{ op: 'add', path: 'members', value: [{ value: first }] }]);
  expect(await membersOf(client, group)).toEqual(people.toSorted());
  await client.patch(`/Groups/${group}`, [{ op: 'remove', path: 'members', value: [{ value: first }] }]);
  expect(await membersOf(client, group)).toEqual(others.toSorted());
});

test('a group PATCH whose last operation is refused leaves name and members as they were', async () => {
  const [ana = '', bo = ''] = await addUsers(client, ['atom-1', 'atom-2']);
  const group = await addGroup(client, 'Atom', [ana]);
  const before = (await client.get(`/Groups/${group}`)).text;
  const answer = await client.patch(`/Groups/${group}`, [
    { op: 'replace', path: 'displayName', value: 'Split' },
    { op: 'add', path: 'members', value: [{ value: bo }] },
    { op: 'add', path: 'members', value: [{ value: '018f2d00-0000-7000-8000-0000000000ff' }] },
  ]);
  expect(answer.status).toBe(400);
  expect((await client.get(`/Groups/${group}`)).text).toBe(before);
});

test('every conflict is a 409 uniqueness that says what is taken', async () => {
  await addUser(client, 'taken@acme.io');
  const group = await addGroup(client, 'Taken');
  const other = await addUser(client, 'other@acme.io');
  for (const answer of [
    await client.post('/Users', userBody('TAKEN@acme.io')),
    await client.put(`/Users/${other}`, userBody('taken@acme.io')),
    await client.post('/Groups', groupBody('taken')),
    await client.patch(`/Groups/${group}`, [{ op: 'replace', path: 'displayName', value: 'Page 1' }]),
  ]) {
    expect([answer.status, answer.body['scimType']]).toEqual([409, 'uniqueness']);
    expect(answer.detail.toLowerCase()).toMatch(/taken|page 1/);
  }
});

test('a user name keeps its spelling, and sending it again writes nothing', async () => {
  const sent = userBody('Mixed.Case@Acme.io');
  const { id, body } = await client.post('/Users', sent);
  expect(body['userName']).toBe('Mixed.Case@Acme.io');
  const again = await client.put(`/Users/${id}`, sent);
  expect(again.body['meta']).toEqual(body['meta']);
  const { resources } = await client.get('/Users?filter=userName%20eq%20%22mixed.case@acme.io%22');
  expect(resources.map((user) => user['userName'])).toEqual(['Mixed.Case@Acme.io']);
});

test("a creation with somebody else's e-mail address takes nobody over", async () => {
  const free = await gateway.addAccount('free', { userNamePolicy: 'any' });
  const emails = [{ type: 'work', value: 'ana@acme.io', primary: true }];
  const ana = await addUser(free, 'ana', { emails });
  const other = await addUser(free, 'ana-2', { emails });
  expect(other).not.toBe(ana);
  expect((await free.get(`/Users/${ana}`)).body).toMatchObject({ userName: 'ana', emails });
});

test('people and groups are what they were when SCIM has been off and on again', async () => {
  const restless = await gateway.addAccount('restless');
  await connectProvider(gateway.db, restless.accountId);
  const ana = await addUser(restless, 'ana@acme.io', { title: 'Lead' });
  await addGroup(restless, 'Data', [ana]);
  const read = async () => [(await restless.get('/Users')).text, (await restless.get('/Groups')).text];
  const before = await read();
  const turn = (enabled: boolean) =>
    inTransaction(gateway.db, (trx) =>
      updateScimConfiguration(trx, operatorCaller(OPERATOR), restless.accountId, { enabled }, new Date()),
    );
  await turn(false);
  await expect.poll(async () => (await restless.get('/Users')).status).toBe(403);
  await turn(true);
  await expect.poll(async () => (await restless.get('/Users')).status).toBe(200);
  expect(await read()).toEqual(before);
});

test('nothing of this was logged as an error', () => {
  expect(gateway.errorsLogged()).toEqual([]);
});
