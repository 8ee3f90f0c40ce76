import { spawn, spawnSync, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import {
  chmodSync,
  chownSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { Client } from 'pg';
import { afterAll, afterEach, beforeAll, expect, onTestFinished, test, vi } from 'vitest';
import { runningServerUrl } from './connection-file.ts';
import { EmbeddedPostgresError } from './errors.ts';
import { isAlive } from './process-identity.ts';
import { startPostgres } from './start-server.ts';
import { startThrowawayPostgres, throwawayRoot } from './throwaway.ts';

// Making a cluster is most of what a first start takes; tests of what comes later start from a copy.
const prepared = newFolder();
beforeAll(async () => (await startPostgres({ dataDir: prepared })).stop());
afterAll(() => rmSync(prepared, { recursive: true, force: true }));

const starters: ChildProcess[] = [];

afterEach(async () => {
  for (const starter of starters.splice(0)) {
    if (starter.exitCode !== null || starter.signalCode !== null) continue;
    const exited = once(starter, 'exit');
    starter.stdin?.end();
    await exited;
  }
});

test('data written before a stop is there after the next start', async () => {
  const dataDir = temporaryFolder();
  const first = await startPostgres({ dataDir });
  await query(first.url, `create table people (name text); insert into people values ('Zoë')`);
  await first.stop();

  await using second = await startPostgres({ dataDir });
  expect(await query(second.url, 'select name from people')).toEqual([{ name: 'Zoë' }]);
});

test('the database folds case and sorts by bytes, whatever the locale of the machine', async () => {
  await using server = await startThrowawayPostgres();
  expect(
    await query(
      server.url,
      `select lower('ÄÖ') as folded, current_database() as database,
              (select string_agg(x, '' order by x) from (values ('b'), ('A'), ('a'), ('B')) as t(x)) as sorted`,
    ),
  ).toEqual([{ folded: 'äö', database: 'rollcall', sorted: 'ABab' }]);
});

test('a stop leaves no process, no connection and, of a throwaway server, no file', async () => {
  const server = await startThrowawayPostgres();
  expect(runningServerUrl(server.dataDir)).toBe(server.url);
  await server.stop();
  expect(isAlive(server.pid)).toBe(false);
  expect(guardians(server.pid)).toEqual([]);
  expect(existsSync(server.dataDir)).toBe(false);
});

test('the password is needed, and only the owner can read it', async () => {
  await using server = await startThrowawayPostgres();
  const guess = new URL(server.url);
  guess.password = 'guess';
  await expect(query(guess.href, 'select 1')).rejects.toThrow('password authentication failed');
  const secrets = spawnSync('find', [server.dataDir, '-name', 'connection.json', '-o', '-name', 'password'], {
    encoding: 'utf8',
  });
  const files = secrets.stdout.trim().split('\n');
  expect(files).toHaveLength(2);
  for (const file of files)
    expect(spawnSync('find', [file, '-perm', '600'], { encoding: 'utf8' }).stdout.trim()).toBe(file);
});

test('a second start on the same folder is refused and says who runs there', async () => {
  await using server = await startThrowawayPostgres();
  await expect(startPostgres({ dataDir: server.dataDir })).rejects.toThrow(
    `Rollcall's database is already running at 127.0.0.1:${server.port}: process ${process.pid} owns ${server.dataDir}.`,
  );
});

test('of two starts at once one wins and the other is told so', async () => {
  const dataDir = temporaryFolder();
  const results = await Promise.allSettled([1, 2].map(() => starter(dataDir)));
  expect(results.map((result) => result.status).toSorted()).toEqual(['fulfilled', 'rejected']);
});

test('a starter that is killed takes its server with it, and the next start has all committed data', async () => {
  const dataDir = folderWithCluster();
  const { process: parent, url, pid } = await starter(dataDir);
  await query(url, `create table people (name text); insert into people values ('Åsa')`);
  parent.kill('SIGKILL');
  await vi.waitFor(() => expect(isAlive(pid)).toBe(false), 5_000);

  await using next = await startPostgres({ dataDir });
  expect(await query(next.url, 'select name from people')).toEqual([{ name: 'Åsa' }]);
});

test('a start right after the kill of the last starter waits for its server to end', async () => {
  const dataDir = folderWithCluster();
  const { process: parent, url } = await starter(dataDir);
  await query(url, 'create table people ()');
  parent.kill('SIGKILL');
  await once(parent, 'exit');

  await using next = await startPostgres({ dataDir });
  expect(await query(next.url, 'select * from people')).toEqual([]);
});

test('a server whose starter and guardian were both killed is stopped by the next start', async () => {
  const dataDir = folderWithCluster();
  const { process: parent, pid } = await starter(dataDir);
  for (const guardian of guardians(pid)) process.kill(guardian, 'SIGKILL');
  parent.kill('SIGKILL');
  await once(parent, 'exit');
  expect(isAlive(pid)).toBe(true);

  await using next = await startPostgres({ dataDir });
  expect(next.pid).not.toBe(pid);
  expect(isAlive(pid)).toBe(false);
});

test('a killed server is noticed, and a new start recovers', async () => {
  const dataDir = folderWithCluster();
  const server = await startPostgres({ dataDir });
  await query(server.url, 'create table people ()');
  process.kill(server.pid, 'SIGKILL');
  await server.exited;
  await server.stop();

  await using next = await startPostgres({ dataDir });
  expect(await query(next.url, 'select * from people')).toEqual([]);
});

test('a lock file that names a process of somebody else does not stand in the way', async () => {
  const dataDir = folderWithCluster();
  const lines = [process.pid, join(dataDir, 'postgres/cluster'), 1, 5432, '', '127.0.0.1', '', 'ready'];
  writeFileSync(join(dataDir, 'postgres/cluster/postmaster.pid'), `${lines.join('\n')}\n`);
  mkdirSync(join(dataDir, 'owner.lock'));
  writeFileSync(join(dataDir, 'owner.lock/owner'), `${process.pid} another-start`);

  await using server = await startPostgres({ dataDir });
  expect(await query(server.url, 'select 1 as one')).toEqual([{ one: 1 }]);
});

test('a creation that was interrupted is begun anew', async () => {
  const dataDir = temporaryFolder();
  mkdirSync(join(dataDir, 'postgres.new/cluster'), { recursive: true });
  writeFileSync(join(dataDir, 'postgres.new/cluster/PG_VERSION'), '18');

  await using server = await startPostgres({ dataDir, settings: 'throwaway' });
  expect(await query(server.url, 'select 1 as one')).toEqual([{ one: 1 }]);
});

test('a taken port is named in the refusal', async () => {
  const dataDir = folderWithCluster();
  const occupant = createServer();
  await new Promise<void>((done) => occupant.listen(0, '127.0.0.1', done));
  onTestFinished(() => void occupant.close());
  const address = occupant.address();
  if (address === null || typeof address === 'string') throw new Error('no port');

  await expect(startPostgres({ dataDir, port: address.port })).rejects.toThrow(
    new EmbeddedPostgresError(
      `The embedded PostgreSQL cannot listen on 127.0.0.1:${address.port}: the port is taken. Free it or choose another one.`,
    ),
  );
});

test('a folder inside a home that only its owner may enter serves as well', async () => {
  const home = temporaryFolder();
  chmodSync(home, 0o700);
  const dataDir = join(home, 'data');
  const lines: string[] = [];
  const first = await startPostgres({ dataDir, log: (line) => lines.push(line) });
  await query(first.url, 'create table people ()');
  await first.stop();
  await using second = await startPostgres({ dataDir });
  expect(await query(second.url, 'select * from people')).toEqual([]);

  const elsewhere = /its files go to (\S+)\./.exec(lines.join('\n'))?.[1];
  onTestFinished(() => {
    if (elsewhere !== undefined) rmSync(elsewhere, { recursive: true, force: true });
  });
  expect(elsewhere === undefined).toBe(process.getuid?.() !== 0);
});

test('an ordinary user runs the server as himself', async () => {
  const identity = process.getuid?.() === 0 ? { uid: 65_534, gid: 65_534 } : undefined;
  const dataDir = temporaryFolder();
  if (identity !== undefined) chownSync(dataDir, identity.uid, identity.gid);
  const { process: parent, url, pid } = await starter(dataDir, 'durable', identity);
  expect(await query(url, 'select 1 as one')).toEqual([{ one: 1 }]);
  parent.stdin?.end();
  await once(parent, 'exit');
  expect(isAlive(pid)).toBe(false);
  expect(readdirSync(dataDir).toSorted()).toEqual(['postgres', 'postgres.log']);
});

test('nothing of a throwaway server outlives the kill of its starter', async () => {
  const dataDir = temporaryFolder();
  const { process: parent, pid } = await starter(dataDir, 'throwaway');
  parent.kill('SIGKILL');
  await vi.waitFor(() => expect([isAlive(pid), existsSync(dataDir)]).toEqual([false, false]), 5_000);
});

type Starter = { readonly process: ChildProcess; readonly url: string; readonly pid: number };

async function starter(
  dataDir: string,
  settings = 'durable',
  identity?: { uid: number; gid: number },
): Promise<Starter> {
  const script = join(import.meta.dirname, '../test/starter.ts');
  const child = spawn(process.execPath, [script, dataDir, settings], {
    stdio: ['pipe', 'pipe', 'pipe'],
    cwd: '/',
    ...identity,
  });
  starters.push(child);
  let complaint = '';
  child.stderr.setEncoding('utf8').on('data', (text: string) => (complaint += text));
  const line = await Promise.race([
    once(createInterface(child.stdout), 'line'),
    once(child, 'exit').then(() => Promise.reject(new Error(complaint))),
  ]);
  const answer: unknown = JSON.parse(String(line[0]));
  if (typeof answer !== 'object' || answer === null || !('url' in answer) || !('pid' in answer))
    throw new Error(complaint);
  return { process: child, url: String(answer.url), pid: Number(answer.pid) };
}

function newFolder(): string {
  const folder = mkdtempSync(join(throwawayRoot(), 'rollcall-embedded-'));
  chmodSync(folder, 0o755);
  return folder;
}

function folderWithCluster(): string {
  const folder = temporaryFolder();
  // With owners and modes, which PostgreSQL looks at.
  spawnSync('cp', ['-a', `${prepared}/.`, folder]);
  return folder;
}

function temporaryFolder(): string {
  const folder = newFolder();
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

function guardians(pid: number): number[] {
  const { stdout } = spawnSync('ps', ['-eo', 'pid=,args='], { encoding: 'utf8' });
  return stdout
    .split('\n')
    .filter((line) => line.includes(`rollcall-guardian ${pid} `))
    .map((line) => Number.parseInt(line, 10));
}

async function query(url: string, text: string): Promise<unknown[]> {
  const client = new Client(url);
  // The tests end servers under open connections.
  client.on('error', () => undefined);
  await client.connect();
  try {
    return (await client.query<Record<string, unknown>>(text)).rows;
  } finally {
    await client.end();
  }
}
