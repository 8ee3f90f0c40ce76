import { mkdirSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { resolve } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { prepareCluster, type Cluster } from './cluster.ts';
import { forgetConnection, recordConnection } from './connection-file.ts';
import { EmbeddedPostgresError } from './errors.ts';
import { startGuardian } from './guardian.ts';
import { claimDataDir, type DataDirClaim } from './owner-lock.ts';
import { clearStalePostmaster } from './postmaster.ts';
import { spawnServer } from './server-process.ts';

export type PostgresOptions = {
  /** The folder that holds everything of this server; made when missing, kept between runs. */
  readonly dataDir: string;
  /** A free port is taken when none is given. */
  readonly port?: number;
  /** `throwaway` trades durability for speed and removes `dataDir` when the server stops. */
  readonly settings?: 'durable' | 'throwaway';
  readonly log?: (line: string) => void;
};

export type PostgresServer = {
  /** Superuser connection to the database `rollcall`; holds the password, so never log it. */
  readonly url: string;
  readonly port: number;
  readonly dataDir: string;
  readonly pid: number;
  /** Resolves when the server process has ended, wanted or not. */
  readonly exited: Promise<void>;
  readonly stop: () => Promise<void>;
  readonly [Symbol.asyncDispose]: () => Promise<void>;
};

const DURABLE = ['max_connections=200'];
const THROWAWAY = [...DURABLE, 'fsync=off', 'synchronous_commit=off', 'full_page_writes=off'];
const LOCK_PATIENCE_MS = 5_000;

/**
 * Starts PostgreSQL from the npm platform package on 127.0.0.1 and resolves when it accepts connections. However this process
 * ends, the server ends with it. Throws `EmbeddedPostgresError` with what to do when it cannot start or already runs.
 */
export async function startPostgres(options: PostgresOptions): Promise<PostgresServer> {
  const dataDir = resolve(options.dataDir);
  const throwaway = options.settings === 'throwaway';
  mkdirSync(dataDir, { recursive: true });
  const claim = claimDataDir(dataDir);
  try {
    const cluster = await prepareCluster({
      dataDir,
      durable: !throwaway,
      log: options.log ?? (() => undefined),
    });
    await clearStalePostmaster(cluster.directory, LOCK_PATIENCE_MS);
    return await startWithPatience({ cluster, claim, dataDir, throwaway, port: options.port });
  } catch (error) {
    claim.release();
    throw error;
  }
}

type Start = {
  readonly cluster: Cluster;
  readonly claim: DataDirClaim;
  readonly dataDir: string;
  readonly throwaway: boolean;
  readonly port: number | undefined;
};

async function startWithPatience(start: Start): Promise<PostgresServer> {
  const deadline = Date.now() + LOCK_PATIENCE_MS;
  for (;;) {
    const attempt = await startOnce(start);
    if (attempt.kind === 'ready') return attempt.server;
    // A predecessor that was just killed may hold its lock or memory a moment longer; a free port may be taken meanwhile.
    const passing =
      /lock file|shared memory block/.test(attempt.reason) ||
      (start.port === undefined && /Address already in use/i.test(attempt.reason));
    if (!passing || Date.now() > deadline) throw startFailure(attempt.reason, attempt.logFile, start.port);
    await pause(100);
  }
}

type Attempt =
  | { readonly kind: 'ready'; readonly server: PostgresServer }
  | { readonly kind: 'failed'; readonly reason: string; readonly logFile: string };

async function startOnce({ cluster, claim, dataDir, throwaway, port: wantedPort }: Start): Promise<Attempt> {
  const port = wantedPort ?? (await freePort());
  const server = await spawnServer({ cluster, dataDir, port, parameters: throwaway ? THROWAWAY : DURABLE });
  const guardian = startGuardian({
    pid: server.pid,
    clusterDirectory: cluster.directory,
    ...(throwaway && { removeAfterwards: dataDir }),
  });
  const failure = await server.readyOrFailed;
  if (failure !== undefined) {
    await server.stop();
    await guardian.dismiss();
    return { kind: 'failed', reason: failure, logFile: server.logFile };
  }
  const url = `postgres://postgres:${cluster.password}@127.0.0.1:${port}/rollcall`;
  recordConnection(dataDir, { url, pid: server.pid });
  let stopping: Promise<void> | undefined;
  const stop = (): Promise<void> =>
    (stopping ??= (async () => {
      await server.stop();
      await guardian.dismiss();
      forgetConnection(dataDir);
      claim.release();
      if (throwaway) rmSync(dataDir, { recursive: true, force: true });
    })());
  return {
    kind: 'ready',
    server: { url, port, dataDir, pid: server.pid, exited: server.exited, stop, [Symbol.asyncDispose]: stop },
  };
}

function startFailure(reason: string, logFile: string, port: number | undefined): EmbeddedPostgresError {
  if (port !== undefined && /Address already in use/i.test(reason)) {
    return new EmbeddedPostgresError(
      `The embedded PostgreSQL cannot listen on 127.0.0.1:${port}: the port is taken. Free it or choose another one.`,
    );
  }
  return new EmbeddedPostgresError(
    `The embedded PostgreSQL did not start: ${reason || 'it ended without a message'}. Its log is ${logFile}. ` +
      'Set DATABASE_URL to use a PostgreSQL of your own (15 to 18) instead.',
  );
}

async function freePort(): Promise<number> {
  return new Promise((done, fail) => {
    const probe = createServer();
    probe.once('error', fail);
    probe.listen(0, '127.0.0.1', () => {
      const address = probe.address();
      probe.close(() => {
        if (address === null || typeof address === 'string')
          fail(new EmbeddedPostgresError('No free port on 127.0.0.1.'));
        else done(address.port);
      });
    });
  });
}
