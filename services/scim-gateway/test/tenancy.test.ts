import { randomUUID } from 'node:crypto';
import { operatorCaller } from '@rollcall/domain/admins/caller';
import { inTransaction } from '@rollcall/domain/database/transaction';
import { updateScimConfiguration } from '@rollcall/domain/scim-access/configure-scim';
import { createScimToken, revokeScimToken } from '@rollcall/domain/scim-access/scim-tokens';
import { newTokenValue } from '@rollcall/domain/scim-access/token-value';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import {
  addGroup,
  addUser,
  groupBody,
  membersOf,
  OPERATOR,
  type ScimAnswer,
  type ScimClient,
  scimClient,
  startTestGateway,
  type TestGateway,
  userBody,
} from './harness.ts';

const ENTERPRISE = 'urn:ietf:params:scim:schemas:extension:enterprise:2.0:User';

let gateway: TestGateway;
let ours: ScimClient;
let theirs: ScimClient;
let theirUser: string;
let theirGroup: string;
let ourUser: string;
let ourGroup: string;

beforeAll(async () => {
  gateway = await startTestGateway();
  ours = await gateway.addAccount('ours');
  theirs = await gateway.addAccount('theirs');
  theirUser = await addUser(theirs, 'secret.person@acme.io', { externalId: 'theirs-1', title: 'Spy' });
  theirGroup = await addGroup(theirs, 'Secret Group', [theirUser]);
  ourUser = await addUser(ours, 'ana@acme.io');
  ourGroup = await addGroup(ours, 'Data Team', [ourUser]);
});

afterAll(async () => {
  await gateway[Symbol.asyncDispose]();
});

/** An answer without what differs between any two answers: the id of the request, the time, and what the client sent itself. */
function comparable({ status, headers, text }: ScimAnswer, sent: string): object {
  const { 'x-request-id': _, date: __, 'content-length': ___, ...others } = headers;
  return { status, headers: others, text: text.replaceAll(sent, '…') };
}

const REQUESTS = [
  ['GET', '/Users'],
  ['GET', '/Users/:id'],
  ['POST', '/Users'],
  ['PUT', '/Users/:id'],
  ['PATCH', '/Users/:id'],
  ['DELETE', '/Users/:id'],
  ['GET', '/Groups'],
  ['GET', '/Groups/:id'],
  ['POST', '/Groups'],
  ['PUT', '/Groups/:id'],
  ['PATCH', '/Groups/:id'],
  ['DELETE', '/Groups/:id'],
  ['POST', '/Users/.search'],
  ['POST', '/Groups/.search'],
  ['GET', '/'],
  ['POST', '/.search'],
  ['GET', '/ServiceProviderConfig'],
  ['GET', '/ResourceTypes'],
  ['GET', '/ResourceTypes/User'],
  ['GET', '/Schemas'],
  ['GET', '/Me'],
  ['POST', '/Bulk'],
  ['GET', '/Nowhere'],
] as const;

describe('a token', () => {
  test.each(REQUESTS)(
    'that is not valid gets one and the same 401, whatever is wrong with it: %s %s',
    async (method, path) => {
      const { app } = gateway;
      const path1 = path.replace(':id', path.startsWith('/Users') ? theirUser : theirGroup);
      const valid = ours.token;
      const wrong = [
        { client: scimClient(app, theirs.accountId, ours.token) },
        { client: scimClient(app, randomUUID(), ours.token) },
        { client: scimClient(app, 'no-account', ours.token) },
        { client: scimClient(app, '%00', ours.token) },
        { client: scimClient(app, ours.accountId, newTokenValue('scim')) },
        { client: scimClient(app, ours.accountId, newTokenValue('service')) },
        {
          client: scimClient(app, ours.accountId, `${valid.slice(0, -1)}${valid.endsWith('a') ? 'b' : 'a'}`),
        },
        { client: ours, headers: { authorization: `Basic ${valid}` } },
        { client: ours, headers: { authorization: valid } },
        { client: ours, headers: { authorization: 'Bearer' } },
        { client: ours, anonymous: true },
      ];
      const answers = await Promise.all(
        wrong.map(async ({ client, ...how }) =>
          comparable(
            await client.send({ method, path: path1, ...how, ...payloadFor(method) }),
            client.accountId,
          ),
        ),
      );
      expect(answers[0]).toMatchObject({
        status: 401,
        headers: { 'www-authenticate': 'Bearer realm="SCIM"' },
      });
      for (const answer of answers) expect(answer).toEqual(answers[0]);
    },
  );

  test('works with the scheme in any letter case', async () => {
    for (const scheme of ['bearer', 'BEARER', 'Bearer']) {
      const answer = await ours.get('/Users', { authorization: `${scheme} ${ours.token}` });
      expect(answer.status).toBe(200);
    }
  });

  test('that is revoked is refused on its very next request', async () => {
    const { token, value } = await inTransaction(gateway.db, (trx) =>
      createScimToken(trx, OPERATOR, ours.accountId, { name: 'short-lived' }, new Date()),
    );
    const client = scimClient(gateway.app, ours.accountId, value);
    expect((await client.get('/Users')).status).toBe(200);
    await inTransaction(gateway.db, (trx) =>
      revokeScimToken(trx, OPERATOR, ours.accountId, token.id, new Date()),
    );
    await expect.poll(async () => (await client.get('/Users')).status, { timeout: 1000 }).toBe(401);
  });

  test('of an account whose SCIM is off gets a 403 that says so, for every request', async () => {
    const client = await gateway.addAccount('switched-off');
    const id = await addUser(client, 'ana@acme.io');
    await inTransaction(gateway.db, (trx) =>
      updateScimConfiguration(
        trx,
        operatorCaller(OPERATOR),
        client.accountId,
        { enabled: false },
        new Date(),
      ),
    );
    await expect.poll(async () => (await client.get('/Users')).status, { timeout: 1000 }).toBe(403);
    for (const [method, path] of REQUESTS) {
      const answer = await client.send({ method, path: path.replace(':id', id), ...payloadFor(method) });
      expect(answer.body).toMatchObject({ status: '403' });
      expect(answer.detail).toContain('turned off');
    }
  });
});

describe("another account's id", () => {
  test.each(REQUESTS.filter(([, path]) => path.endsWith(':id')))(
    'is answered like one that nobody has: %s %s',
    async (method, path) => {
      const isUser = path.startsWith('/Users');
      const foreign = isUser ? theirUser : theirGroup;
      const nobody = randomUUID();
      const [forForeign, forNobody] = await Promise.all(
        [foreign, nobody].map(async (id) =>
          comparable(
            await ours.send({ method, path: path.replace(':id', id), ...payloadFor(method, isUser) }),
            id,
          ),
        ),
      );
      expect(forForeign).toMatchObject({ status: 404 });
      expect(forForeign).toEqual(forNobody);
    },
  );

  test('is no member of ours, by POST, PUT and PATCH, and is refused like an unknown one', async () => {
    for (const send of [
      (id: string) => ours.post('/Groups', groupBody('Spies', [id])),
      (id: string) => ours.put(`/Groups/${ourGroup}`, groupBody('Data Team', [ourUser, id])),
      (id: string) =>
        ours.patch(`/Groups/${ourGroup}`, [{ op: 'add', path: 'members', value: [{ value: id }] }]),
      (id: string) =>
        ours.patch(`/Groups/${ourGroup}`, [{ op: 'replace', path: 'members', value: [{ value: id }] }]),
    ]) {
      const nobody = randomUUID();
      const foreign = comparable(await send(theirUser), theirUser);
      expect(foreign).toMatchObject({ status: 400 });
      expect(foreign).toEqual(comparable(await send(nobody), nobody));
    }
    expect(await membersOf(ours, ourGroup)).toEqual([ourUser]);
  });

  test('as a manager is text like any other and shows nothing', async () => {
    const answer = await ours.patch(`/Users/${ourUser}`, [
      { op: 'add', path: `${ENTERPRISE}:manager`, value: { value: theirUser } },
    ]);
    expect(answer.body[ENTERPRISE]).toEqual({ manager: { value: theirUser } });
    expect(answer.text).not.toContain('secret');
  });
});

test.each([
  ['/Users', () => 'userName eq "secret.person@acme.io"'],
  ['/Users', () => 'externalId eq "theirs-1"'],
  ['/Users', () => `id eq "${theirUser}"`],
  ['/Users', () => `groups.value eq "${theirGroup}"`],
  ['/Users', () => 'groups.display sw "Secret"'],
  ['/Users', () => 'emails co "secret" or title eq "Spy"'],
  ['/Users', () => 'not (userName eq "ana@acme.io")'],
  ['/Groups', () => 'displayName eq "Secret Group"'],
  ['/Groups', () => `id eq "${theirGroup}"`],
  ['/Groups', () => `members.value eq "${theirUser}"`],
  ['/Groups', () => `members[value eq "${theirUser}" or display sw "secret"]`],
  ['/Groups', () => 'not (displayName eq "Data Team")'],
])("another account's values match nothing of ours: %s %s", async (path, filter) => {
  const answer = await ours.get(`${path}?filter=${encodeURIComponent(filter())}`);
  expect(answer.body).toMatchObject({ totalResults: 0, Resources: [] });
});

test('lists show our own people and groups alone, with true totals', async () => {
  const [users, groups] = [await ours.get('/Users'), await ours.get('/Groups')];
  expect([users.total, users.resources.map(({ id }) => id)]).toEqual([1, [ourUser]]);
  expect([groups.total, groups.resources.map(({ id }) => id)]).toEqual([1, [ourGroup]]);
  expect(users.text + groups.text).not.toContain(theirs.accountId);
});

test('names and external ids that the other account uses are free in ours', async () => {
  const answer = await ours.post('/Users', userBody('secret.person@acme.io', { externalId: 'theirs-1' }));
  expect(answer.status).toBe(201);
  expect(answer.id).not.toBe(theirUser);
  expect((await ours.post('/Groups', groupBody('Secret Group'))).status).toBe(201);
});

test('after all of this the other account is as it was', async () => {
  const { body, headers } = await theirs.get(`/Users/${theirUser}`);
  expect(body).toMatchObject({ active: true, title: 'Spy' });
  expect(headers['etag']).toMatch(/^W\/"1-/);
  expect(await membersOf(theirs, theirGroup)).toEqual([theirUser]);
  expect(gateway.errorsLogged()).toEqual([]);
});

function payloadFor(method: string, isUser = true) {
  if (method === 'GET' || method === 'DELETE') return {};
  const patch = {
    schemas: ['urn:ietf:params:scim:api:messages:2.0:PatchOp'],
    Operations: [{ op: 'replace', path: isUser ? 'active' : 'displayName', value: isUser ? false : 'Taken' }],
  };
  const body = method === 'PATCH' ? patch : isUser ? userBody('x@acme.io') : groupBody('X');
  return { payload: JSON.stringify(body) };
}
