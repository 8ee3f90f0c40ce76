import { spawn, type ChildProcess } from 'node:child_process';
import { closeSync, openSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import type { Cluster } from './cluster.ts';
import { EmbeddedPostgresError } from './errors.ts';
import { isReady } from './postmaster.ts';

export type ServerProcess = {
  readonly pid: number;
  readonly logFile: string;
  readonly exited: Promise<void>;
  /** Resolves to undefined once connections are accepted, else to the server's own reason for not starting. */
  readonly readyOrFailed: Promise<string | undefined>;
  readonly stop: () => Promise<void>;
};

type Spawn = {
  readonly cluster: Cluster;
  readonly dataDir: string;
  readonly port: number;
  readonly parameters: readonly string[];
};

const START_PATIENCE_MS = 60_000;
const FAST_STOP_PATIENCE_MS = 4_000;

/** Spawns the server in a session of its own, so that Ctrl-C in the terminal reaches the services first and the database last. */
export async function spawnServer({ cluster, dataDir, port, parameters }: Spawn): Promise<ServerProcess> {
  const logFile = join(dataDir, 'postgres.log');
  const log = openSync(logFile, 'w', 0o600);
  const child = spawn(cluster.binaries.postgres, serverArguments(cluster, port, parameters), {
    cwd: cluster.directory,
    env: { HOME: cluster.directory, PATH: process.env['PATH'] ?? '' },
    stdio: ['ignore', log, log],
    detached: true,
    ...cluster.identity,
  });
  closeSync(log);
  const pid = await spawned(child);
  child.unref();
  const exited = new Promise<void>((done) => child.once('exit', () => done()));
  return {
    pid,
    logFile,
    exited,
    readyOrFailed: readyOrFailed(child, cluster.directory, logFile),
    stop: () => stopServer(child, exited),
  };
}

function serverArguments(cluster: Cluster, port: number, parameters: readonly string[]): string[] {
  const settings = [
    'listen_addresses=127.0.0.1',
    'unix_socket_directories=',
    'cluster_name=rollcall',
    'timezone=UTC',
    // Failed statements belong to the service that sent them; their text and values may name people.
    'log_min_messages=log',
    'log_checkpoints=off',
    ...parameters,
  ];
  return ['-D', cluster.directory, '-p', String(port), ...settings.flatMap((setting) => ['-c', setting])];
}

async function spawned(child: ChildProcess): Promise<number> {
  return new Promise((done, fail) => {
    child.once('error', (cause) =>
      fail(new EmbeddedPostgresError(`The embedded PostgreSQL cannot be run: ${cause.message}`, { cause })),
    );
    child.once('spawn', () => {
      if (child.pid !== undefined) done(child.pid);
    });
  });
}

async function readyOrFailed(
  child: ChildProcess,
  clusterDirectory: string,
  logFile: string,
): Promise<string | undefined> {
  const deadline = Date.now() + START_PATIENCE_MS;
  while (child.exitCode === null && child.signalCode === null) {
    if (isReady(clusterDirectory, child.pid)) return undefined;
    if (Date.now() > deadline) return `it was not ready within ${START_PATIENCE_MS / 1000} s`;
    await pause(10);
  }
  return fatalLines(logFile);
}

function fatalLines(logFile: string): string {
  return readFileSync(logFile, 'utf8')
    .split('\n')
    .filter((line) => /FATAL|PANIC|could not|error while loading/.test(line))
    .map((line) => line.replace(/^.*?(FATAL|PANIC|LOG|WARNING):\s*/, ''))
    .join('; ');
}

async function stopServer(child: ChildProcess, exited: Promise<void>): Promise<void> {
  // SIGINT is PostgreSQL's fast shutdown, SIGQUIT its immediate one (recovered from the log at the next start).
  for (const signal of ['SIGINT', 'SIGQUIT', 'SIGKILL'] as const) {
    if (child.exitCode !== null || child.signalCode !== null) return;
    child.kill(signal);
    const patience = new AbortController();
    await Promise.race([
      exited,
      pause(FAST_STOP_PATIENCE_MS, undefined, { signal: patience.signal }).catch(() => undefined),
    ]);
    patience.abort();
  }
  await exited;
}
