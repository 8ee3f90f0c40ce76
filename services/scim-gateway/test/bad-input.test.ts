import { createHash } from 'node:crypto';
import { connect } from 'node:net';
import { isDeepStrictEqual } from 'node:util';
import fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import {
  addGroup,
  addUser,
  groupBody,
  type RawRequest,
  type ScimAnswer,
  type ScimClient,
  startTestGateway,
  type TestGateway,
  textOf,
  userBody,
} from './harness.ts';

const ERROR = 'urn:ietf:params:scim:api:messages:2.0:Error';
const SCIM_JSON = { 'content-type': 'application/scim+json' };
const NOBODY = '018f2d00-0000-7000-8000-0000000000ff';

let gateway: TestGateway;
let client: ScimClient;
let user: string;
let group: string;
let origin: string;
let before: string;
let total: number;

beforeAll(async () => {
  gateway = await startTestGateway();
  client = await gateway.addAccount('careless');
  user = await addUser(client, 'ana@acme.io');
  group = await addGroup(client, 'Data Team', [user]);
  origin = await gateway.app.listen({ host: '127.0.0.1', port: 0 });
  before = await everything();
  total = (await client.get('/Users')).total;
});

afterAll(async () => {
  await gateway[Symbol.asyncDispose]();
});

/** All that can be read: what bad input must leave as it was. */
async function everything(): Promise<string> {
  const [users, groups] = await Promise.all([client.get('/Users'), client.get('/Groups')]);
  return users.text + groups.text;
}

/** A refusal in short, such as "400 invalidValue"; the whole answer where it is no SCIM error that helps its reader. */
function refusal({ status, headers, body, detail, text }: ScimAnswer): string {
  const isHelpful =
    isDeepStrictEqual(body['schemas'], [ERROR]) && body['status'] === String(status) && detail.length > 10;
  if (!isHelpful || headers['content-type'] !== 'application/scim+json') return `${status} ${text}`;
  return body['scimType'] === undefined ? String(status) : `${status} ${textOf(body['scimType'])}`;
}

function raw(method: RawRequest['method'], path: string, payload: string | Buffer): Promise<ScimAnswer> {
  return client.send({ method, path, payload, headers: SCIM_JSON });
}

test.each([
  ['cut off', '{"userName":'],
  ['not JSON', 'userName=ana'],
  ['two values', '{} {}'],
  ['a trailing comma', '{"userName":"x@acme.io",}'],
  ['duplicate keys', '{"userName":"x@acme.io","userName":"y@acme.io"}'],
  ['a list', '[]'],
  ['a text', '"ana"'],
  ['null', 'null'],
  ['empty', ''],
  ['blank', '  \n'],
  ['nested 10,000 deep', `${'{"a":'.repeat(10_000)}1${'}'.repeat(10_000)}`],
  ['lists nested 10,000 deep', `{"emails":${'['.repeat(10_000)}${']'.repeat(10_000)}}`],
])('a body that is %s is invalidSyntax, by POST, PUT and PATCH', async (_, payload) => {
  expect(refusal(await raw('POST', '/Users', payload))).toBe('400 invalidSyntax');
  expect(refusal(await raw('PUT', `/Users/${user}`, payload))).toBe('400 invalidSyntax');
  expect(refusal(await raw('PATCH', `/Users/${user}`, payload))).toBe('400 invalidSyntax');
  expect(refusal(await raw('POST', '/Groups', payload))).toBe('400 invalidSyntax');
  expect(refusal(await raw('PATCH', `/Groups/${group}`, payload))).toBe('400 invalidSyntax');
});

test('one attribute in two spellings is invalidSyntax', async () => {
  const twice = { USERNAME: 'y@acme.io' };
  expect(refusal(await client.post('/Users', userBody('x@acme.io', twice)))).toBe('400 invalidSyntax');
  expect(refusal(await client.put(`/Users/${user}`, userBody('x@acme.io', twice)))).toBe('400 invalidSyntax');
  expect(refusal(await client.post('/Groups', groupBody('X', [], { displayname: 'Y' })))).toBe(
    '400 invalidSyntax',
  );
});

test('bytes that are not UTF-8 are invalidSyntax', async () => {
  const payload = Buffer.concat([
    Buffer.from('{"userName":"'),
    Buffer.from([0xff, 0xfe, 0xc0]),
    Buffer.from('"}'),
  ]);
  expect(refusal(await raw('POST', '/Users', payload))).toBe('400 invalidSyntax');
});

test.each([
  ['U+0000', '\\u0000'],
  ['a high surrogate alone', '\\ud800'],
  ['a low surrogate alone', 'x\\udc00y'],
])('text with %s is invalidValue wherever it stands', async (_, escape) => {
  const bodies = [
    `{"schemas":["urn:ietf:params:scim:schemas:core:2.0:User"],"userName":"a${escape}@acme.io"}`,
    `{"schemas":["urn:ietf:params:scim:schemas:core:2.0:User"],"userName":"a@acme.io","externalId":"${escape}"}`,
    `{"schemas":["urn:ietf:params:scim:schemas:core:2.0:User"],"userName":"a@acme.io","roles":[{"value":"${escape}"}]}`,
    `{"schemas":["urn:ietf:params:scim:schemas:core:2.0:User"],"userName":"a@acme.io","un${escape}known":1}`,
  ];
  for (const payload of bodies)
    expect(refusal(await raw('POST', '/Users', payload))).toBe('400 invalidValue');
  const name = `{"schemas":["urn:ietf:params:scim:schemas:core:2.0:Group"],"displayName":"${escape}"}`;
  expect(refusal(await raw('POST', '/Groups', name))).toBe('400 invalidValue');
});

test.each([
  ['/Users', { userName: 7 }],
  ['/Users', { userName: null }],
  ['/Users', { userName: ['x@acme.io', 'y@acme.io'] }],
  ['/Users', { userName: { value: 'x@acme.io' } }],
  ['/Users', { userName: 'x@acme.io', active: 'perhaps' }],
  ['/Users', { userName: 'x@acme.io', active: 1 }],
  ['/Users', { userName: 'x@acme.io', name: 'Ana' }],
  ['/Users', { userName: 'x@acme.io', name: { givenName: 5 } }],
  ['/Users', { userName: 'x@acme.io', emails: 'x@acme.io' }],
  ['/Users', { userName: 'x@acme.io', emails: [{ value: true }] }],
  ['/Users', { userName: 'x@acme.io', externalId: {} }],
  ['/Users', { userName: 'x@acme.io', 'urn:ietf:params:scim:schemas:extension:enterprise:2.0:User': 'x' }],
  [
    '/Users',
    { userName: 'x@acme.io', 'urn:ietf:params:scim:schemas:extension:dbtLabs:2.0:User': { licenseType: 7 } },
  ],
  ['/Users', { userName: 'no address' }],
  ['/Groups', { displayName: 7 }],
  ['/Groups', { displayName: '' }],
  ['/Groups', { displayName: 'X', members: 'ana' }],
  ['/Groups', { displayName: 'X', members: [{ display: 'ana' }] }],
  ['/Groups', { displayName: 'X', members: [{ value: 7 }] }],
  ['/Groups', { displayName: 'X', members: [{ value: 'no-id' }] }],
  ['/Groups', { displayName: 'X', members: [{ value: NOBODY }] }],
])('a wrong type or value is invalidValue: POST %s %j', async (path, attributes) => {
  const urn = `urn:ietf:params:scim:schemas:core:2.0:${path === '/Users' ? 'User' : 'Group'}`;
  expect(refusal(await client.post(path, { schemas: [urn], ...attributes }))).toBe('400 invalidValue');
});

test('a schema that is not the resource\'s is refused, and "schemas" of a wrong type too', async () => {
  const wrong = [['urn:nobody:knows'], ['urn:ietf:params:scim:schemas:core:2.0:Group'], 'urn:x', [7], {}];
  for (const schemas of wrong) {
    expect(refusal(await client.post('/Users', userBody('x@acme.io', { schemas })))).toBe('400 invalidValue');
  }
});

test('a name too long for the index that finds it is refused in words', async () => {
  // Digests do not compress, as PostgreSQL would do with one letter repeated.
  const long = Array.from({ length: 500 }, (_, index) =>
    createHash('sha512').update(String(index)).digest('hex'),
  ).join('');
  expect(refusal(await client.post('/Users', userBody(`${long}@acme.io`)))).toBe('400 invalidValue');
  expect(refusal(await client.post('/Users', userBody('x@acme.io', { externalId: long })))).toBe(
    '400 invalidValue',
  );
  expect(
    refusal(
      await client.patch(`/Users/${user}`, [
        { op: 'add', path: 'emails', value: [{ type: 'home', value: long }] },
      ]),
    ),
  ).toBe('400 invalidValue');
  expect(refusal(await client.post('/Groups', groupBody(long)))).toBe('400 invalidValue');
  expect(
    refusal(await client.patch(`/Groups/${group}`, [{ op: 'replace', path: 'externalId', value: long }])),
  ).toBe('400 invalidValue');
});

test.each([
  ['text', 'count=many'],
  ['a fraction', 'count=1.5'],
  ['text as a start', 'startIndex=first'],
  ['an exponent', 'startIndex=1e3'],
  ['nothing', 'count='],
  ['twice', 'count=1&count=2'],
  ['both selections', 'attributes=userName&excludedAttributes=emails'],
  ['an order that is none', 'sortBy=userName&sortOrder=sideways'],
])('a query parameter that is %s is invalidValue', async (_, query) => {
  expect(refusal(await client.get(`/Users?${query}`))).toBe('400 invalidValue');
});

test.each([
  ['beyond 32 bits', 'startIndex=99999999999&count=99999999999'],
  ['beyond any number', `startIndex=${'9'.repeat(400)}&count=${'9'.repeat(400)}`],
  ['far below zero', `startIndex=-${'9'.repeat(40)}&count=-5`],
])('a number %s is cut to what is possible', async (_, query) => {
  const answer = await client.get(`/Users?${query}`);
  expect(answer.status).toBe(200);
  expect(answer.total).toBe(total);
});

test.each([
  ['an unknown attribute', 'shoeSize eq "42"'],
  ['an unknown operator', 'userName is "x"'],
  ['a password', 'password eq "x"'],
  ['no value', 'userName eq'],
  ['an order on a boolean', 'active gt true'],
  ['a number for text', 'userName eq 7'],
  ['an open bracket', 'emails[type eq "work"'],
  ['an open quote', 'userName eq "x'],
  ['U+0000', 'userName eq "\u0000"'],
  ['an escaped U+0000', 'userName eq "\\u0000"'],
  ['an escaped half surrogate', 'userName eq "\\ud800"'],
  ['a date that is none', 'meta.created gt "yesterday"'],
  ['100 kB of text', `userName eq "${'x'.repeat(100_000)}"`],
  ['100 kB of conditions', Array.from({ length: 4000 }, () => 'active eq true').join(' or ')],
  ['10,000 parentheses', `${'('.repeat(10_000)}active eq true${')'.repeat(10_000)}`],
  ['nothing', ''],
])('a filter with %s is invalidFilter, in the URL and in a search', async (_, filter) => {
  expect(refusal(await client.get(`/Users?filter=${encodeURIComponent(filter)}`))).toBe('400 invalidFilter');
  const search = { schemas: ['urn:ietf:params:scim:api:messages:2.0:SearchRequest'], filter };
  const answer = await client.post('/Users/.search', search);
  expect(answer.status).toBe(400);
});

test('a filter of 100 kB over a socket is an answer, not a hang', async () => {
  const filter = encodeURIComponent(`userName eq "${'ü'.repeat(50_000)}"`);
  const response = await fetch(`${origin}${client.base}/Users?filter=${filter}`, {
    headers: { authorization: `Bearer ${client.token}` },
  });
  expect(response.status).toBe(400);
  expect(await response.json()).toMatchObject({ scimType: 'invalidFilter' });
});

test('a URL of megabytes over a socket is a 431 with an error body', async () => {
  const answer = await exchange(
    `GET ${client.base}/Users?filter=${'x'.repeat(2_000_000)} HTTP/1.1\r\nhost: x\r\n\r\n`,
  );
  expect(answer).toContain('HTTP/1.1 431');
  expect(answer).toContain(ERROR);
});

test('bytes that are not HTTP are a 400 with an error body', async () => {
  const answer = await exchange('EHLO acme.io\r\n\r\n');
  expect(answer).toContain('HTTP/1.1 400');
  expect(answer).toContain(ERROR);
});

test.each(['%', '%zz', 'filter=userName%20eq%20%22%ff%22', 'filter=%ed%a0%80'])(
  'a query that is not UTF-8 in percent-encoding is invalidSyntax: %s',
  async (query) => {
    expect(refusal(await client.get(`/Users?${query}`))).toBe('400 invalidSyntax');
  },
);

test('a path that is not UTF-8 in percent-encoding names nothing', async () => {
  for (const id of ['%', '%zz', '%ff', '%ed%a0%80']) {
    expect(refusal(await client.get(`/Users/${id}`))).toBe('404');
  }
});

test.each([
  '1',
  'null',
  'undefined',
  '%00',
  '..%2f..',
  "' or 1=1",
  '018f2d00',
  'x'.repeat(5000),
  `${NOBODY}x`,
  NOBODY,
  '💥',
])('an id that is none, or that nobody has, is a 404 for every method: %s', async (id) => {
  const path = encodeURI(id).replaceAll('%25', '%');
  expect(refusal(await client.get(`/Users/${path}`))).toBe('404');
  expect(refusal(await client.put(`/Users/${path}`, userBody('x@acme.io')))).toBe('404');
  expect(
    refusal(await client.patch(`/Users/${path}`, [{ op: 'replace', path: 'active', value: false }])),
  ).toBe('404');
  expect(refusal(await client.delete(`/Users/${path}`))).toBe('404');
  expect(refusal(await client.get(`/Groups/${path}`))).toBe('404');
  expect(refusal(await client.put(`/Groups/${path}`, groupBody('X')))).toBe('404');
  expect(
    refusal(await client.patch(`/Groups/${path}`, [{ op: 'replace', path: 'displayName', value: 'X' }])),
  ).toBe('404');
  expect(refusal(await client.delete(`/Groups/${path}`))).toBe('404');
});

test.each([
  'text/plain',
  'application/xml',
  'application/x-www-form-urlencoded',
  'multipart/form-data; boundary=x',
  'garbage',
  'application/json; charset=latin1',
])('a body of the media type %s is a 415', async (type) => {
  const headers = { 'content-type': type };
  expect(refusal(await client.post('/Users', userBody('x@acme.io'), headers))).toBe('415');
  expect(refusal(await client.put(`/Users/${user}`, userBody('x@acme.io'), headers))).toBe('415');
  expect(refusal(await client.patch(`/Groups/${group}`, [], headers))).toBe('415');
});

test('a compressed body is a 415', async () => {
  expect(refusal(await client.post('/Users', userBody('x@acme.io'), { 'content-encoding': 'gzip' }))).toBe(
    '415',
  );
});

test('a client that accepts neither kind of JSON gets a 406', async () => {
  expect(refusal(await client.get('/Users', { accept: 'text/html' }))).toBe('406');
  expect(refusal(await client.post('/Users', userBody('x@acme.io'), { accept: 'application/xml' }))).toBe(
    '406',
  );
});

test.each([
  ['no operations', {}],
  ['operations that are no list', { Operations: { op: 'add' } }],
  ['an operation that is no object', { Operations: ['add'] }],
])('a PATCH with %s is invalidSyntax', async (_, body) => {
  const schemas = ['urn:ietf:params:scim:api:messages:2.0:PatchOp'];
  const answer = await client.send({
    method: 'PATCH',
    path: `/Users/${user}`,
    payload: JSON.stringify({ schemas, ...body }),
    headers: SCIM_JSON,
  });
  expect(refusal(answer)).toBe('400 invalidSyntax');
});

test.each([
  [400, 'invalidSyntax', { op: 'explode', path: 'title', value: 'x' }],
  [400, 'invalidPath', { op: 'replace', path: 'shoeSize', value: 'x' }],
  [400, 'invalidPath', { op: 'replace', path: '', value: 'x' }],
  [400, 'invalidPath', { op: 'replace', path: 'emails[', value: 'x' }],
  [400, 'invalidFilter', { op: 'replace', path: 'emails[type zz "work"].value', value: 'x' }],
  [400, 'noTarget', { op: 'remove' }],
  [400, 'mutability', { op: 'replace', path: 'id', value: 'x' }],
  [400, 'mutability', { op: 'remove', path: 'userName' }],
  [400, 'invalidValue', { op: 'replace', path: 'active', value: 'perhaps' }],
  [400, 'invalidValue', { op: 'replace', path: 'name', value: 'Ana' }],
])('a PATCH of a user that cannot be carried out is %i %s: %j', async (status, scimType, operation) => {
  expect(refusal(await client.patch(`/Users/${user}`, [operation]))).toBe(`${status} ${scimType}`);
});

test('a body over the limit is a 413 that says how much is read, also while the client is still sending', async () => {
  const huge = JSON.stringify(userBody('x@acme.io', { displayName: 'x'.repeat(10_000_000) }));
  expect(refusal(await raw('POST', '/Users', huge))).toBe('413');
  const response = await fetch(`${origin}${client.base}/Users`, {
    method: 'POST',
    headers: { ...SCIM_JSON, authorization: `Bearer ${client.token}` },
    body: huge,
  });
  expect(response.status).toBe(413);
  expect(await response.json()).toMatchObject({ status: '413', schemas: [ERROR] });
});

test('a client that sends 10 MB sees why it is refused before they are read', async () => {
  const send = async (path: string, headers: Record<string, string>) => {
    const options = { method: 'POST', headers, body: Buffer.alloc(10_000_000, 'x') };
    return (await fetch(`${origin}${client.base}${path}`, options)).status;
  };
  const authorization = `Bearer ${client.token}`;
  expect(await send('/Users', { ...SCIM_JSON, authorization: 'Bearer wrong' })).toBe(401);
  expect(await send('/Users', { 'content-type': 'text/plain', authorization })).toBe(415);
  expect(await send('/Schemas', { ...SCIM_JSON, authorization })).toBe(405);
});

test('a body of 10 MB on a group is read, judged and refused', async () => {
  const members = Array.from({ length: 120_000 }, (_, index) => `no-id-${index}-${'x'.repeat(64)}`);
  const answer = await client.put(`/Groups/${group}`, groupBody('Data Team', members));
  expect(refusal(answer)).toBe('400 invalidValue');
  expect(answer.detail.length).toBeLessThan(10_000);
});

test("keys of JavaScript's own objects are unknown attributes and nothing more", async () => {
  const payload = `{"schemas":["urn:ietf:params:scim:schemas:core:2.0:User"],"userName":"proto@acme.io","__proto__":{"active":false},"constructor":{"prototype":{"x":1}},"toString":"x"}`;
  const answer = await raw('POST', '/Users', payload);
  expect(answer.status).toBe(201);
  expect(answer.body['active']).toBe(true);
  expect((await client.delete(`/Users/${answer.id}`)).status).toBe(204);
  for (const path of ['constructor', '__proto__', 'toString.name']) {
    expect(refusal(await client.patch(`/Users/${user}`, [{ op: 'replace', path, value: 'x' }]))).toBe(
      '400 invalidPath',
    );
  }
  expect((await client.get('/Users?__proto__=x&constructor=y&toString=z')).status).toBe(200);
});

test('whatever JSON is sent, the answer is a 2xx or a 4xx', async () => {
  const other = await gateway.addAccount('fuzzed');
  const known = fc.constantFrom(
    'schemas',
    'userName',
    'emails',
    'name',
    'active',
    'members',
    'displayName',
    'Operations',
    'op',
    'path',
    'value',
    'externalId',
  );
  const body = fc.oneof(
    fc.json(),
    fc.dictionary(known, fc.jsonValue()).map((object) => JSON.stringify(object)),
  );
  await fc.assert(
    fc.asyncProperty(fc.constantFrom('/Users', '/Groups'), body, async (path, payload) => {
      const answer = await other.send({ method: 'POST', path, payload, headers: SCIM_JSON });
      expect(answer.status === 201 || (answer.status >= 400 && answer.status < 500)).toBe(true);
    }),
    { numRuns: 150, seed: 7 },
  );
});

test('whatever filter is asked for, the answer is a 200 or an invalidFilter', async () => {
  const word = fc.constantFrom(
    'userName',
    'emails',
    'meta.created',
    'active',
    'eq',
    'co',
    'pr',
    'and',
    'or',
    'not',
    '(',
    ')',
    '[',
    ']',
    '"x"',
    '"%_\\\\"',
    'true',
    '7',
    '.value',
    'urn:x:y',
  );
  const filter = fc.oneof(
    fc.string({ unit: 'grapheme' }),
    fc.array(word, { maxLength: 12 }).map((words) => words.join(' ')),
  );
  await fc.assert(
    fc.asyncProperty(filter, async (text) => {
      const answer = await client.get(`/Users?filter=${encodeURIComponent(text)}`);
      expect([200, 400]).toContain(answer.status);
    }),
    { numRuns: 200, seed: 7 },
  );
});

test('nothing of all this was written, none of it logged as an error, and the gateway still serves', async () => {
  expect(await everything()).toBe(before);
  expect(gateway.errorsLogged()).toEqual([]);
  expect((await fetch(`${origin}/readyz`)).status).toBe(200);
});

/** What a server answers to raw bytes, until it closes the connection. */
async function exchange(bytes: string): Promise<string> {
  const { hostname, port } = new URL(origin);
  const { promise, resolve, reject } = Promise.withResolvers<string>();
  const socket = connect(Number(port), hostname);
  let answer = '';
  socket.setEncoding('utf8');
  socket.on('data', (text: string) => {
    answer += text;
  });
  socket.on('close', () => resolve(answer));
  socket.on('error', (error) => (answer === '' ? reject(error) : resolve(answer)));
  socket.write(bytes);
  return promise;
}
