import { brotliDecompressSync, gunzipSync, gzipSync } from 'node:zlib';
import { parseJsonBody } from '@rollcall/scim-protocol/json';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import {
  addGroup,
  addUser,
  type ScimClient,
  startTestGateway,
  type TestGateway,
  userBody,
} from './harness.ts';
import { loadMembers } from './load-members.ts';
import { type RawAnswer, rawConnection } from './raw-connection.ts';

const ERROR = 'urn:ietf:params:scim:api:messages:2.0:Error';

let gateway: TestGateway;
let client: ScimClient;
let origin: string;
let user: string;
let large: string;

beforeAll(async () => {
  gateway = await startTestGateway();
  client = await gateway.addAccount('details');
  origin = await gateway.app.listen({ host: '127.0.0.1', port: 0 });
  user = `/Users/${await addUser(client, 'ana@acme.io')}`;
  const group = await addGroup(client, 'Everybody');
  await loadMembers(gateway.db, client.accountId, group, 4500, 'Somebody');
  large = `/Groups/${group}`;
});

afterAll(async () => {
  await gateway[Symbol.asyncDispose]();
});

/** The head of a request, with the token. */
function head(
  method: string,
  path: string,
  headers: Readonly<Record<string, string>> = {},
  version = '1.1',
): string {
  const all = { host: 'scim.example.com', authorization: `Bearer ${client.token}`, ...headers };
  const lines = Object.entries(all).map(([name, value]) => `${name}: ${value}\r\n`);
  return `${method} ${client.base}${path} HTTP/${version}\r\n${lines.join('')}\r\n`;
}

/** The answer to one request on a connection of its own. */
async function exchange(request: string, method?: 'HEAD'): Promise<RawAnswer> {
  await using connection = await rawConnection(origin);
  connection.write(request);
  return await connection.answer(method);
}

function newUser(name: string): string {
  return JSON.stringify(userBody(`${name}@acme.io`));
}

const SCIM_JSON = { 'content-type': 'application/scim+json' };

function postWith(headers: Readonly<Record<string, string>>): string {
  return head('POST', '/Users', { ...SCIM_JSON, ...headers });
}

function sized(body: string): Record<string, string> {
  return { 'content-length': String(Buffer.byteLength(body)) };
}

/** Status and headers, without what differs from request to request. */
function lasting({ status, headers }: RawAnswer) {
  const { date: _date, 'x-request-id': _id, 'transfer-encoding': _chunked, ...rest } = headers;
  return { status, ...rest };
}

describe('9110 9.3.2 HEAD', () => {
  test('answers wherever GET does, with its headers and without a body', async () => {
    const paths = [
      '/Users',
      user,
      '/Groups',
      '/',
      '/Schemas',
      '/ServiceProviderConfig',
      '/ResourceTypes/User',
    ];
    for (const path of [...paths, '/Users/none', '/Users?filter=(']) {
      const get = await exchange(head('GET', path));
      const sent = await exchange(head('HEAD', path), 'HEAD');
      expect(lasting(sent)).toEqual(lasting(get));
    }
  });

  test('of a large group answers without its members, with no length, and the connection goes on', async () => {
    await using connection = await rawConnection(origin);
    connection.write(head('HEAD', large));
    const { status, headers } = await connection.answer('HEAD');
    expect([status, headers['etag'], headers['content-length']]).toEqual([200, 'W/"1"', undefined]);
    connection.write(head('GET', user));
    expect((await connection.answer()).status).toBe(200);
  });

  test('of a compressed answer has the headers of the compressed one', async () => {
    for (const path of ['/Schemas', '/Users?count=5', large, user]) {
      const headers = { 'accept-encoding': 'gzip' };
      const get = await exchange(head('GET', path, headers));
      const sent = await exchange(head('HEAD', path, headers), 'HEAD');
      expect(lasting(sent)).toEqual(lasting(get));
    }
  });

  test('is not possible where GET is not', async () => {
    expect((await exchange(head('HEAD', '/Users/.search'), 'HEAD')).status).toBe(405);
  });
});

describe('9110 9.3.7 OPTIONS', () => {
  test.each([
    ['/Users', 'GET, HEAD, POST, OPTIONS'],
    ['/Users/018f2d00-0000-7000-8000-0000000000ff', 'GET, HEAD, PUT, PATCH, DELETE, OPTIONS'],
    ['/Groups', 'GET, HEAD, POST, OPTIONS'],
    ['/Groups/.search', 'POST, OPTIONS'],
    ['/', 'GET, HEAD, OPTIONS'],
    ['/Schemas', 'GET, HEAD, OPTIONS'],
  ])('%s is a 204 that allows %s', async (path, allow) => {
    const { status, headers, text } = await client.send({ method: 'OPTIONS', path });
    expect([status, headers['allow'], text]).toEqual([204, allow, '']);
  });

  test('needs a token like everything else, and is a 404 where nothing is', async () => {
    expect((await client.send({ method: 'OPTIONS', path: '/Users', anonymous: true })).status).toBe(401);
    expect((await client.send({ method: 'OPTIONS', path: '/Nowhere' })).status).toBe(404);
  });
});

describe('7644 3.11 /Me', () => {
  test.each(['/Me', '/me', '/Me/', '/Me/groups', '/Me?attributes=userName'])(
    '%s is a 501 for every method that says why, and what to use',
    async (path) => {
      for (const method of ['GET', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS'] as const) {
        const answer = await client.send({ method, path, headers: SCIM_JSON, payload: '{}' });
        expect(answer.body).toMatchObject({ schemas: [ERROR], status: '501' });
        expect(answer.detail).toContain('/Users/{id}');
        expect(answer.status).toBe(501);
      }
      expect((await client.send({ method: 'HEAD', path })).status).toBe(501);
    },
  );

  test('without a token is a 401 like everything else', async () => {
    expect((await client.send({ method: 'GET', path: '/Me', anonymous: true })).status).toBe(401);
  });
});

describe('compression', () => {
  const decoders = {
    gzip: (bytes: Buffer) => gunzipSync(bytes).toString(),
    br: (bytes: Buffer) => brotliDecompressSync(bytes).toString(),
  };

  test.each(['gzip', 'br'] as const)(
    '%s of a list, a document and a streamed group is what is sent plainly',
    async (encoding) => {
      for (const path of ['/Users?count=50', '/Schemas', large]) {
        const plain = await exchange(head('GET', path));
        const compressed = await exchange(head('GET', path, { 'accept-encoding': encoding }));
        expect(compressed.headers['content-encoding']).toBe(encoding);
        expect(decoders[encoding](Buffer.from(compressed.body, 'latin1'))).toBe(
          Buffer.from(plain.body, 'latin1').toString(),
        );
        expect(compressed.body.length).toBeLessThan(plain.body.length / 3);
        expect(compressed.headers['etag']).toBe(plain.headers['etag']);
        expect(compressed.headers['content-type']).toBe('application/scim+json');
      }
    },
  );

  test.each([
    [undefined, undefined],
    ['identity', undefined],
    ['gzip;q=0', undefined],
    ['deflate', undefined],
    ['gzip,deflate', 'gzip'],
    ['gzip;q=0.5, br', 'br'],
    ['br;q=0.2, GZIP', 'gzip'],
    ['*', 'gzip'],
  ])('Accept-Encoding %s is answered in %s', async (accepted, encoding) => {
    const headers = accepted === undefined ? {} : { 'accept-encoding': accepted };
    const answer = await client.get('/Schemas', headers);
    expect([answer.status, answer.headers['content-encoding']]).toEqual([200, encoding]);
    expect(answer.headers['vary']).toBe('accept, accept-encoding');
  });

  test('a short answer is sent as it is, and says that it could have been compressed', async () => {
    const { headers } = await client.get(user, { 'accept-encoding': 'gzip' });
    expect([headers['content-encoding'], headers['vary']]).toEqual([undefined, 'accept, accept-encoding']);
    expect((await client.get('/Users/none')).headers['vary']).toBe('accept, accept-encoding');
  });

  test('a compressed request body is a 415 that names the encoding that is read', async () => {
    const answer = await client.send({
      method: 'POST',
      path: '/Users',
      payload: gzipSync(newUser('zipped')),
      headers: { ...SCIM_JSON, 'content-encoding': 'gzip' },
    });
    expect(answer.body).toMatchObject({ status: '415' });
    expect(answer.headers['accept-encoding']).toBe('identity');
    const plain = { ...SCIM_JSON, 'content-encoding': 'identity' };
    expect((await client.post('/Users', userBody('plain@acme.io'), plain)).status).toBe(201);
  });

  test('a client that leaves in the middle of a compressed group leaves nothing behind', async () => {
    const connection = await rawConnection(origin);
    connection.write(head('GET', large, { 'accept-encoding': 'gzip' }));
    await connection[Symbol.asyncDispose]();
    expect((await exchange(head('GET', user))).status).toBe(200);
    expect(gateway.errorsLogged()).toEqual([]);
  });
});

describe('9110 10.1.1 Expect: 100-continue', () => {
  const EXPECT = { expect: '100-continue' };

  test('a request that may go on is invited to send its body, and then answered', async () => {
    const body = newUser('expected');
    await using connection = await rawConnection(origin);
    connection.write(postWith({ ...EXPECT, ...sized(body) }));
    expect((await connection.answer()).status).toBe(100);
    connection.write(body);
    expect((await connection.answer()).status).toBe(201);
    connection.write(head('GET', user));
    expect((await connection.answer()).status).toBe(200);
  });

  const size = { 'content-length': '100' };
  test.each([
    [401, () => postWith({ ...EXPECT, ...size, authorization: 'Bearer wrong' })],
    [404, () => head('POST', '/Nowhere', { ...EXPECT, ...size, ...SCIM_JSON })],
    [
      404,
      () => head('POST', '/Nowhere', { ...EXPECT, ...size, ...SCIM_JSON }).replace(/\/scim\/v2\/[^/]*/, ''),
    ],
    [405, () => head('POST', '/Schemas', { ...EXPECT, ...size, ...SCIM_JSON })],
    [406, () => postWith({ ...EXPECT, ...size, accept: 'text/html' })],
    [413, () => postWith({ ...EXPECT, 'content-length': '99000000' })],
    [415, () => postWith({ ...EXPECT, ...size, 'content-type': 'text/plain' })],
    [415, () => postWith({ ...EXPECT, ...size, 'content-encoding': 'gzip' })],
    [501, () => head('POST', '/Me', { ...EXPECT, ...size, ...SCIM_JSON })],
  ] as const)(
    'one that is a %i is not invited, and the connection ends with the answer',
    async (status, request) => {
      await using connection = await rawConnection(origin);
      connection.write(request());
      const answer = await connection.answer();
      expect([answer.status, answer.headers['connection']]).toEqual([status, 'close']);
      expect(JSON.parse(answer.body)).toMatchObject({ schemas: [ERROR], status: String(status) });
      expect(await connection.closed()).toBe('');
    },
  );

  test('another expectation is a 417 with an error body', async () => {
    const body = newUser('expects-much');
    const answer = await exchange(postWith({ expect: 'a-miracle', ...sized(body) }) + body);
    expect(answer.status).toBe(417);
    expect(JSON.parse(answer.body)).toMatchObject({ schemas: [ERROR], status: '417' });
    expect((await exchange(head('GET', user, { expect: 'a-miracle' }))).status).toBe(417);
  });

  test('in an HTTP/1.0 request it is ignored', async () => {
    const body = newUser('expected-1.0');
    const request = head('POST', '/Users', { ...SCIM_JSON, ...EXPECT, ...sized(body) }, '1.0');
    expect((await exchange(request + body)).status).toBe(201);
  });
});

describe('9112 connections and messages', () => {
  test('a connection serves one request after the other, also after refusals', async () => {
    await using connection = await rawConnection(origin);
    const refused = newUser('refused').replace('userName', 'noName');
    for (const [request, status] of [
      [head('GET', user), 200],
      [head('GET', '/Users/none'), 404],
      [postWith(sized(refused)) + refused, 400],
      [head('DELETE', '/Schemas'), 405],
      [head('GET', '/Users', { accept: 'text/html' }), 406],
      [head('GET', user), 200],
    ] as const) {
      connection.write(request);
      expect((await connection.answer()).status).toBe(status);
    }
  });

  test('requests that come at once are answered in their order', async () => {
    await using connection = await rawConnection(origin);
    const body = newUser('pipelined');
    connection.write(
      head('GET', large) +
        head('GET', user) +
        postWith(sized(body)) +
        body +
        head('GET', '/Nowhere') +
        head('GET', user),
    );
    const statuses = [];
    for (let answers = 0; answers < 5; answers += 1) statuses.push((await connection.answer()).status);
    expect(statuses).toEqual([200, 200, 201, 404, 200]);
  });

  test('a body in chunks is read like one with a length', async () => {
    const body = newUser('chunked');
    const chunks = [body.slice(0, 10), body.slice(10)].map(
      (chunk) => `${Buffer.byteLength(chunk).toString(16)};note=x\r\n${chunk}\r\n`,
    );
    const request = postWith({ 'transfer-encoding': 'chunked' });
    expect((await exchange(`${request}${chunks.join('')}0\r\nx-trailer: y\r\n\r\n`)).status).toBe(201);
  });

  test('a body in chunks that is too large is a 413', async () => {
    const chunk = 'x'.repeat(0x10000);
    const body = `10000\r\n${chunk}\r\n`.repeat(20);
    const answer = await exchange(`${postWith({ 'transfer-encoding': 'chunked' })}${body}0\r\n\r\n`);
    expect(answer.status).toBe(413);
  });

  test.each(['a user', 'a streamed group'])(
    'an HTTP/1.0 client gets %s whole, not in chunks, and the end of the connection',
    async (what) => {
      const path = what === 'a user' ? user : large;
      await using connection = await rawConnection(origin);
      connection.write(head('GET', path, {}, '1.0'));
      const [top = '', body = ''] = (await connection.closed()).split(/\r\n\r\n(.*)/s);
      expect(top).toMatch(/^HTTP\/1\.1 200 /);
      expect(top).not.toContain('chunked');
      const { body: expected } = await client.get(path);
      expect(parseJsonBody(Buffer.from(body, 'latin1').toString())).toEqual(expected);
    },
  );

  test('a request target in absolute form is the path in it', async () => {
    const request = head('GET', user).replace('GET /', 'GET http://proxied.example.com/');
    expect((await exchange(request)).status).toBe(200);
    const query = head('GET', '/Users?count=1').replace('GET /', 'GET HTTPS://proxied.example.com:8443/');
    expect((await exchange(query)).status).toBe(200);
    expect(
      (await exchange(head('GET', '').replace(/GET \S+/, 'GET http://proxied.example.com'))).status,
    ).toBe(404);
  });

  test.each([
    ['OPTIONS *', (text: string) => text.replace(/GET \S+/, 'OPTIONS *'), 404],
    ['TRACE', (text: string) => text.replace('GET', 'TRACE'), 405],
    ['no Host', (text: string) => text.replace(/host: \S+\r\n/, ''), 400],
    ['an unknown method', (text: string) => text.replace('GET', 'BREW'), 400],
    ['an unknown version', (text: string) => text.replace('HTTP/1.1', 'HTTP/3.0'), 400],
  ] as const)('%s is answered, and nothing breaks', async (_name, change, status) => {
    const answer = await exchange(change(head('GET', user)));
    expect([answer.status, answer.status === 400 || answer.body.includes(ERROR)]).toEqual([status, true]);
  });
});

describe('9112 6.3 and 11.2 a message whose length could be read in two ways', () => {
  const smuggled = 'DELETE /scim/v2/x/Users/y HTTP/1.1\r\nhost: x\r\n\r\n';
  test.each([
    ['Content-Length and Transfer-Encoding', { 'content-length': '5', 'transfer-encoding': 'chunked' }],
    ['two lengths', { 'content-length': '5', 'Content-Length': '6' }],
    ['two lengths in one', { 'content-length': '5, 6' }],
    ['a length with a sign', { 'content-length': '+5' }],
    ['a length in hexadecimal', { 'content-length': '0x5' }],
    ['chunked not last', { 'transfer-encoding': 'chunked, identity' }],
    ['chunked twice', { 'transfer-encoding': 'chunked, chunked' }],
    ['an unknown coding', { 'transfer-encoding': 'xchunked' }],
    ['a blank before the colon', { 'transfer-encoding ': 'chunked' }],
    ['a tab in the coding', { 'transfer-encoding': '\vchunked' }],
    ['a folded header', { 'transfer-encoding': '\r\n chunked' }],
  ])(
    '%s is refused, and the connection ends: nothing behind it is taken for a request',
    async (_name, headers) => {
      await using connection = await rawConnection(origin);
      connection.write(`${postWith(headers)}0\r\n\r\n${smuggled}`);
      const answer = await connection.answer();
      expect(answer.status).toBe(400);
      expect(JSON.parse(answer.body)).toMatchObject({ schemas: [ERROR], status: '400' });
      expect(await connection.closed()).toBe('');
    },
  );
});

test('none of this is an error of the gateway', () => {
  expect(gateway.errorsLogged()).toEqual([]);
});
