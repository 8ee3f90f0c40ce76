import { spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { join } from 'node:path';
import { newTokenValue } from '@rollcall/domain/scim-access/token-value';
import { testDatabase } from '@rollcall/domain/testing/database';
import { expect, test } from 'vitest';

const MAIN = join(import.meta.dirname, '../src/main.ts');

function startProcess(env: NodeJS.ProcessEnv) {
  const child = spawn(process.execPath, [MAIN], {
    env: { PATH: process.env['PATH'], ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let output = '';
  for (const stream of [child.stdout, child.stderr])
    stream.setEncoding('utf8').on('data', (text: string) => (output += text));
  const exited = once(child, 'exit');
  return {
    child,
    output: () => output,
    /** The address that the process says it listens on. */
    async listening(): Promise<string> {
      await expect.poll(() => addressIn(output), { timeout: 20_000 }).not.toBe('');
      return addressIn(output);
    },
    exitCode: async (): Promise<unknown> => (await exited)[0],
    async [Symbol.asyncDispose]() {
      child.kill('SIGKILL');
      await exited;
    },
  };
}

test('the process serves until SIGTERM, and then ends with exit code 0', async () => {
  await using database = await testDatabase();
  await using running = startProcess({ DATABASE_URL: database.url, SCIM_PORT: '0' });
  const url = await running.listening();
  const ready = await fetch(`${url}/readyz`);
  expect([ready.status, await ready.json()]).toEqual([200, { status: 'ready' }]);
  running.child.kill('SIGTERM');
  expect(await running.exitCode()).toBe(0);
  await expect(fetch(`${url}/healthz`)).rejects.toThrow('fetch failed');
});

test('a wrong setting ends the process with exit code 1 and a line that names it', async () => {
  await using running = startProcess({ DATABASE_URL: 'postgres://127.0.0.1/none', SCIM_PORT: 'many' });
  expect(await running.exitCode()).toBe(1);
  expect(running.output()).toMatch(/SCIM_PORT.*is \\"many\\".*must be a port/);
});

test('while the database is away the process lives, is not ready, and tells clients when to come back', async () => {
  await using running = startProcess({ DATABASE_URL: 'postgres://127.0.0.1:1/none', SCIM_PORT: '0' });
  const url = await running.listening();
  expect((await fetch(`${url}/healthz`)).status).toBe(200);
  expect((await fetch(`${url}/readyz`)).status).toBe(503);
  const answer = await fetch(`${url}/scim/v2/${randomUUID()}/Users`, {
    headers: { authorization: `Bearer ${newTokenValue('scim')}` },
  });
  expect([answer.status, answer.headers.get('retry-after')]).toEqual([503, '5']);
  expect(await answer.json()).toMatchObject({
    schemas: ['urn:ietf:params:scim:api:messages:2.0:Error'],
    status: '503',
  });
  running.child.kill('SIGTERM');
  expect(await running.exitCode()).toBe(0);
});

function addressIn(output: string): string {
  return /http:\/\/127\.0\.0\.1:\d+/.exec(output)?.[0] ?? '';
}
