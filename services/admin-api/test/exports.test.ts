import { once } from 'node:events';
import { get, type IncomingMessage, type Server } from 'node:http';
import { setTimeout as delay } from 'node:timers/promises';
import { createSignInLink } from '@rollcall/domain/sso/create-sign-in-link';
import { inTransaction } from '@rollcall/domain/database/transaction';
import { loadEvents } from '@rollcall/domain/provisioning-log/provisioning-log-testing';
import { isJsonArray, type JsonValue, toJson } from '@rollcall/domain/json';
import { PERMISSION_SETS } from '@rollcall/domain/admins/permission-sets';
import { rightsOf } from '@rollcall/domain/admins/rights';
import type { LightMyRequestResponse } from 'fastify';
import fc from 'fast-check';
import { afterAll, describe, expect, test, vi } from 'vitest';
import { BATCH } from '../src/exports/walk-log.ts';
import { at, OPERATOR, startTestAdminApi, type TestAccount, textAt } from './harness.ts';
import { recordingProvider } from './logs-testing.ts';
import { openBrowser } from './sign-in-harness.ts';

const api = await startTestAdminApi();
afterAll(() => api[Symbol.asyncDispose]());

const acme = await api.addAccount('acme');
const beta = await api.addAccount('beta');
const okta = recordingProvider(api, acme);
const FORMULAS = ['=HYPERLINK("http://evil.example")', '+1', '-1', '@SUM(A1)', '\t=1', '\r=1'];
const created = await okta.send(async (idp) => ({
  resourceId: (await idp.post({ userName: 'zoë@acme.io' })).id,
  requestBody: { userName: 'zoë@acme.io', password: 'hunter2' },
}));
for (const userAgent of FORMULAS)
  await okta.send(async () => ({ userAgent, status: 409, scimType: 'uniqueness' }));
await recordingProvider(api, beta).send(async (idp) => ({
  resourceId: (await idp.post({ userName: 'secret-of-beta@acme.io' })).id,
  requestBody: { userName: 'secret-of-beta@acme.io' },
}));

function download(path: string, token = acme.admin.token): Promise<LightMyRequestResponse> {
  return api.app.inject({ url: `/exports/${path}`, headers: { authorization: `Bearer ${token}` } });
}

function linesOf({ body }: LightMyRequestResponse): readonly JsonValue[] {
  return body
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => toJson(JSON.parse(line)));
}

async function auditKinds({ admin }: TestAccount, kind: string): Promise<readonly JsonValue[]> {
  const { data } = await admin.query(
    'query ($kinds: [String!]) { account { auditEvents(filter: { kinds: $kinds }) { edges { node { detail actor { name } request { path } } } } } }',
    { kinds: [kind] },
  );
  const edges = at(data, 'account.auditEvents.edges') ?? null;
  return isJsonArray(edges) ? edges : [];
}

describe('an export of the provisioning log', () => {
  test('is a file of lines of JSON, of one account, without secrets', async () => {
    const response = await download('provisioning-events.jsonl');
    expect(response.statusCode).toBe(200);
    expect(response.headers).toMatchObject({
      'content-type': 'application/jsonl; charset=utf-8',
      'cache-control': 'no-store',
    });
    expect(response.headers['content-disposition']).toMatch(
      /^attachment; filename="rollcall-acme-provisioning-events-\d{4}-\d\d-\d\d\.jsonl"$/u,
    );
    const lines = linesOf(response);
    expect(lines).toHaveLength(7);
    expect(lines[0]).toMatchObject({
      requestId: created,
      status: 201,
      requestBody: { userName: 'zoë@acme.io', password: '[redacted]' },
    });
    expect(response.body).not.toContain('hunter2');
    expect(response.body).not.toContain('beta');
  });

  test('is a CSV file in which no cell is a formula', async () => {
    const response = await download('provisioning-events.csv');
    expect(response.headers['content-type']).toBe('text/csv; charset=utf-8; header=present');
    const [head, first] = response.body.split('\r\n');
    expect(head).toMatch(/^id,requestId,at,method,path,status,/u);
    expect(first).toContain(`,${created},`);
    expect(first).toContain('"{""password"":""[redacted]"",""userName"":""zoë@acme.io""}"');
    for (const formula of FORMULAS) {
      expect(hasCell(response.body, `'${formula}`)).toBe(true);
      expect(hasCell(response.body, formula)).toBe(false);
    }
  });

  test.each<[string, number]>([
    ['failedOnly=true', 6],
    ['status=201', 1],
    ['statusClass=CLIENT_ERROR&scimType=uniqueness', 6],
    ['methods=GET&methods=PUT', 0],
    [`resourceType=User&token=${tokenOf(okta.tokenId)}`, 7],
    ['text=hyperlink', 1],
    ['since=2026-01-01T00:00:00Z&until=2026-01-02T00:00:00%2B01:00', 0],
    ['order=NEWEST_FIRST', 7],
    ['resourceType=%00&scimType=%ff', 0],
    ['since=0000-01-01T00:00:00Z', 7],
  ])('is narrowed by %s', async (query, amount) => {
    const response = await download(`provisioning-events.jsonl?${query}`);
    expect([response.statusCode, linesOf(response)]).toEqual([
      200,
      expect.objectContaining({ length: amount }),
    ]);
    const csv = await download(`provisioning-events.csv?${query}`);
    expect(
      csv.body.split('\r\n').filter((line) => line !== '' && !line.startsWith('=1')).length,
    ).toBeGreaterThan(0);
  });

  test.each<[string, string]>([
    ['provisioning-events.csv?statusClass=OFTEN', 'statusClass'],
    ['provisioning-events.csv?status=many', 'status'],
    ['provisioning-events.csv?failedOnly=maybe', 'failedOnly'],
    ['provisioning-events.csv?since=yesterday', 'RFC 3339'],
    ['provisioning-events.csv?status=200&status=201', 'Give status once'],
    [
      'provisioning-events.csv?sinse=2026-01-01T00:00:00Z',
      'There is no parameter "sinse". There are: failedOnly, group, ',
    ],
    ['provisioning-events.csv?order=upwards', 'OLDEST_FIRST or NEWEST_FIRST'],
    ['provisioning-events.csv?text=', '1 to 200 characters'],
    ['provisioning-events.csv?text=%00', 'NUL'],
    ['provisioning-events.jsonl?user=x&group=y', 'one of user, group and resourceId'],
    ['audit-events.csv?kinds=user.eaten', 'user.eaten'],
    ['provisioning-events.csv?status=4294967296', 'status'],
    ['provisioning-events.csv?since=', 'RFC 3339'],
    ['audit-events.csv?__proto__=x', 'There is no parameter'],
  ])('is refused in words: %s', async (path, words) => {
    const before = (await auditKinds(acme, 'log.exported')).length;
    const response = await download(path);
    expect([response.statusCode, response.body]).toEqual([400, expect.any(String)]);
    expect(at(toJson(JSON.parse(response.body)), 'errors.0.message')).toContain(words);
    expect(await auditKinds(acme, 'log.exported')).toHaveLength(before);
  });
});

test('whatever a query says, an export is a file or a refusal in words', async () => {
  const name = fc.oneof(
    fc.constantFrom(
      'since',
      'until',
      'status',
      'statusClass',
      'failedOnly',
      'methods',
      'user',
      'text',
      'order',
    ),
    fc.constantFrom('kinds', 'actor', 'actorKinds', 'target', 'targetKind', 'requestId', 'resourceType'),
    fc.string({ unit: 'binary' }),
  );
  const value = fc.oneof(
    fc.constantFrom('true', '409', 'CLIENT_ERROR', 'PATCH', 'USER', '2026-01-01T00:00:00Z', 'OLDEST_FIRST'),
    fc.string({ unit: 'binary' }),
  );
  await fc.assert(
    fc.asyncProperty(
      fc.constantFrom('provisioning-events.jsonl', 'audit-events.csv'),
      fc.array(fc.tuple(name, value), { maxLength: 3 }),
      async (file, parameters) => {
        const query = parameters.map((pair) => pair.map(encoded).join('=')).join('&');
        const { statusCode, body } = await download(`${file}?${query}`);
        expect([200, 400]).toContain(statusCode);
        if (statusCode === 400) JSON.parse(body);
      },
    ),
    { numRuns: 50, seed: 25 },
  );
});

test('an export of the audit log tells who did what, and is itself in it', async () => {
  const csv = await download('audit-events.csv?kinds=user.created&actorKinds=SCIM_TOKEN');
  expect(csv.body.split('\r\n')).toHaveLength(3);
  expect(csv.body).toContain(`,${created},POST,`);
  const lines = linesOf(await download('audit-events.jsonl?kinds=user.created&actorKinds=SCIM_TOKEN'));
  expect(lines).toMatchObject([
    { kind: 'user.created', actorKind: 'scim_token', actor: tokenOf(okta.tokenId), detail: { changes: {} } },
  ]);
  expect((await auditKinds(acme, 'log.exported'))[0]).toEqual({
    node: {
      detail: { log: 'audit_events', format: 'jsonl', filteredBy: ['actorKinds', 'kinds'] },
      actor: { name: 'account_admin' },
      request: { path: '/exports/audit-events.jsonl?kinds=user.created&actorKinds=SCIM_TOKEN' },
    },
  });
});

describe('who may export', () => {
  test.each(PERMISSION_SETS)('%s', async (set) => {
    const { token } = await acme.as(set);
    const may = rightsOf([set]).has('logs:export');
    for (const file of ['provisioning-events.csv', 'audit-events.jsonl']) {
      const response = await download(file, token);
      expect(response.statusCode).toBe(may ? 200 : 403);
      expect(at(may ? null : toJson(JSON.parse(response.body)), 'errors.0.extensions.code')).toBe(
        may ? undefined : 'FORBIDDEN',
      );
    }
  });

  test('nobody without a valid token; and what was refused is in the audit log', async () => {
    expect((await download('audit-events.csv', 'rct_nothing')).statusCode).toBe(401);
    expect((await api.app.inject({ url: '/exports/audit-events.csv' })).statusCode).toBe(401);
    expect((await api.app.inject({ url: '/exports/users.csv' })).statusCode).toBe(404);
    expect((await auditKinds(acme, 'attempt.refused')).map((edge) => at(edge, 'node.detail'))).toContainEqual(
      {
        field: 'exports',
        code: 'FORBIDDEN',
        right: 'logs:export',
      },
    );
  });

  test('a signed-in person by a link on a page of this site, and on no other', async () => {
    const { data } = await acme.admin.query('{ account { user(userName: "olga@acme.io") { id } } }');
    const userId = Buffer.from(textAt(data, 'account.user.id'), 'base64url').toString().split(':')[1] ?? '';
    const { value } = await inTransaction(api.db, (trx) =>
      createSignInLink(trx, OPERATOR, acme.accountId, { userId }, new Date()),
    );
    const browser = openBrowser(api.app);
    await browser.post(`/sign-in/link/${value}`);
    const from = async (site?: string) => {
      const headers = site === undefined ? {} : { 'sec-fetch-site': site };
      return (await browser.get('/exports/audit-events.csv', headers)).statusCode;
    };
    expect(await from('same-origin')).toBe(200);
    for (const site of ['cross-site', 'same-site', 'none', undefined]) expect(await from(site)).toBe(403);
    expect((await browser.get('/exports/audit-events.csv', { 'x-rollcall-csrf': '1' })).statusCode).toBe(200);
  });
});

describe('a long log', async () => {
  const url = await api.app.listen({ host: '127.0.0.1', port: 0 });

  async function givenLog(slug: string, amount: number, bodyLength: number): Promise<TestAccount> {
    const account = await api.addAccount(slug);
    await loadEvents(api.db, account.accountId, { amount, bodyLength });
    return account;
  }

  function open({ admin }: TestAccount, path: string): Promise<IncomingMessage> {
    return new Promise((resolve, reject) => {
      const headers = { authorization: `Bearer ${admin.token}` };
      get(`${url}/exports/${path}`, { headers, agent: false }, resolve).on('error', reject);
    });
  }

  test('of 100,000 requests comes whole, in batches', async () => {
    const long = await givenLog('long', 100_000, 1);
    const asked = vi.spyOn(api.db.queries.getExecutor(), 'executeQuery');
    const answer = await open(long, 'provisioning-events.csv');
    answer.setEncoding('utf8');
    let lines = 0;
    for await (const piece of answer) lines += String(piece).split('\n').length - 1;
    expect(lines).toBe(100_001);
    expect(asked).toHaveBeenCalledTimes(100_000 / BATCH + 1);
    asked.mockRestore();
  });

  test('is read no further than the client reads, and no more once the client is gone', async () => {
    const large = await givenLog('large', 5_000, 60_000);
    const asked = vi.spyOn(api.db.queries.getExecutor(), 'executeQuery');
    const untilQuiet = async () => {
      for (let before = -1; before !== asked.mock.calls.length; await delay(200)) {
        before = asked.mock.calls.length;
      }
      return asked.mock.calls.length;
    };
    const answer = await open(large, 'provisioning-events.jsonl');
    answer.pause();
    const unread = await untilQuiet();
    expect(unread).toBeLessThanOrEqual(5);
    answer.destroy();
    await once(answer, 'close');
    expect(await untilQuiet()).toBeLessThanOrEqual(unread + 1);
    asked.mockRestore();
    const client = await api.db.borrowClient();
    const { rows } = await client.query(
      "select count(*)::int as busy from pg_stat_activity where datname = current_database() and state <> 'idle' and pid <> pg_backend_pid()",
    );
    client.release();
    expect(rows).toEqual([{ busy: 0 }]);
    await vi.waitFor(async () => expect(await connectionsOf(api.app.server)).toBe(0));
  });
});

function connectionsOf(server: Server): Promise<number> {
  return new Promise((resolve, reject) =>
    server.getConnections((error, amount) => (error === null ? resolve(amount) : reject(error))),
  );
}

function encoded(text: string): string {
  return encodeURIComponent(text.toWellFormed());
}

function tokenOf(id: string): string {
  return Buffer.from(`ScimToken:${id}`).toString('base64url');
}

/** Whether a cell of the file holds exactly that text, quoted or not. */
function hasCell(csv: string, text: string): boolean {
  return csv.includes(`,${text},`) || csv.includes(`,"${text.replaceAll('"', '""')}",`);
}
