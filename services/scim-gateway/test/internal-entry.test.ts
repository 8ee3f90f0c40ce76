import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { request } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createAccount } from '@rollcall/domain/accounts/create-account';
import { inTransaction } from '@rollcall/domain/database/transaction';
import { newId } from '@rollcall/domain/ids';
import { createScimToken } from '@rollcall/domain/scim-access/scim-tokens';
import { testDatabase } from '@rollcall/domain/testing/database';
import { createLogger } from '@rollcall/service-kit/logger';
import { afterAll, expect, test } from 'vitest';
import { type RunningGateway, startGateway } from '../src/server.ts';
import { OPERATOR } from './harness.ts';

const SECRET = 'a secret that both services know of';

const database = await testDatabase();
afterAll(() => database[Symbol.asyncDispose]());

async function start(internal: Parameters<typeof startGateway>[0]['internal']): Promise<RunningGateway> {
  const settings = {
    host: '127.0.0.1',
    port: 0,
    publicScimUrl: 'https://scim.example.com',
    databaseUrl: database.url,
    trustedProxies: [],
    internal,
  };
  return startGateway(settings, createLogger({ name: 'scim-gateway', level: 'silent' }));
}

interface Asked {
  status: number;
  body: unknown;
}

function ask(
  where: { socketPath: string } | { url: string },
  body: unknown,
  headers: Readonly<Record<string, string>> = {},
): Promise<Asked> {
  return new Promise((resolve, reject) => {
    const options = {
      method: 'POST',
      path: '/replays',
      headers: { 'content-type': 'application/json', ...headers },
      ...('socketPath' in where ? where : { host: '127.0.0.1', port: new URL(where.url).port }),
    };
    const sent = request(options, (answer) => {
      const pieces: Buffer[] = [];
      answer.on('data', (piece: Buffer) => pieces.push(piece));
      answer.on('end', () => {
        const text = Buffer.concat(pieces).toString();
        resolve({ status: answer.statusCode ?? 0, body: text === '' ? undefined : JSON.parse(text) });
      });
    });
    sent.on('error', reject);
    sent.end(JSON.stringify(body));
  });
}

test('replays are asked for at a Unix socket, and a gateway that was killed leaves none in the way', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'rollcall-'));
  const socketPath = join(folder, 'scim.sock');
  const { accountId, token } = await inTransaction(database.db, async (trx) => {
    const input = { slug: 'internal', ssoProviderKind: 'okta', enableScim: true } as const;
    const account = await createAccount(trx, OPERATOR, input, new Date());
    const { value } = await createScimToken(trx, OPERATOR, account.id, { name: 'test' }, new Date());
    return { accountId: account.id, token: value };
  });
  const first = await start({ address: { socketPath }, secret: undefined });
  const sent = await fetch(`${first.url}/scim/v2/${accountId}/Groups?count=0`, {
    headers: { authorization: `Bearer ${token}` },
  });
  const eventId = sent.headers.get('x-request-id') ?? '';
  await first[Symbol.asyncDispose]();
  await writeFile(socketPath, '');
  const second = await start({ address: { socketPath }, secret: undefined });
  expect(await ask({ socketPath }, { accountId, eventId })).toMatchObject({
    status: 200,
    body: { status: 200, body: { totalResults: 0 }, changes: [], isTokenInForce: true },
  });
  const unknown = newId();
  expect(await ask({ socketPath }, { accountId, eventId: unknown })).toEqual({
    status: 404,
    body: { code: 'not_found', message: `There is no provisioning event with the id "${unknown}".` },
  });
  await second[Symbol.asyncDispose]();
  await rm(folder, { recursive: true });
});

test('an entry with a secret answers nobody without it, and tells nothing', async () => {
  const gateway = await start({ address: { host: '127.0.0.1', port: 0 }, secret: SECRET });
  const url = gateway.internalUrl ?? '';
  const question = { accountId: newId(), eventId: newId() };
  for (const authorization of ['', 'Bearer wrong', SECRET]) {
    expect((await ask({ url }, question, { authorization })).status).toBe(401);
  }
  const authorization = `Bearer ${SECRET}`;
  expect((await ask({ url }, question, { authorization })).status).toBe(404);
  for (const wrong of [null, [], {}, { accountId: 1, eventId: 2 }, 'x'.repeat(5_000)]) {
    const { status } = await ask({ url }, wrong, { authorization });
    expect(status).toBeGreaterThanOrEqual(400);
    expect(status).toBeLessThan(500);
  }
  await gateway[Symbol.asyncDispose]();
});

test('the port of identity providers has no such entry', async () => {
  const gateway = await start({ address: { host: '127.0.0.1', port: 0 }, secret: undefined });
  expect((await ask({ url: gateway.url }, { accountId: newId(), eventId: newId() })).status).toBe(404);
  expect(gateway.internalUrl).not.toBe(gateway.url);
  await gateway[Symbol.asyncDispose]();
});
