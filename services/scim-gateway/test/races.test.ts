import { inTransaction } from '@rollcall/domain/database/transaction';
import { setSeatLimit } from '@rollcall/domain/accounts/set-seats';
import { findMiscounts } from '@rollcall/domain/accounts/miscounts';
import { afterAll, beforeAll, expect, test } from 'vitest';
import {
  addGroup,
  addUser,
  addUsers,
  membersOf,
  OPERATOR,
  type ScimClient,
  startTestGateway,
  tally,
  type TestGateway,
  userBody,
} from './harness.ts';

let gateway: TestGateway;
let client: ScimClient;

beforeAll(async () => {
  gateway = await startTestGateway();
  client = await gateway.addAccount('crowded');
});

afterAll(async () => {
  await gateway[Symbol.asyncDispose]();
});

function names(prefix: string, count: number): string[] {
  return Array.from({ length: count }, (_, index) => `${prefix}-${index}`);
}

test('of two creations of one user at once, in different letter case, one is a 201 and one a 409', async () => {
  const answers = await Promise.all([
    client.post('/Users', userBody('twice@acme.io')),
    client.post('/Users', userBody('TWICE@acme.io')),
  ]);
  expect(tally(answers)).toEqual({ 201: 1, 409: 1 });
});

test('64 clients add 64 different members at once, and all are in', async () => {
  const ids = await addUsers(client, names('crowd', 64));
  const group = await addGroup(client, 'Crowd');
  const answers = await Promise.all(
    ids.map((value) =>
      client.patch(`/Groups/${group}`, [{ op: 'add', path: 'members', value: [{ value }] }]),
    ),
  );
  expect(tally(answers)).toEqual({ 204: 64 });
  expect(await membersOf(client, group)).toEqual(ids.toSorted());
});

test('additions and removals at once end with every addition in and every removal out', async () => {
  const stay = await addUsers(client, names('stay', 8));
  const go = await addUsers(client, names('go', 8));
  const come = await addUsers(client, names('come', 8));
  const group = await addGroup(client, 'Station', [...stay, ...go]);
  const answers = await Promise.all([
    ...come.map((value) =>
      client.patch(`/Groups/${group}`, [{ op: 'add', path: 'members', value: [{ value }] }]),
    ),
    ...go.map((id) =>
      client.patch(`/Groups/${group}`, [{ op: 'remove', path: `members[value eq "${id}"]` }]),
    ),
  ]);
  expect(tally(answers)).toEqual({ 204: 16 });
  expect(await membersOf(client, group)).toEqual([...stay, ...come].toSorted());
});

test('of two replacements of all members at once, one is the last and whole', async () => {
  const left = await addUsers(client, names('left', 5));
  const right = await addUsers(client, names('right', 5));
  const group = await addGroup(client, 'Sides');
  const replace = (ids: string[]) =>
    client.patch(`/Groups/${group}`, [
      { op: 'replace', path: 'members', value: ids.map((value) => ({ value })) },
    ]);
  expect(tally(await Promise.all([replace(left), replace(right)]))).toEqual({ 204: 2 });
  expect([left.toSorted(), right.toSorted()]).toContainEqual(await membersOf(client, group));
});

test('PATCHes of different attributes of one user at once all take effect', async () => {
  const id = await addUser(client, 'patched@acme.io');
  const attributes = [
    'title',
    'nickName',
    'locale',
    'timezone',
    'userType',
    'preferredLanguage',
    'displayName',
  ];
  const answers = await Promise.all(
    attributes.map((path) => client.patch(`/Users/${id}`, [{ op: 'add', path, value: `the ${path}` }])),
  );
  expect(tally(answers)).toEqual({ 200: attributes.length });
  const { body } = await client.get(`/Users/${id}`);
  expect(body).toMatchObject(Object.fromEntries(attributes.map((name) => [name, `the ${name}`])));
});

test('with one seat left, of two creations one gets it and one is refused with type, seats and use', async () => {
  const seated = await gateway.addAccount('seated');
  await inTransaction(gateway.db, (trx) =>
    setSeatLimit(trx, OPERATOR, seated.accountId, 'developer', 1, new Date()),
  );
  const answers = await Promise.all([
    seated.post('/Users', userBody('first@acme.io')),
    seated.post('/Users', userBody('second@acme.io')),
  ]);
  expect(tally(answers)).toEqual({ 201: 1, 400: 1 });
  const refused = answers.find(({ status }) => status === 400);
  expect(refused?.body['scimType']).toBe('invalidValue');
  expect(refused?.detail).toMatch(/developer.*1 of 1/);
  expect((await seated.get('/Users')).total).toBe(1);
});

test('creations, deletions and lookups of one name at once never leave two users of it', async () => {
  const rounds = Array.from({ length: 6 }, async () => {
    const { status, id } = await client.post('/Users', userBody('phoenix@acme.io'));
    if (status === 201) await client.delete(`/Users/${id}`);
    return client.get('/Users?filter=userName%20eq%20%22phoenix@acme.io%22');
  });
  const lookups = await Promise.all(rounds);
  expect(tally(lookups)).toEqual({ 200: 6 });
  expect(Math.max(...lookups.map(({ total }) => total))).toBeLessThan(2);
});

test('a group deleted while members are added is gone, and every addition was a 204 or a 404', async () => {
  const ids = await addUsers(client, names('late', 6));
  const group = await addGroup(client, 'Vanishing');
  const [deleted, ...added] = await Promise.all([
    client.delete(`/Groups/${group}`),
    ...ids.map((value) =>
      client.patch(`/Groups/${group}`, [{ op: 'add', path: 'members', value: [{ value }] }]),
    ),
  ]);
  expect(deleted.status).toBe(204);
  for (const { status } of added) expect([204, 404]).toContain(status);
  expect((await client.get(`/Groups/${group}`)).status).toBe(404);
});

test('after all of this every counter agrees with its rows, and nothing was logged as an error', async () => {
  expect(await findMiscounts(gateway.db)).toEqual([]);
  const { total } = await client.get('/Users?count=0');
  const { resources } = await client.get('/Users?count=1000');
  expect(resources.length).toBe(total);
  expect(gateway.errorsLogged()).toEqual([]);
});
