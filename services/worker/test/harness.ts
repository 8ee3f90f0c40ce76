import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createAccount } from '@rollcall/domain/accounts/create-account';
import type { Actor } from '@rollcall/domain/actor';
import { inTransaction } from '@rollcall/domain/database/transaction';
import { testDatabase, type TestDatabase } from '@rollcall/domain/testing/database';
import { type IdentityProvider, identityProvider } from '@rollcall/domain/testing/provisioning';
import { createLogger } from '@rollcall/service-kit/logger';
import { expect } from 'vitest';
import { readWorkerSettings } from '../src/config.ts';
import { startWorker } from '../src/server.ts';

export const OPERATOR: Actor = { kind: 'operator', name: 'test' };
export const ADMIN_URL = 'https://rollcall.example.com';
const MAIN = join(import.meta.dirname, '../src/main.ts');

export interface TestAccount {
  accountId: string;
  idp: IdentityProvider;
}

export interface WorkerWorld extends AsyncDisposable {
  readonly database: TestDatabase;
  readonly folder: string;
  addAccount(name: string): Promise<TestAccount>;
  /** A worker in this process. */
  work(
    env?: NodeJS.ProcessEnv,
  ): Promise<AsyncDisposable & { readonly url: string; readonly logged: () => string }>;
  /** A worker in a process of its own, to be killed. */
  spawn(env?: NodeJS.ProcessEnv): Promise<WorkerProcess>;
}

export interface WorkerProcess extends AsyncDisposable {
  readonly url: string;
  kill(signal: NodeJS.Signals): Promise<void>;
  readonly output: () => string;
}

export async function workerWorld(): Promise<WorkerWorld> {
  const database = await testDatabase();
  const folder = await mkdtemp(join(tmpdir(), 'rollcall-worker-'));
  const environment = (env: NodeJS.ProcessEnv): NodeJS.ProcessEnv => ({
    DATABASE_URL: database.url,
    ROLLCALL_DATA_DIR: folder,
    PUBLIC_ADMIN_URL: ADMIN_URL,
    WORKER_PORT: '0',
    ...env,
  });
  return {
    database,
    folder,
    async addAccount(name) {
      const actor: Actor = { kind: 'operator', name: 'test' };
      const input = { slug: name.toLowerCase().replaceAll(/[^a-z]/gu, ''), name, enableScim: true };
      const { id: accountId } = await inTransaction(database.db, (trx) =>
        createAccount(trx, actor, input, new Date()),
      );
      return { accountId, idp: identityProvider(database.db, { accountId, actor }) };
    },
    async work(env = {}) {
      let lines = '';
      const logger = createLogger({ name: 'worker', destination: { write: (line) => void (lines += line) } });
      const worker = await startWorker(readWorkerSettings(environment(env)), logger);
      return {
        url: worker.url,
        logged: () => lines,
        [Symbol.asyncDispose]: () => worker[Symbol.asyncDispose](),
      };
    },
    spawn: (env = {}) => spawnWorker(environment(env)),
    async [Symbol.asyncDispose]() {
      await database[Symbol.asyncDispose]();
      await rm(folder, { recursive: true });
    },
  };
}

async function spawnWorker(env: NodeJS.ProcessEnv): Promise<WorkerProcess> {
  const child = spawn(process.execPath, [MAIN], {
    env: { PATH: process.env['PATH'], ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let output = '';
  for (const stream of [child.stdout, child.stderr])
    stream.setEncoding('utf8').on('data', (text: string) => (output += text));
  const exited = once(child, 'exit');
  const kill = async (signal: NodeJS.Signals): Promise<void> => {
    child.kill(signal);
    await exited;
  };
  await expect.poll(() => output, { timeout: 20_000 }).toMatch(/http:\/\/127\.0\.0\.1:\d+/u);
  return {
    url: /http:\/\/127\.0\.0\.1:\d+/u.exec(output)?.[0] ?? '',
    kill,
    output: () => output,
    [Symbol.asyncDispose]: () => kill('SIGKILL'),
  };
}
