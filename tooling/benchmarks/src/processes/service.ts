import { spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { resolve } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { ended } from './child.ts';

const SERVICES = resolve(import.meta.dirname, '../../../../services');
const READY_WITHIN_MS = 20_000;

/** The services that are measured, each with the setting that names its port. */
const PORTS = { 'scim-gateway': 'SCIM_PORT', 'admin-api': 'ADMIN_PORT', worker: 'WORKER_PORT' } as const;

export type ServiceName = keyof typeof PORTS;

/** A part of the product, as it is started in production: one process, known over HTTP only. */
export interface Service extends AsyncDisposable {
  readonly url: string;
  /** The most memory that the process has had resident; undefined where the system does not tell. */
  peakMemory(): number | undefined;
  /** What it has resident now. */
  memory(): number | undefined;
}

export async function startService(
  name: ServiceName,
  databaseUrl: string,
  profile?: string,
): Promise<Service> {
  const port = await freePort();
  const url = `http://127.0.0.1:${port}`;
  const profiling = profile === undefined ? [] : ['--cpu-prof', `--cpu-prof-dir=${profile}`];
  const child = spawn(process.execPath, [...profiling, resolve(SERVICES, name, 'src/main.ts')], {
    env: {
      ...process.env,
      DATABASE_URL: databaseUrl,
      [PORTS[name]]: String(port),
      ROLLCALL_SECRET_KEY: randomBytes(32).toString('base64'),
      NODE_ENV: 'production',
    },
    stdio: ['ignore', 'ignore', 'inherit'],
  });
  const stop = async (): Promise<void> => {
    child.kill('SIGTERM');
    await ended(child);
  };
  // Our own death must not leave it behind; a signal to us alone is not passed on by itself.
  const onExit = (): void => void child.kill('SIGKILL');
  process.once('exit', onExit);
  try {
    await ready(name, url, () => child.exitCode !== null);
  } catch (error) {
    await stop();
    throw error;
  }
  return {
    url,
    peakMemory: () => statusOf(child.pid, 'VmHWM'),
    memory: () => statusOf(child.pid, 'VmRSS'),
    async [Symbol.asyncDispose]() {
      process.off('exit', onExit);
      await stop();
    },
  };
}

async function ready(name: ServiceName, url: string, hasEnded: () => boolean): Promise<void> {
  const deadline = performance.now() + READY_WITHIN_MS;
  while (!hasEnded() && performance.now() < deadline) {
    const answer = await fetch(`${url}/readyz`).catch(() => undefined);
    await answer?.body?.cancel();
    if (answer?.ok === true) return;
    await pause(20);
  }
  throw new Error(`The ${name} did not become ready; what it said is above.`);
}

/** Linux keeps the peak itself; elsewhere nothing does. */
function statusOf(pid: number | undefined, field: 'VmHWM' | 'VmRSS'): number | undefined {
  if (process.platform !== 'linux') return undefined;
  const status = readFileSync(`/proc/${pid}/status`, 'utf8');
  const kilobytes = new RegExp(`^${field}:\\s+(\\d+) kB$`, 'mu').exec(status)?.[1];
  return kilobytes === undefined ? undefined : Number(kilobytes) * 1024;
}

async function freePort(): Promise<number> {
  const probe = createServer().listen(0, '127.0.0.1');
  await once(probe, 'listening');
  const address = probe.address();
  probe.close();
  await once(probe, 'close');
  if (address === null || typeof address === 'string') throw new Error('There is no free port on 127.0.0.1.');
  return address.port;
}
