import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { type ReferenceServer, startReferenceServer } from './reference-server.ts';

let directory: string;
let server: ReferenceServer | undefined;

beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'rollcall-simulate-'));
});

afterEach(async () => {
  await server?.close();
  server = undefined;
  await rm(directory, { recursive: true });
});

it('a run without a difference exits 0 and writes its report', async () => {
  server = await startReferenceServer();
  const file = join(directory, 'report.json');
  const { code, out } = await simulate(...against(server), '--report', file);
  expect(out).toContain('PASSED: ');
  expect(code).toBe(0);
  const report = await readFile(file, 'utf8');
  expect(JSON.parse(report)).toMatchObject({ provider: 'Entra ID', differences: [], passed: true });
  expect(report).not.toContain(server.token);
});

it('a run with a difference exits 1 and prints it', async () => {
  server = await startReferenceServer('reads "False" as true');
  const { code, out } = await simulate(...against(server));
  expect(code).toBe(1);
  expect(out).toMatch(/person \S+: active is true, expected false/);
});

it('a bad option exits 2', async () => {
  expect(await simulate('okta', '--people', 'many')).toMatchObject({ code: 2 });
});

it('without a server the message says what to do', async () => {
  const { code, err } = await simulate('okta');
  expect(err).toContain('npm start');
  expect(code).toBe(1);
});

it('a server that is not there is named', async () => {
  server = await startReferenceServer();
  await server.close();
  const { code, err } = await simulate(...against(server));
  expect(err).toContain(`no SCIM server answers at ${server.baseUrl.origin}`);
  expect(code).toBe(1);
});

it('Ctrl-C ends a run with 130', async () => {
  server = await startReferenceServer();
  const begun = start(...against(server), '--people', '3000');
  begun.child.stdout?.once('data', () => {
    begun.child.kill('SIGINT');
  });
  const { code, err } = await begun.ended;
  expect(err).toContain('Interrupted');
  expect(code).toBe(130);
});

function against({ baseUrl, token }: ReferenceServer): string[] {
  return ['entra', '--base', baseUrl.href, '--token', token, '--people', '30', '--groups', '4'];
}

interface Ended {
  readonly code: number | null;
  readonly out: string;
  readonly err: string;
}

function simulate(...argv: string[]): Promise<Ended> {
  return start(...argv).ended;
}

function start(...argv: string[]): { child: ChildProcess; ended: Promise<Ended> } {
  const child = spawn(process.execPath, [resolve(import.meta.dirname, '../src/main.ts'), ...argv], {
    env: { ...process.env, ROLLCALL_DATA_DIR: directory },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let [out, err] = ['', ''];
  child.stdout?.on('data', (chunk) => (out += String(chunk)));
  child.stderr?.on('data', (chunk) => (err += String(chunk)));
  return { child, ended: new Promise((end) => child.once('close', (code) => end({ code, out, err }))) };
}
