import { isJsonArray, isJsonObject, type JsonObject } from '@rollcall/scim-protocol/json';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { fixture } from './fixture.ts';
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

const CORE_USER = 'urn:ietf:params:scim:schemas:core:2.0:User';
const ENTERPRISE = 'urn:ietf:params:scim:schemas:extension:enterprise:2.0:User';
const LICENSE = 'urn:ietf:params:scim:schemas:extension:dbtLabs:2.0:User';
const SEARCH = 'urn:ietf:params:scim:api:messages:2.0:SearchRequest';

let gateway: TestGateway;
let accounts = 0;

beforeAll(async () => {
  gateway = await startTestGateway();
});

afterAll(async () => {
  await gateway[Symbol.asyncDispose]();
});

async function account(): Promise<ScimClient> {
  accounts += 1;
  return gateway.addAccount(`rfc-${accounts}`);
}

describe('filters', () => {
  let client: ScimClient;

  beforeAll(async () => {
    client = await account();
    await addUser(client, 'ana@acme.io', {
      title: '100%',
      emails: [
        { value: 'ana@acme.io', type: 'work', primary: true },
        { value: 'ana@home.example', type: 'home' },
      ],
    });
    await addUser(client, 'bo@acme.io', {
      title: 'Lead',
      nickName: 'Bobby_x',
      externalId: 'B-1',
      active: false,
    });
    await addUser(client, 'cy@acme.io', {
      [ENTERPRISE]: { department: 'Data', manager: { value: 'Boss-1' } },
    });
  });

  test.each([
    [
      '7644 3.4.2.2 precedence: and before or',
      'userName eq "ana@acme.io" or title eq "Lead" and active eq true',
      ['ana'],
    ],
    [
      '7644 3.4.2.2 precedence: grouping first',
      '(userName eq "ana@acme.io" or title eq "Lead") and active eq false',
      ['bo'],
    ],
    [
      '7644 3.4.2.2 not needs parentheses, with or without a blank',
      'not(active eq false) and not (title pr)',
      ['cy'],
    ],
    [
      '7644 3.4.2.2 names, operators and URNs in any case',
      'USERNAME Eq "ANA@acme.io" OR URN:ietf:params:scim:schemas:core:2.0:user:nickname PR',
      ['ana', 'bo'],
    ],
    [
      '7644 3.4.2.2 literals: per cent and underscore are plain',
      'title ew "%" or nickName co "y_"',
      ['ana', 'bo'],
    ],
    ['7644 3.4.2.2 literals: JSON escapes are read', 'userName eq "\\u0061na@acme.io"', ['ana']],
    [
      '7644 3.4.2.2 a value path asks one entry to satisfy both',
      'emails[type eq "home" and value co "home.example"]',
      ['ana'],
    ],
    [
      '7644 3.4.2.2 two conditions of different entries are not one entry',
      'emails[type eq "work" and value co "home.example"]',
      [],
    ],
    ['7644 3.4.2.2 a multi-valued attribute by itself is its value', 'emails co "home.example"', ['ana']],
    ['7643 7 externalId is compared exactly', 'externalId eq "b-1"', []],
    ['7643 7 manager.value is compared exactly', `${ENTERPRISE}:manager eq "Boss-1"`, ['cy']],
    ['7643 7 manager.value in another case is another', `${ENTERPRISE}:manager.value eq "boss-1"`, []],
    ['7644 3.4.2.2 pr on a complex attribute', `${ENTERPRISE}:manager pr`, ['cy']],
    [
      '7644 3.4.2.2 dates are instants, whatever the offset',
      'meta.created gt "2020-01-01T00:00:00+14:00"',
      ['ana', 'bo', 'cy'],
    ],
    ['7644 3.4.2.2 eq null is "has no value"', 'title eq null', ['cy']],
    ['7644 3.4.2.2 meta.resourceType', 'meta.resourceType eq "Group"', []],
  ])('%s: %s', async (_, filter, expected) => {
    const answer = await client.get(`/Users?filter=${encodeURIComponent(filter)}`);
    expect(answer.status).toBe(200);
    expect(answer.resources.map(({ userName }) => textOf(userName).replace('@acme.io', ''))).toEqual(
      expected,
    );
    expect(answer.total).toBe(expected.length);
  });

  test('7644 3.4.3 a search by POST answers as the GET does', async () => {
    const filter = 'active eq true';
    const query = { schemas: [SEARCH], filter, startIndex: 2, count: 1, attributes: ['userName'] };
    const found = await client.post('/Users/.search', query);
    const listed = await client.get(
      `/Users?filter=${encodeURIComponent(filter)}&startIndex=2&count=1&attributes=userName`,
    );
    expect(found.status).toBe(200);
    expect(found.body).toEqual(listed.body);
    expect(found.body).toMatchObject({ totalResults: 2, startIndex: 2, itemsPerPage: 1 });
    expect((await client.post('/Groups/.search', { schemas: [SEARCH] })).total).toBe(0);
  });

  test('7644 3.4.2.4 count 0 gives the total alone; negative numbers count as the least; too large ones as the most', async () => {
    const none = await client.get('/Users?count=0');
    expect(none.body).toMatchObject({ totalResults: 3, itemsPerPage: 0, Resources: [] });
    expect((await client.get('/Users?count=-7')).body).toEqual(none.body);
    expect((await client.get('/Users?startIndex=-3&count=2')).body).toMatchObject({
      startIndex: 1,
      itemsPerPage: 2,
    });
    expect((await client.get('/Users?count=1000000')).body).toMatchObject({ itemsPerPage: 3 });
  });

  test('7644 3.4.2 parameter names are read in any case, and unknown ones ignored', async () => {
    const answer = await client.get('/Users?STARTINDEX=2&Count=1&cache=no&aadOptscim062020');
    expect(answer.body).toMatchObject({ startIndex: 2, itemsPerPage: 1 });
  });
});

describe('resources', () => {
  test('7644 3.3 a POST ignores what is read-only, and answers with Location and meta.location alike', async () => {
    const client = await account();
    const answer = await client.post(
      '/Users',
      userBody('ana@acme.io', { id: 'mine', meta: { version: 'x' }, groups: [{ value: 'x' }] }),
    );
    expect(answer.status).toBe(201);
    expect(answer.id).not.toBe('mine');
    expect(answer.headers['location']).toBe(`${client.location}/Users/${answer.id}`);
    expect(answer.body).toMatchObject({
      groups: [],
      meta: { location: answer.headers['location'], version: 'W/"1"' },
    });
  });

  test('7644 3.9 attributes and excludedAttributes hold for every answer that has a resource', async () => {
    const client = await account();
    const body = userBody('ana@acme.io', {
      title: 'Lead',
      [ENTERPRISE]: { department: 'Data', division: 'X' },
    });
    const query = `attributes=USERNAME,name.givenName,${ENTERPRISE}:department,password,shoeSize`;
    const created = await client.post(`/Users?${query}`, body);
    const expected = {
      schemas: [CORE_USER, ENTERPRISE],
      id: created.id,
      userName: 'ana@acme.io',
      name: { givenName: 'Ana' },
      [ENTERPRISE]: { department: 'Data' },
    };
    const path = `/Users/${created.id}`;
    expect(created.body).toEqual(expected);
    expect((await client.get(`${path}?${query}`)).body).toEqual(expected);
    expect((await client.put(`${path}?${query}`, body)).body).toEqual(expected);
    expect(
      (await client.patch(`${path}?${query}`, [{ op: 'add', path: 'nickName', value: 'A' }])).body,
    ).toEqual(expected);
    expect((await client.get(`/Users?${query}`)).resources).toEqual([expected]);
    const without = await client.get(`${path}?excludedAttributes=id,schemas,emails,name.familyName`);
    expect(without.body).toMatchObject({
      id: created.id,
      schemas: [CORE_USER, ENTERPRISE],
      name: { givenName: 'Ana' },
    });
    expect(without.body).not.toHaveProperty('emails');
    expect(without.body).not.toHaveProperty('name.familyName');
  });

  test('7644 3.9 a write whose answer cannot be given changes nothing', async () => {
    const client = await account();
    const answer = await client.post(
      '/Users?attributes=userName&excludedAttributes=name',
      userBody('ana@acme.io'),
    );
    expect(answer.status).toBe(400);
    expect((await client.get('/Users')).total).toBe(0);
  });

  test('7644 3.5.1 a PUT clears what it leaves out, but keeps active and the license type', async () => {
    const client = await account();
    const id = await addUser(client, 'ana@acme.io', {
      title: 'Lead',
      externalId: 'x',
      active: false,
      [ENTERPRISE]: { department: 'Data' },
      [LICENSE]: { licenseType: 'it' },
    });
    const answer = await client.put(`/Users/${id}`, { schemas: [CORE_USER], userName: 'ana@acme.io' });
    expect(answer.status).toBe(200);
    expect(Object.keys(answer.body).toSorted()).toEqual(
      [LICENSE, 'active', 'emails', 'groups', 'id', 'meta', 'schemas', 'userName'].toSorted(),
    );
    expect(answer.body).toMatchObject({ active: false, [LICENSE]: { licenseType: 'it' } });
  });

  test.each([
    ['null', { [LICENSE]: { licenseType: null } }],
    ['empty text', { [LICENSE]: { licenseType: '' } }],
    ['a null extension', { [LICENSE]: null }],
    ['null in other letters', { [LICENSE.toUpperCase()]: { LICENSETYPE: null } }],
  ])('7643 2.5 a PUT takes the license type back with %s', async (_, extension) => {
    const client = await account();
    const id = await addUser(client, 'ana@acme.io', { [LICENSE]: { licenseType: 'it' } });
    const answer = await client.put(`/Users/${id}`, userBody('ana@acme.io', extension));
    expect(answer.status).toBe(200);
    expect(answer.body).not.toHaveProperty([LICENSE]);
    expect(answer.body['schemas']).toEqual([CORE_USER]);
  });

  test('7644 3.5.2.2 a PATCH removes the license type, and one about something else keeps it', async () => {
    const client = await account();
    const id = await addUser(client, 'ana@acme.io', { [LICENSE]: { licenseType: 'it' } });
    const kept = await client.patch(`/Users/${id}`, [{ op: 'add', path: 'title', value: 'Lead' }]);
    expect(kept.body[LICENSE]).toEqual({ licenseType: 'it' });
    const removed = await client.patch(`/Users/${id}`, [{ op: 'remove', path: `${LICENSE}:licenseType` }]);
    expect(removed.body).not.toHaveProperty([LICENSE]);
  });

  test('a write that ends in active false is never refused for its license type', async () => {
    const client = await account();
    const id = await addUser(client, 'ana@acme.io', { [LICENSE]: { licenseType: 'it' } });
    const wrong = { [LICENSE]: { licenseType: 'no such type' } };
    expect((await client.put(`/Users/${id}`, userBody('ana@acme.io', wrong))).status).toBe(400);
    const leaving = await client.put(`/Users/${id}`, userBody('ana@acme.io', { active: false, ...wrong }));
    expect(leaving.status).toBe(200);
    expect(leaving.body).toMatchObject({ active: false, [LICENSE]: { licenseType: 'it' } });
  });

  test('7644 3.5.1 a PUT never creates', async () => {
    const client = await account();
    const nobody = '018f2d00-0000-7000-8000-0000000000ff';
    expect((await client.put(`/Users/${nobody}`, userBody('ana@acme.io'))).status).toBe(404);
    expect((await client.put(`/Groups/${nobody}`, groupBody('X'))).status).toBe(404);
    expect((await client.get('/Users')).total).toBe(0);
  });

  test('7644 3.5.1 a PUT without its required attribute is refused', async () => {
    const client = await account();
    const id = await addUser(client, 'ana@acme.io');
    expect((await client.put(`/Users/${id}`, { schemas: [CORE_USER], title: 'Lead' })).status).toBe(400);
    const group = await addGroup(client, 'Data Team');
    expect(
      (await client.put(`/Groups/${group}`, { schemas: ['urn:ietf:params:scim:schemas:core:2.0:Group'] }))
        .status,
    ).toBe(400);
  });

  test('7644 3.5.2 a PATCH is atomic: when its last operation fails, none took effect', async () => {
    const client = await account();
    const id = await addUser(client, 'ana@acme.io');
    const before = await client.get(`/Users/${id}`);
    const answer = await client.patch(`/Users/${id}`, [
      { op: 'replace', path: 'title', value: 'Lead' },
      { op: 'replace', path: 'active', value: false },
      { op: 'remove', path: 'userName' },
    ]);
    expect(answer.status).toBe(400);
    expect((await client.get(`/Users/${id}`)).body).toEqual(before.body);
    const group = await addGroup(client, 'Data Team', [id]);
    const refused = await client.patch(`/Groups/${group}`, [
      { op: 'remove', path: 'members' },
      { op: 'add', path: 'members', value: [{ value: 'nobody' }] },
    ]);
    expect(refused.status).toBe(400);
    expect(await membersOf(client, group)).toEqual([id]);
  });

  test('7643 2.4 a new primary switches the old one off; two in one POST are refused', async () => {
    const client = await account();
    const id = await addUser(client, 'ana@acme.io');
    const answer = await client.patch(`/Users/${id}`, [
      { op: 'add', path: 'emails', value: [{ value: 'ana@home.example', type: 'home', primary: true }] },
    ]);
    expect(answer.status).toBe(200);
    const emails = isJsonArray(answer.body['emails']) ? answer.body['emails'].filter(isJsonObject) : [];
    expect(emails.filter(({ primary }) => primary === true).map(({ value }) => value)).toEqual([
      'ana@home.example',
    ]);
    const two = [
      { value: 'bo@acme.io', primary: true },
      { value: 'bo@home.example', primary: true },
    ];
    expect((await client.post('/Users', userBody('bo@acme.io', { emails: two }))).status).toBe(400);
  });

  test('7644 3.6 a deleted user is a 404 for every method, and the name is free', async () => {
    const client = await account();
    const id = await addUser(client, 'ana@acme.io');
    expect((await client.delete(`/Users/${id}`)).status).toBe(204);
    const path = `/Users/${id}`;
    const answers = [
      await client.get(path),
      await client.put(path, userBody('ana@acme.io')),
      await client.patch(path, [{ op: 'replace', path: 'active', value: true }]),
      await client.delete(path),
    ];
    expect(answers.map(({ status }) => status)).toEqual([404, 404, 404, 404]);
    expect((await client.post('/Users', userBody('ana@acme.io', { externalId: 'new' }))).status).toBe(201);
  });

  test.each([
    ['says that they are active', { active: true }, true],
    ['does not say whether they are active', {}, true],
    ['says that they are not active', { active: false }, false],
  ])(
    '7644 3.6 a deleted user who is created again is there again, when the POST %s',
    async (_, said, active) => {
      const client = await account();
      const person = { schemas: [CORE_USER], userName: 'ana@acme.io', externalId: 'x' };
      const { id } = await client.post('/Users', person);
      await client.delete(`/Users/${id}`);
      const again = await client.post('/Users', { ...person, ...said });
      expect(again.status).toBe(201);
      expect((await client.get(`/Users/${again.id}`)).body).toEqual(again.body);
      expect(again.body['active']).toBe(active);
      expect((await client.get('/Users')).total).toBe(1);
    },
  );

  test('7644 3.6 a DELETE with a media type, a body or both is a DELETE', async () => {
    const client = await account();
    const [a = '', b = '', c = ''] = await addUsers(client, ['ana', 'bo', 'cy']);
    const json = { 'content-type': 'application/json' };
    const answers = [
      await client.delete(`/Users/${a}`, json),
      await client.send({ method: 'DELETE', path: `/Users/${b}`, payload: '{}', headers: json }),
      await client.send({
        method: 'DELETE',
        path: `/Users/${c}`,
        payload: 'x',
        headers: { 'content-type': 'text/plain' },
      }),
    ];
    expect(answers.map(({ status, text }) => [status, text])).toEqual([
      [204, ''],
      [204, ''],
      [204, ''],
    ]);
  });

  test('7643 4.1.2 and 4.2 groups of a user follow membership, with $ref on both sides', async () => {
    const client = await account();
    const id = await addUser(client, 'ana@acme.io', { displayName: 'Ana' });
    const group = await addGroup(client, 'Data Team', [id]);
    const user = await client.get(`/Users/${id}`);
    expect(user.body['groups']).toEqual([
      { value: group, $ref: `${client.location}/Groups/${group}`, display: 'Data Team', type: 'direct' },
    ]);
    const { body } = await client.get(`/Groups/${group}`);
    expect(body['members']).toEqual([
      { value: id, $ref: `${client.location}/Users/${id}`, display: 'Ana', type: 'User' },
    ]);
    const put = await client.put(`/Users/${id}`, userBody('ana@acme.io', { groups: [] }));
    expect(put.body['groups']).toMatchObject([{ value: group }]);
  });

  test('7643 8 the examples of the RFC are taken and given back', async () => {
    const client = await gateway.addAccount('rfc-examples', { userNamePolicy: 'any' });
    for (const name of ['8.1-minimal-user', '8.2-full-user', '8.3-enterprise-user']) {
      const { id: _, meta: __, groups: ___, password: ____, ...sent } = fixture(`rfc7643/${name}`);
      const created = await client.post('/Users', sent);
      expect(created.status).toBe(201);
      const { body } = await client.get(`/Users/${created.id}`);
      expect(body).toMatchObject(withoutReadOnly(sent));
      expect((await client.delete(`/Users/${created.id}`)).status).toBe(204);
    }
  });
});

describe('HTTP', () => {
  let client: ScimClient;

  beforeAll(async () => {
    client = await account();
    await addUser(client, 'ana@acme.io');
  });

  test.each([
    [undefined, 'application/scim+json'],
    ['*/*', 'application/scim+json'],
    ['application/scim+json', 'application/scim+json'],
    ['application/json', 'application/json'],
    ['Application/JSON;q=0.9', 'application/json'],
    ['application/json, application/scim+json;q=0.5', 'application/json'],
    ['application/json;q=0.5, application/scim+json', 'application/scim+json'],
    ['application/json, application/scim+json', 'application/json'],
    ['application/scim+json, application/json', 'application/scim+json'],
    ['application/json, */*;q=0.5', 'application/json'],
    ['application/json, text/plain, */*', 'application/scim+json'],
    ['application/*', 'application/scim+json'],
    ['application/json, application/scim+json;q=0', 'application/json'],
    ['text/html, */*;q=0.1', 'application/scim+json'],
  ])('7644 3.1 and 8.1 Accept %s is answered as %s, errors too', async (accept, type) => {
    const headers = accept === undefined ? {} : { accept };
    expect((await client.get('/Users', headers)).headers['content-type']).toBe(type);
    expect((await client.get('/Users/none', headers)).headers['content-type']).toBe(type);
  });

  test.each([
    'application/scim+json',
    'application/json',
    'Application/SCIM+JSON; Charset="UTF-8"',
    'application/json;charset=utf-8',
  ])('7644 3.1 a body of the media type %s is read', async (type) => {
    const name = `${type.replaceAll(/\W/g, '')}@acme.io`;
    expect((await client.post('/Users', userBody(name), { 'content-type': type })).status).toBe(201);
  });

  test('7644 3.12 a path that nobody knows is a 404 with an error body', async () => {
    for (const path of ['/Nowhere', '/Users/x/y', '/Schemas/urn:x', '/ResourceTypes/Device', '/users']) {
      const answer = await client.get(path);
      expect(answer.body).toMatchObject({ status: '404' });
      expect(answer.status).toBe(404);
    }
    const outside = await gateway.app.inject({ method: 'GET', url: '/somewhere' });
    expect([outside.statusCode, outside.headers['content-type']]).toEqual([404, 'application/scim+json']);
  });

  test.each([
    ['DELETE', '/Users', 'GET, HEAD, POST, OPTIONS'],
    ['PATCH', '/Groups', 'GET, HEAD, POST, OPTIONS'],
    ['POST', '/Users/018f2d00-0000-7000-8000-0000000000ff', 'GET, HEAD, PUT, PATCH, DELETE, OPTIONS'],
    ['GET', '/Users/.search', 'POST, OPTIONS'],
    ['POST', '/Schemas', 'GET, HEAD, OPTIONS'],
    ['PUT', '/ServiceProviderConfig', 'GET, HEAD, OPTIONS'],
  ] as const)('7644 3.12 %s %s is a 405 that allows %s', async (method, path, allow) => {
    const answer = await client.send({ method, path });
    expect([answer.status, answer.headers['allow'], answer.body['status']]).toEqual([405, allow, '405']);
  });

  test('7644 3.11 /Me is a 501 that says what to do', async () => {
    for (const [method, path] of [
      ['GET', '/Me'],
      ['PATCH', '/Me'],
    ] as const) {
      const answer = await client.send({ method, path });
      expect(answer.body).toMatchObject({ status: '501' });
      expect(answer.status).toBe(501);
    }
  });

  test('HEAD answers as GET does, without the body', async () => {
    const answer = await client.send({ method: 'HEAD', path: '/Users' });
    expect([answer.status, answer.text]).toEqual([200, '']);
  });

  test.each(['/Users/', '//Users', '/Users/?filter=userName+pr', '/Schemas/'])(
    'a slash too many is tolerated: %s',
    async (path) => {
      expect((await client.get(path)).status).toBe(200);
    },
  );

  test('every answer names its request', async () => {
    const ids = new Set<unknown>();
    for (const path of ['/Users', '/Users/none', '/Nowhere']) {
      ids.add((await client.get(path)).headers['x-request-id']);
    }
    ids.add((await client.send({ method: 'GET', path: '/Users', anonymous: true })).headers['x-request-id']);
    expect(ids.size).toBe(4);
    expect(ids).not.toContain(undefined);
  });

  test('health needs no token', async () => {
    expect((await gateway.app.inject('/healthz')).json()).toEqual({ status: 'ok' });
    expect((await gateway.app.inject('/readyz')).json()).toEqual({ status: 'ready' });
  });
});

describe('discovery', () => {
  test('7643 5 ServiceProviderConfig says what is offered', async () => {
    const client = await account();
    const { status, body } = await client.get('/ServiceProviderConfig');
    expect(status).toBe(200);
    expect(body).toMatchObject({
      patch: { supported: true },
      bulk: { supported: true, maxOperations: 1000, maxPayloadSize: 16_777_216 },
      filter: { supported: true, maxResults: 1000 },
      changePassword: { supported: false },
      sort: { supported: true },
      etag: { supported: true },
      authenticationSchemes: [{ type: 'oauthbearertoken' }],
      meta: { resourceType: 'ServiceProviderConfig', location: `${client.location}/ServiceProviderConfig` },
    });
  });

  test('7644 4 ResourceTypes and Schemas are lists, and each entry is read by its name or URN, in any case', async () => {
    const client = await account();
    for (const path of ['/ResourceTypes', '/Schemas']) {
      const list = await client.get(path);
      expect(list.body).toMatchObject({ totalResults: list.resources.length, startIndex: 1 });
      for (const entry of list.resources) {
        for (const id of [textOf(entry['id']), textOf(entry['id']).toUpperCase()]) {
          expect((await client.get(`${path}/${id}`)).body).toEqual(entry);
        }
        expect(textOf(isJsonObject(entry['meta']) ? entry['meta']['location'] : '')).toContain(
          client.location,
        );
      }
    }
    expect((await client.get('/ResourceTypes/User')).body).toMatchObject({
      endpoint: '/Users',
      schema: CORE_USER,
      schemaExtensions: [
        { schema: ENTERPRISE, required: false },
        { schema: LICENSE, required: false },
      ],
    });
  });

  test('7644 4 a filter on schemas and resource types is refused, other parameters are ignored', async () => {
    const client = await account();
    expect((await client.get('/ServiceProviderConfig?filter=x&sortBy=id&startIndex=9')).status).toBe(200);
    for (const path of ['/ResourceTypes', '/Schemas', '/ResourceTypes/User', `/Schemas/${CORE_USER}`]) {
      expect((await client.get(`${path}?filter=id+pr`)).status).toBe(403);
      expect((await client.get(`${path}?count=1&sortBy=id`)).status).toBe(200);
    }
  });

  test('7643 7 Schemas list the license types that the account has', async () => {
    expect(await licenseTypesOf(await account())).toEqual(['developer', 'it', 'read_only']);
    const seats = [{ licenseType: 'analyst', limit: 5 }] as const;
    expect(await licenseTypesOf(await gateway.addAccount('analysts', { seats }))).toEqual([
      'developer',
      'analyst',
      'it',
      'read_only',
    ]);
  });

  test('7643 7 Schemas say that e-mails are required only where user names are addresses', async () => {
    expect(await requiredOfUsers(await account())).toEqual(['userName', 'emails']);
    expect(await requiredOfUsers(await gateway.addAccount('free-names', { userNamePolicy: 'any' }))).toEqual([
      'userName',
    ]);
  });
});

test('a strict account refuses a dialect by name', async () => {
  const client = await gateway.addAccount('strict', { dialects: 'strict' });
  const id = await addUser(client, 'ana@acme.io');
  const answer = await client.patch(`/Users/${id}`, [{ op: 'Replace', path: 'title', value: 'Lead' }]);
  expect(answer.status).toBe(400);
  expect(answer.detail).toContain('op-case');
});

test('nothing of this was logged as an error', () => {
  expect(gateway.errorsLogged()).toEqual([]);
});

async function licenseTypesOf(client: ScimClient): Promise<unknown> {
  const { body } = await client.get(`/Schemas/${LICENSE}`);
  const [attribute] = isJsonArray(body['attributes']) ? body['attributes'] : [];
  return isJsonObject(attribute) ? attribute['canonicalValues'] : undefined;
}

async function requiredOfUsers(client: ScimClient): Promise<unknown[]> {
  const { body } = await client.get(`/Schemas/${CORE_USER}`);
  const attributes = isJsonArray(body['attributes']) ? body['attributes'].filter(isJsonObject) : [];
  return attributes.filter(({ required }) => required === true).map(({ name }) => name);
}

/** What a service may leave out of what it was sent: `$ref` and display of references that it does not know. */
function withoutReadOnly(sent: JsonObject): JsonObject {
  const { schemas: _, active: __, ...others } = sent;
  const enterprise = others[ENTERPRISE];
  if (!isJsonObject(enterprise) || !isJsonObject(enterprise['manager'])) return others;
  return {
    ...others,
    [ENTERPRISE]: { ...enterprise, manager: { value: enterprise['manager']['value'] ?? '' } },
  };
}
