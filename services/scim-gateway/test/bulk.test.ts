import { findMiscounts } from '@rollcall/domain/accounts/miscounts';
import { setSeatLimit } from '@rollcall/domain/accounts/set-seats';
import { inTransaction } from '@rollcall/domain/database/transaction';
import { isJsonArray, isJsonObject, type JsonObject, type JsonValue } from '@rollcall/scim-protocol/json';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { fixture, MEMBER_A, MEMBER_B } from './fixture.ts';
import {
  addGroup,
  addUser,
  groupBody,
  membersOf,
  OPERATOR,
  type ScimAnswer,
  type ScimClient,
  startTestGateway,
  type TestGateway,
  textOf,
  userBody,
} from './harness.ts';

const BULK = 'urn:ietf:params:scim:api:messages:2.0:BulkRequest';
const ENTERPRISE = 'urn:ietf:params:scim:schemas:extension:enterprise:2.0:User';

let gateway: TestGateway;
let client: ScimClient;

beforeAll(async () => {
  gateway = await startTestGateway();
  client = await gateway.addAccount('bulk');
});

afterAll(async () => {
  await gateway[Symbol.asyncDispose]();
});

async function bulk(
  operations: readonly JsonValue[],
  more: JsonObject = {},
  as = client,
): Promise<ScimAnswer> {
  return as.post('/Bulk', { schemas: [BULK], Operations: operations, ...more });
}

function resultsOf({ status, text, body }: ScimAnswer): readonly JsonObject[] {
  if (status !== 200) throw new Error(`POST /Bulk answered ${status}: ${text}`);
  const { Operations: results } = body;
  return isJsonArray(results) ? results.filter(isJsonObject) : [];
}

/** Each result in a line: method, bulkId, status and what the error says. */
function told(answer: ScimAnswer): string[] {
  return resultsOf(answer).map(({ method, bulkId, status, response }) => {
    const detail = isJsonObject(response)
      ? `${textOf(response['scimType'])}: ${textOf(response['detail'])}`
      : '';
    const parts = [textOf(method), textOf(bulkId), textOf(status), detail];
    return parts.filter((part) => part !== '').join(' ');
  });
}

function postUser(bulkId: string, userName: string, more: JsonObject = {}): JsonObject {
  return { method: 'POST', path: '/Users', bulkId, data: userBody(userName, more) };
}

function postGroup(bulkId: string, name: string, ...members: string[]): JsonObject {
  return { method: 'POST', path: '/Groups', bulkId, data: groupBody(name, members) };
}

function managedBy(value: string): JsonObject {
  return { [ENTERPRISE]: { manager: { value } } };
}

async function managerOf(userId: string): Promise<JsonValue | undefined> {
  const { body } = await client.get(`/Users/${userId}`);
  const extension = body[ENTERPRISE];
  const manager = isJsonObject(extension) ? extension['manager'] : undefined;
  return isJsonObject(manager) ? manager['value'] : undefined;
}

function idIn(result: JsonObject | undefined): string {
  return textOf(result?.['location']).split('/').at(-1) ?? '';
}

describe('RFC 7644 3.7', () => {
  test('3.7.3 every method is carried out as its single request, and answered in the order of the request', async () => {
    const bob = await addUser(client, 'bob@acme.io');
    const cem = await addUser(client, 'cem@acme.io', { nickName: 'C' });
    const dee = await addUser(client, 'dee@acme.io');
    const body = fixture('rfc7644/3.7.3-all-methods', {
      [MEMBER_A]: bob,
      [MEMBER_B]: cem,
      '018f2d00-0000-7000-8000-00000000000c': dee,
    });
    const answer = await client.post('/Bulk', body);
    expect(answer.headers['content-type']).toBe('application/scim+json');
    const alice = idIn(resultsOf(answer)[0]);
    const users = `${client.location}/Users`;
    expect(answer.body).toEqual({
      schemas: ['urn:ietf:params:scim:api:messages:2.0:BulkResponse'],
      Operations: [
        { method: 'POST', bulkId: 'qwerty', location: `${users}/${alice}`, version: 'W/"1"', status: '201' },
        { method: 'PUT', location: `${users}/${bob}`, version: 'W/"2"', status: '200' },
        { method: 'PATCH', location: `${users}/${cem}`, version: 'W/"2"', status: '200' },
        { method: 'DELETE', location: `${users}/${dee}`, status: '204' },
      ],
    });
    const { body: patched } = await client.get(`/Users/${cem}`);
    expect(patched).toMatchObject({ name: { familyName: 'Kerr' }, meta: { version: 'W/"2"' } });
    expect((await client.get(`/Users/${dee}`)).status).toBe(404);
  });

  test('3.7.2 a group gets the user that the same request makes', async () => {
    const own = await gateway.addAccount('bulk-references');
    const answer = await own.post('/Bulk', fixture('rfc7644/3.7.2-user-and-group'));
    const [user, group] = resultsOf(answer);
    expect(await membersOf(own, idIn(group))).toEqual([idIn(user)]);
  });

  test('3.7.1 two users who are each other’s manager are both made', async () => {
    const own = await gateway.addAccount('bulk-circle');
    const answer = await own.post('/Bulk', fixture('rfc7644/3.7.2-managers'));
    expect(told(answer)).toEqual(['POST qwerty 201', 'POST ytrewq 201']);
    const [alice, bob] = resultsOf(answer).map(idIn);
    const found = await own.get(`/Users/${alice}`);
    expect(found.body).toMatchObject({
      [ENTERPRISE]: { employeeNumber: '11250', manager: { value: bob, $ref: `../Users/${bob}` } },
      meta: { version: 'W/"2"' },
    });
    expect(resultsOf(answer)[0]).toMatchObject({ version: 'W/"2"' });
  });

  test('3.7.1 groups in a circle are refused together, since groups hold people alone', async () => {
    const own = await gateway.addAccount('bulk-groups');
    const answer = await own.post('/Bulk', fixture('rfc7644/3.7.1-circular-groups'));
    expect(told(answer)).toEqual([
      'POST qwerty 400 invalidValue: Members of a group must be users; these were sent as groups: bulkId:ytrewq.',
      expect.stringMatching(/^POST ytrewq 409 : The operation was not done: it is one of a circle/),
    ]);
    expect((await own.get('/Groups')).total).toBe(0);
  });
});

test('a version that is no entity tag is refused by the name that the client used, and nothing is written', async () => {
  const own = await gateway.addAccount('bulk-version');
  const path = `/Users/${await addUser(own, 'ana@acme.io')}`;
  const answer = await bulk([{ method: 'DELETE', path, version: '7' }], {}, own);
  expect(told(answer)).toEqual([
    expect.stringMatching(/^DELETE 400 invalidSyntax: "version" of a bulk operation must be an entity tag/),
  ]);
  expect((await own.get(path)).status).toBe(200);
});

describe('references', () => {
  test('work forwards, in paths and in PATCH filters', async () => {
    const answer = await bulk([
      {
        method: 'PATCH',
        path: '/Groups/bulkId:g',
        data: {
          schemas: ['urn:ietf:params:scim:api:messages:2.0:PatchOp'],
          Operations: [{ op: 'remove', path: 'members[value eq "bulkId:f1"]' }],
        },
      },
      postGroup('g', 'Forwards', 'bulkId:f1', 'bulkId:f2'),
      postUser('f1', 'f1@acme.io'),
      postUser('f2', 'f2@acme.io', managedBy('bulkId:f1')),
    ]);
    expect(told(answer)).toEqual(['PATCH 204', 'POST g 201', 'POST f1 201', 'POST f2 201']);
    const [, group, first, second] = resultsOf(answer).map(idIn);
    expect(await membersOf(client, group ?? '')).toEqual([second]);
    expect(await managerOf(second ?? '')).toBe(first);
  });

  test('to an operation that failed, or to none, fail the operation and no other', async () => {
    const answer = await bulk([
      postUser('bad', 'not an address'),
      postUser('ok', 'ok@acme.io'),
      postGroup('g1', 'Of a failure', 'bulkId:bad'),
      postGroup('g2', 'Of nobody', 'bulkId:nobody'),
      postGroup('g3', 'Of somebody', 'bulkId:ok'),
    ]);
    expect(told(answer)).toEqual([
      expect.stringMatching(/^POST bad 400 invalidValue: userName must be an e-mail address/),
      'POST ok 201',
      'POST g1 409 : The operation was not done: the one with bulkId "bad", which it refers to, failed.',
      'POST g2 400 invalidValue: The operation refers to bulkId "nobody", which no POST of the request has.',
      'POST g3 201',
    ]);
    expect(resultsOf(answer)[0]).not.toHaveProperty('location');
  });

  test('a circle is done whole or not at all, and keeps nothing of its first half', async () => {
    const answer = await bulk([
      postUser('c1', 'c1@acme.io', managedBy('bulkId:c2')),
      postUser('c2', 'no address', managedBy('bulkId:c1')),
      postUser('c3', 'c3@acme.io', managedBy('bulkId:c3')),
    ]);
    expect(told(answer)).toEqual([
      expect.stringMatching(/^POST c1 409 : .*the one with bulkId "c2" failed/),
      expect.stringMatching(/^POST c2 400 invalidValue/),
      'POST c3 201',
    ]);
    expect((await client.get('/Users?filter=userName eq "c1@acme.io"')).total).toBe(0);
    const own = idIn(resultsOf(answer)[2]);
    expect(await managerOf(own)).toBe(own);
  });
});

test('a circle of two hundred people is one transaction like a small one', async () => {
  const own = await gateway.addAccount('bulk-ring');
  const ring = Array.from({ length: 200 }, (_, index) =>
    postUser(`r${index}`, `r${index}@acme.io`, managedBy(`bulkId:r${(index + 1) % 200}`)),
  );
  const results = resultsOf(await bulk(ring, {}, own));
  expect(new Set(results.map(({ status, version }) => `${textOf(status)} ${textOf(version)}`))).toEqual(
    new Set(['201 W/"2"']),
  );
});

describe('operations', () => {
  test('are refused one by one in the words of the single request, and the others are done', async () => {
    await addUser(client, 'taken@acme.io');
    const group = await addGroup(client, 'Versioned');
    const answer = await bulk([
      postUser('a', 'taken@acme.io'),
      postUser('b', 'fresh@acme.io'),
      { method: 'GET', path: '/Users' },
      { method: 'POST', path: '/Bulk', bulkId: 'c', data: {} },
      { method: 'POST', path: '/Users/.search', bulkId: 'd', data: {} },
      { method: 'PUT', path: '/Users', data: {} },
      { method: 'DELETE', path: `/Groups/${group}`, version: 'W/"7"' },
      { method: 'DELETE', path: '/Users/unknown' },
      { method: 'POST', path: '/Users', bulkId: 'e', data: 'text' },
      { method: 'delete', path: `${client.location}/Groups/${group}`, version: 'W/"1"' },
    ]);
    expect(told(answer)).toEqual([
      'POST a 409 uniqueness: The user name "taken@acme.io" is taken in this account. Look the user up by userName and update them instead.',
      'POST b 201',
      'GET 400 invalidSyntax: Operations[2].method must be one of POST, PUT, PATCH, DELETE.',
      'POST c 404 : There is nothing at this path that a bulk operation could change; /Users and /Groups are.',
      'POST d 405 : POST is not possible here, only PUT, PATCH, DELETE.',
      'PUT 405 : PUT is not possible here, only POST.',
      expect.stringMatching(/^DELETE 412 /),
      expect.stringMatching(/^DELETE 404 : There is no User with the id "unknown"/),
      expect.stringMatching(/^POST e 400 invalidSyntax/),
      'DELETE 204',
    ]);
  });

  test('follow each other: what one frees or renames, the next can take', async () => {
    const old = await addUser(client, 'heir@acme.io');
    const answer = await bulk([
      { method: 'DELETE', path: `/Users/${old}` },
      postUser('n', 'heir@acme.io', { externalId: 'another' }),
      postUser('m', 'HEIR@acme.io'),
    ]);
    expect(told(answer).map((line) => line.slice(0, 12))).toEqual([
      'DELETE 204',
      'POST n 201',
      'POST m 409 u',
    ]);
  });

  test('link people and groups that were there before, as single requests do', async () => {
    const own = await gateway.addAccount('bulk-links', {
      owner: { email: 'owner@acme.io', givenName: 'Ola', familyName: 'Ek' },
    });
    const answer = await bulk([postUser('o', 'owner@acme.io'), postUser('p', 'p@acme.io')], {}, own);
    expect(told(answer)).toEqual(['POST o 201', 'POST p 201']);
    expect((await own.get('/Users')).total).toBe(2);
  });

  test('are refused by the account’s dialect like single requests, each by itself', async () => {
    const strict = await gateway.addAccount('bulk-strict', { dialects: 'strict' });
    const answer = await bulk(
      [
        postUser('a', 'a@acme.io', { active: 'True' }),
        { ...postUser('b', 'b@acme.io'), method: 'post' },
        postUser('c', 'c@acme.io'),
      ],
      {},
      strict,
    );
    expect(told(answer)).toEqual([
      expect.stringMatching(/^POST a 400 invalidValue: .*"boolean-as-text"/),
      expect.stringMatching(/^post b 400 invalidSyntax: .*"bulk-method-case"/),
      'POST c 201',
    ]);
  });
});

describe('failOnErrors', () => {
  test('ends the request after so many errors; what was done stays, the rest is neither done nor answered', async () => {
    const answer = await bulk(
      [
        postUser('a', 'stop-a@acme.io'),
        postUser('b', 'no address'),
        postUser('c', 'stop-c@acme.io'),
        { method: 'DELETE', path: '/Users/unknown' },
        postUser('d', 'stop-d@acme.io'),
      ],
      { failOnErrors: 2 },
    );
    expect(told(answer).map((line) => line.slice(0, 10))).toEqual([
      'POST a 201',
      'POST b 400',
      'POST c 201',
      'DELETE 404',
    ]);
    expect((await client.get('/Users?filter=userName sw "stop-"')).total).toBe(2);
  });

  test('counts those who get no seat', async () => {
    const own = await gateway.addAccount('bulk-seats');
    await inTransaction(gateway.db, (trx) =>
      setSeatLimit(trx, OPERATOR, own.accountId, 'developer', 1, new Date()),
    );
    const people = ['a', 'b', 'c'].map((name) => postUser(name, `${name}@acme.io`));
    const answer = await bulk(people, { failOnErrors: 1 }, own);
    expect(told(answer)).toEqual([
      'POST a 201',
      'POST b 400 invalidValue: There is no free developer license: 1 of 1 seats are in use. Free a seat, raise the limit, or assert another licenseType.',
    ]);
    expect((await own.get('/Users')).total).toBe(1);
  });
});

describe('limits', () => {
  test('are announced, and more operations or bytes are a 413 that names them', async () => {
    const { body } = await client.get('/ServiceProviderConfig');
    expect(body['bulk']).toEqual({ supported: true, maxOperations: 1000, maxPayloadSize: 16_777_216 });
    const many = await bulk(Array.from({ length: 1001 }, () => ({})));
    expect([many.status, many.detail]).toEqual([
      413,
      expect.stringContaining('at most 1000 are done at once'),
    ]);
    const large = await bulk([postUser('x', 'x@acme.io', { title: 'x'.repeat(16_777_216) })]);
    expect([large.status, large.detail]).toEqual([413, expect.stringContaining('16777216 bytes')]);
  });

  test('of a single request hold for each operation', async () => {
    const answer = await bulk([postUser('x', 'x@acme.io', { title: 'x'.repeat(1024 * 1024) })]);
    expect(told(answer)).toEqual([expect.stringMatching(/^POST x 413 : .*larger than the 1048576 bytes/)]);
  });

  test('a value that the database does not take fails its operation alone', async () => {
    const long = Array.from({ length: 4000 }, (_, index) => String.fromCodePoint(0x4e00 + index)).join('');
    const answer = await bulk([
      postUser('l1', 'l1@acme.io'),
      postUser('l2', 'l2@acme.io', { externalId: long }),
      postUser('l3', 'l3@acme.io'),
    ]);
    expect(told(answer)).toEqual([
      'POST l1 201',
      expect.stringMatching(
        /^POST l2 400 invalidValue: A value that people or groups are found by is too long/,
      ),
      'POST l3 201',
    ]);
  });
});

describe('what is recorded', () => {
  test('one event names what was refused, and has no password of any operation and a bounded body', async () => {
    const own = await gateway.addAccount('bulk-recorded');
    const people = Array.from({ length: 400 }, (_, index) =>
      postUser(`p${index}`, `p${index}@acme.io`, { password: 'hunter2-secret' }),
    );
    const answer = await bulk([...people, postUser('bad', 'no address')], {}, own);
    expect(resultsOf(answer)).toHaveLength(401);
    await gateway.log.flush();
    const events = await gateway.db
      .selectFrom('provisioning_events')
      .selectAll()
      .where('account_id', '=', own.accountId)
      .execute();
    expect(events).toHaveLength(1);
    const [event] = events;
    expect(event).toMatchObject({ status: 200, scim_type: 'invalidValue' });
    expect(event?.error_detail).toMatch(/^1 of 401 operations were refused; the first: userName must be/);
    const text = JSON.stringify(event?.request_body);
    expect(text).not.toContain('hunter2');
    expect(text).toContain('p0@acme.io');
    expect(text.length).toBeLessThan(100_000);
    const audited = await gateway.db
      .selectFrom('audit_events')
      .select(['request_id', 'kind'])
      .where('account_id', '=', own.accountId)
      .where('target_kind', '=', 'user')
      .execute();
    expect(audited).toHaveLength(400);
    expect(new Set(audited.map(({ request_id: id }) => id))).toEqual(new Set([event?.id]));
  });
});

test('nothing of all this was a fault of ours, and every total and seat is right', async () => {
  expect(gateway.errorsLogged()).toEqual([]);
  expect(await findMiscounts(gateway.db)).toEqual([]);
});
