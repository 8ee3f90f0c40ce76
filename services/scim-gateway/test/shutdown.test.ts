import { once } from 'node:events';
import { Agent, type IncomingMessage, request as httpRequest } from 'node:http';
import { text } from 'node:stream/consumers';
import { listProvisioningEvents } from '@rollcall/domain/provisioning-log/list-provisioning-events';
import { inTransaction } from '@rollcall/domain/database/transaction';
import { createAccount } from '@rollcall/domain/accounts/create-account';
import { createScimToken } from '@rollcall/domain/scim-access/scim-tokens';
import { testDatabase } from '@rollcall/domain/testing/database';
import { createLogger } from '@rollcall/service-kit/logger';
import { expect, test } from 'vitest';
import { type RunningGateway, startGateway } from '../src/server.ts';
import { groupBody, OPERATOR, userBody } from './harness.ts';
import { loadMembers } from './load-members.ts';

interface Stand extends AsyncDisposable {
  running: RunningGateway;
  accountId: string;
  base: string;
  headers: Record<string, string>;
  database: Awaited<ReturnType<typeof testDatabase>>;
}

async function startStand(): Promise<Stand> {
  const database = await testDatabase();
  const { accountId, token } = await inTransaction(database.db, async (trx) => {
    const input = {
      slug: 'acme',
      ssoProviderKind: 'okta',
      verifiedDomains: ['acme.io'],
      enableScim: true,
    } as const;
    const account = await createAccount(trx, OPERATOR, input, new Date());
    const { value } = await createScimToken(trx, OPERATOR, account.id, { name: 'test' }, new Date());
    return { accountId: account.id, token: value };
  });
  const logger = createLogger({ name: 'scim-gateway', level: 'silent' });
  const settings = {
    host: '127.0.0.1',
    port: 0,
    publicScimUrl: 'https://scim.example.com',
    databaseUrl: database.url,
    trustedProxies: [],
    internal: undefined,
  };
  const running = await startGateway(settings, logger);
  return {
    running,
    accountId,
    base: `${running.url}/scim/v2/${accountId}`,
    headers: { authorization: `Bearer ${token}`, 'content-type': 'application/scim+json' },
    database,
    [Symbol.asyncDispose]: () => database[Symbol.asyncDispose](),
  };
}

/** A POST whose head the server has seen, and whose body waits. */
async function beginCreation(url: string, headers: Record<string, string>) {
  const agent = new Agent({ keepAlive: true });
  const request = httpRequest(url, {
    method: 'POST',
    agent,
    headers: { ...headers, expect: '100-continue' },
  });
  const { promise: begun, resolve: begin } = Promise.withResolvers<void>();
  const {
    promise: answer,
    resolve,
    reject,
  } = Promise.withResolvers<{ status: number | undefined; connection: string | undefined }>();
  request.once('continue', () => begin());
  request.once('error', reject);
  request.once('response', (response) => {
    const { statusCode: status, headers } = response.resume();
    resolve({ status, connection: headers.connection });
  });
  request.flushHeaders();
  await begun;
  return (body: string) => {
    request.end(body);
    return answer;
  };
}

test('a stop finishes the requests that had begun, records them, ends their connections and accepts no more', async () => {
  await using stand = await startStand();
  const { running, accountId, base, headers, database } = stand;
  const begun = await Promise.all(Array.from({ length: 20 }, () => beginCreation(`${base}/Users`, headers)));
  const stopped = running[Symbol.asyncDispose]();
  const answers = await Promise.all(
    begun.map((finish, index) => finish(JSON.stringify(userBody(`ana${index}@acme.io`)))),
  );
  expect(answers).toEqual(Array.from({ length: 20 }, () => ({ status: 201, connection: 'close' })));
  await stopped;
  await expect(fetch(`${base}/Users`, { headers })).rejects.toThrow('fetch failed');
  const events = await listProvisioningEvents(database.db, accountId, {}, { newestFirst: false, limit: 100 });
  expect(events.map(({ status }) => status)).toEqual(Array.from({ length: 20 }, () => 201));
});

test('a stop does not wait for clients that keep an idle connection open', async () => {
  await using stand = await startStand();
  const { running, base, headers } = stand;
  const agent = new Agent({ keepAlive: true });
  const { promise: closed, resolve } = Promise.withResolvers<void>();
  const { promise: status, resolve: answered } = Promise.withResolvers<number | undefined>();
  httpRequest(`${base}/Users`, { agent, headers }, (response) => {
    response.socket.once('close', () => resolve());
    response.resume().on('end', () => answered(response.statusCode));
  }).end();
  expect(await status).toBe(200);
  await Promise.all([running[Symbol.asyncDispose](), closed]);
  agent.destroy();
});

test('a stop while a long answer is read sends it whole, and then ends its connection', async () => {
  await using stand = await startStand();
  const { running, accountId, base, headers, database } = stand;
  const group = await fetch(`${base}/Groups`, {
    method: 'POST',
    headers,
    body: JSON.stringify(groupBody('All')),
  });
  const location = group.headers.get('location') ?? '';
  const id = location.slice(location.lastIndexOf('/') + 1);
  // More than the buffers of a connection hold, so that the answer cannot end before somebody reads it.
  const members = await loadMembers(database.db, accountId, id, 3000, 'x'.repeat(4000));
  const agent = new Agent({ keepAlive: true });
  const { promise: begun, resolve: begin } = Promise.withResolvers<IncomingMessage>();
  httpRequest(`${base}/Groups/${id}`, { agent, headers }, begin).end();
  const response = await begun;
  const closed = once(response.socket, 'close');
  const stopped = running[Symbol.asyncDispose]();
  const answer = await text(response);
  expect([...answer.matchAll(/"value":"([^"]+)"/g)].map(([, value]) => value)).toEqual(members);
  expect(answer.endsWith(']}')).toBe(true);
  await Promise.all([stopped, closed]);
  agent.destroy();
});
