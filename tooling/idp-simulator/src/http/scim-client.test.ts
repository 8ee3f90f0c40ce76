import { type IncomingMessage, type ServerResponse, createServer } from 'node:http';
import { afterEach, describe, expect, it } from 'vitest';
import { type Journal, startJournal } from './journal.ts';
import { type ScimClient, type ScimClientSettings, createScimClient } from './scim-client.ts';
import { entraThrottling, oktaThrottling, pauseAfter429 } from './throttling.ts';

const closing: (() => void)[] = [];

afterEach(() => {
  for (const close of closing.splice(0)) close();
});

const lookup = { kind: 'look up user', method: 'GET', path: '/Users?x=1', expect: [200] } as const;

describe('Retry-After', () => {
  it('whole seconds are waited, doubled on each further 429, and then the answer counts', async () => {
    const pauses: number[] = [];
    let asked = 0;
    const { client, journal } = await clientOf(
      (_, response) => {
        asked += 1;
        if (asked < 4) return refuse(response, 429, { 'retry-after': '2' });
        return reply(response, 200, { ok: true });
      },
      { pause: noting(pauses) },
    );
    await expect(client.send(lookup)).resolves.toEqual({ status: 200, body: { ok: true } });
    expect(pauses).toEqual([2000, 4000, 8000]);
    expect(journal.exchanges.map((exchange) => exchange.status)).toEqual([429, 429, 429, 200]);
    expect(journal.surprises).toEqual([]);
  });

  it('a client that is throttled for ever gives up after ten attempts and says so', async () => {
    const pauses: number[] = [];
    const { client, journal } = await clientOf(
      (_, response) => refuse(response, 429, { 'retry-after': '1' }),
      { pause: noting(pauses) },
    );
    await expect(client.send(lookup)).rejects.toThrow('answered 429');
    expect(pauses).toHaveLength(9);
    expect(journal.surprises).toHaveLength(1);
  });

  it.each([
    ['1', 1, 1000, 1000],
    ['30', 3, 120_000, 120_000],
    [null, 1, 300_000, undefined],
    ['1.5', 1, 300_000, undefined],
    ['Wed, 21 Oct 2026 07:28:00 GMT', 1, 300_000, undefined],
    ['-1', 1, 300_000, undefined],
    ['1', 10, undefined, undefined],
  ])('%s at attempt %i: Okta waits %s ms, Entra %s ms', (header, attempt, okta, entra) => {
    expect(pauseAfter429(header, attempt, oktaThrottling)).toBe(okta);
    expect(pauseAfter429(header, attempt, entraThrottling)).toBe(entra);
  });
});

describe('requests', () => {
  it('carry the bearer token, the headers of the provider and the query of the tenant URL', async () => {
    const seen: IncomingMessage[] = [];
    const { client } = await clientOf(
      (request, response) => {
        seen.push(request);
        reply(response, 200, {});
      },
      { headers: { 'User-Agent': 'Okta SCIM Client 1.0.0', 'Accept-Charset': 'utf-8' } },
      '?aadOptscim062020',
    );
    await client.send(lookup);
    expect(seen[0]?.url).toBe('/scim/Users?aadOptscim062020&x=1');
    expect(seen[0]?.headers).toMatchObject({
      authorization: 'Bearer the-token',
      'user-agent': 'Okta SCIM Client 1.0.0',
      'accept-charset': 'utf-8',
    });
  });

  it('no token and no password reach the journal', async () => {
    const { client, journal } = await clientOf((_, response) => refuse(response, 500));
    const body = { password: 'placeholder' };
    await expect(client.send({ ...lookup, method: 'POST', body })).rejects.toThrow('answered 500');
    expect(journal.surprises).toMatchObject([{ request: 'POST /Users?x=1 {"password":"(hidden)"}' }]);
    expect(JSON.stringify(journal)).not.toContain('the-token');
  });

  it('an answer that never comes is given up after the time-out', async () => {
    const { client, journal } = await clientOf(() => undefined, { timeoutMs: 50 });
    await expect(client.send(lookup)).rejects.toThrow('no answer within 50 ms');
    expect(journal.exchanges).toMatchObject([{ status: 'none' }]);
  });

  it('a server that does not listen ends the run at once', async () => {
    const { client } = await clientOf(() => undefined);
    for (const close of closing.splice(0)) close();
    await expect(client.send(lookup)).rejects.toThrow('no SCIM server answers at http://127.0.0.1:');
  });

  it('an interruption ends the wait for an answer with its reason', async () => {
    const interruption = new AbortController();
    const { client, journal } = await clientOf(() => interruption.abort(new Error('interrupted')), {
      signal: interruption.signal,
    });
    await expect(client.send(lookup)).rejects.toThrow('interrupted');
    expect(journal.surprises).toEqual([]);
  });
});

const error = { schemas: ['urn:ietf:params:scim:api:messages:2.0:Error'], status: '404', detail: 'gone' };
const created = { id: '7', meta: { location: 'http://x/Users/7' } };

it.each<readonly [string, number, object | string, Record<string, string>, string | undefined]>([
  ['an Error body', 404, error, {}, undefined],
  ['a numeric status', 404, { ...error, status: 404 }, {}, "the error body's status is not the string"],
  ['an error without detail', 404, { ...error, detail: '' }, {}, 'no detail'],
  ['an error without the schema', 404, { ...error, schemas: [] }, {}, 'lacks the Error schema'],
  ['a web page', 200, '<html>', {}, 'without a JSON object'],
  ['a foreign media type', 200, {}, { 'content-type': 'text/html' }, 'content type text/html'],
  ['a creation', 201, created, { location: 'http://x/Users/7' }, undefined],
  ['a creation without Location', 201, created, {}, 'without a Location'],
  ['a creation elsewhere', 201, created, { location: 'http://y' }, 'differs from meta.location'],
  ['a creation without id', 201, {}, { location: 'http://x/Users/7' }, 'without an id'],
  ['an unexpected status', 302, {}, {}, 'answered 302 where 200 or 201 or 404 was expected'],
])('%s is judged', async (_, status, body, headers, fault) => {
  const { client } = await clientOf((_request, response) => reply(response, status, body, headers));
  const sent = client.send({ ...lookup, method: 'POST', expect: [200, 201, 404] });
  const outcome = await sent.then(
    ({ status: answered }) => `answered ${answered}`,
    (failure: unknown) => String(failure),
  );
  expect(outcome).toContain(fault ?? `answered ${status}`);
});

async function clientOf(
  answer: (request: IncomingMessage, response: ServerResponse) => void,
  settings: Partial<ScimClientSettings> = {},
  query = '',
): Promise<{ client: ScimClient; journal: Journal }> {
  const server = createServer(answer);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  closing.push(() => {
    server.closeAllConnections();
    server.close();
  });
  const address = server.address();
  const port = typeof address === 'object' ? address?.port : undefined;
  const journal = startJournal();
  const client = createScimClient({
    baseUrl: new URL(`http://127.0.0.1:${port}/scim/${query}`),
    token: 'the-token',
    headers: {},
    throttling: oktaThrottling,
    timeoutMs: 10_000,
    journal,
    signal: new AbortController().signal,
    ...settings,
  });
  return { client, journal };
}

function reply(
  response: ServerResponse,
  status: number,
  body: object | string,
  headers: Record<string, string> = {},
): void {
  response.writeHead(status, { 'content-type': 'application/scim+json', ...headers });
  response.end(typeof body === 'string' ? body : JSON.stringify(body));
}

function refuse(response: ServerResponse, status: number, headers: Record<string, string> = {}): void {
  reply(response, status, { ...error, status: String(status) }, headers);
}

function noting(pauses: number[]): (ms: number) => Promise<void> {
  return async (ms) => {
    pauses.push(ms);
  };
}
