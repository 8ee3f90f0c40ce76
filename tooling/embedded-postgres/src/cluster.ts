import { spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import {
  chmodSync,
  chownSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  readlinkSync,
  renameSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { findBinaries, type Binaries } from './binaries.ts';
import { EmbeddedPostgresError } from './errors.ts';
import { canEnter, serverIdentity, type ServerIdentity } from './server-account.ts';

export type Cluster = {
  /** PostgreSQL's own data directory. */
  readonly directory: string;
  readonly password: string;
  readonly binaries: Binaries;
  readonly identity: ServerIdentity;
};

type Preparation = {
  readonly dataDir: string;
  readonly durable: boolean;
  readonly log: (line: string) => void;
};

/** Finds or makes the cluster of `dataDir`. A creation that was interrupted leaves nothing that a later start would take for whole. */
export async function prepareCluster({ dataDir, durable, log }: Preparation): Promise<Cluster> {
  const identity = serverIdentity();
  const home = serverHome(dataDir, identity, log);
  const binaries = findBinaries(identity, home);
  const finished = join(home, 'postgres');
  if (!existsSync(finished)) {
    log('Creating the database (once) …');
    const unfinished = join(home, 'postgres.new');
    rmSync(unfinished, { recursive: true, force: true });
    await createCluster({ home: unfinished, binaries, identity, durable });
    renameSync(unfinished, finished);
  }
  return {
    directory: join(finished, 'cluster'),
    password: readFileSync(join(finished, 'password'), 'utf8'),
    binaries,
    identity,
  };
}

/** `dataDir` itself, or a folder that it links to where the server's account may not enter it (a clone in root's own home). */
function serverHome(dataDir: string, identity: ServerIdentity, log: (line: string) => void): string {
  if (canEnter(identity, dataDir)) return dataDir;
  const link = join(dataDir, 'postgres-home');
  if (existsSync(link)) return readlinkSync(link);
  const base = ['/var/lib', '/var/tmp', tmpdir()].find(
    (folder) => existsSync(folder) && canEnter(identity, folder),
  );
  if (base === undefined) {
    throw new EmbeddedPostgresError(
      `PostgreSQL does not run as root, and the account it gets instead may not enter ${dataDir}. ` +
        'Set ROLLCALL_DATA_DIR to a folder that every account may enter, start as an ordinary user, or set DATABASE_URL.',
    );
  }
  const home = mkdtempSync(join(base, 'rollcall-'));
  chmodSync(home, 0o711);
  rmSync(link, { force: true });
  symlinkSync(home, link);
  log(`PostgreSQL does not run as root and its account may not enter ${dataDir}: its files go to ${home}.`);
  return home;
}

type Creation = {
  readonly home: string;
  readonly binaries: Binaries;
  readonly identity: ServerIdentity;
  readonly durable: boolean;
};

async function createCluster({ home, binaries, identity, durable }: Creation): Promise<void> {
  mkdirSync(home, { mode: 0o700 });
  const passwordFile = join(home, 'password');
  writeFileSync(passwordFile, randomBytes(24).toString('base64url'), { mode: 0o600 });
  if (identity !== undefined) {
    chownSync(passwordFile, identity.uid, identity.gid);
    chownSync(home, identity.uid, identity.gid);
  }
  const directory = join(home, 'cluster');
  // Builtin C.UTF-8: byte order and Unicode case folding that do not depend on the host's locales.
  const locale = ['-E', 'UTF8', '--locale-provider=builtin', '--locale=C.UTF-8'];
  const access = ['-U', 'postgres', '-A', 'scram-sha-256', `--pwfile=${passwordFile}`];
  const sync = durable ? [] : ['--no-sync'];
  await runAs(identity, home, binaries.initdb, ['-D', directory, ...locale, ...access, ...sync]);
  await runAs(
    identity,
    home,
    binaries.postgres,
    ['--single', '-D', directory, 'postgres'],
    'create database rollcall\n',
  );
}

async function runAs(
  identity: ServerIdentity,
  cwd: string,
  program: string,
  args: string[],
  input = '',
): Promise<void> {
  const child = spawn(program, args, {
    cwd,
    env: { HOME: cwd, PATH: process.env['PATH'] ?? '' },
    stdio: ['pipe', 'ignore', 'pipe'],
    ...identity,
  });
  let complaint = '';
  child.stderr.setEncoding('utf8').on('data', (text: string) => (complaint += text));
  child.stdin.on('error', () => undefined);
  child.stdin.end(input);
  const code = await new Promise<number | null>((done, fail) => {
    child.once('error', fail);
    child.once('close', (exit) => done(exit));
  });
  if (code !== 0) {
    throw new EmbeddedPostgresError(
      `The database could not be created (${program} ended with ${code}): ${complaint.trim()}. ` +
        'Check free space and rights there, or set DATABASE_URL to a PostgreSQL of your own (15 to 18).',
    );
  }
}
