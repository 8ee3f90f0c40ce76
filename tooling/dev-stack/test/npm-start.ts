import { spawn, spawnSync, type ChildProcess } from 'node:child_process';
import { chmodSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:net';
import { join, resolve } from 'node:path';
import { throwawayRoot } from '@rollcall/embedded-postgres/throwaway';
import { expect, onTestFinished, vi } from 'vitest';

export type StartingStack = {
  readonly npm: ChildProcess;
  readonly screen: () => string;
  /** Resolves once the screen shows `text`; rejects when npm ends before that. */
  readonly shows: (text: string) => Promise<void>;
};

export type RunningStack = StartingStack & {
  /** The process that npm has started and that owns the rest. */
  readonly stack: number;
  readonly postgres: number;
  /** Everything that runs for this stack: npm, stack, PostgreSQL and its guardian. */
  readonly processes: readonly number[];
};

const repository = resolve(import.meta.dirname, '../../..');

/** Takes what is to be done once the stack may go; by default, after the test. */
export type Afterwards = (work: () => void | Promise<void>) => void;

/** Runs the repository's own `start` script under npm until it is ready. */
export async function npmStart(
  dataDir: string,
  afterwards: Afterwards = onTestFinished,
  env: Readonly<Record<string, string>> = {},
): Promise<RunningStack> {
  const starting = await beginNpmStart(dataDir, afterwards, env);
  await starting.shows('Rollcall is ready');
  const stack = Number.parseInt(readFileSync(join(dataDir, 'owner.lock/owner'), 'utf8'), 10);
  const postgres = pidIn(readFileSync(join(dataDir, 'connection.json'), 'utf8'));
  const processes = processesOf(starting.npm.pid, postgres);
  // Before the data goes: a server that lives on beside its removed files is found by nobody.
  afterwards(async () => {
    endGroup(starting.npm.pid);
    await vi.waitFor(() => expect(stillRunning(processes)).toEqual([]), { timeout: 10_000, interval: 50 });
  });
  return { ...starting, stack, postgres, processes };
}

/** In a process group of its own, as a terminal starts it. */
export async function beginNpmStart(
  dataDir: string,
  afterwards: Afterwards = onTestFinished,
  env: Readonly<Record<string, string>> = {},
): Promise<StartingStack> {
  const npm = spawn('npm', ['start', '--silent', '--prefix', packageWithStartScript(afterwards)], {
    cwd: repository,
    detached: true,
    env: {
      ...process.env,
      DATABASE_URL: '',
      ROLLCALL_DATA_DIR: dataDir,
      ...(await freePorts()),
      ...env,
    },
  });
  let screen = '';
  npm.stdout.setEncoding('utf8').on('data', (text: string) => (screen += text));
  npm.stderr.setEncoding('utf8').on('data', (text: string) => (screen += text));
  afterwards(() => endGroup(npm.pid));
  const shows = (text: string): Promise<void> =>
    new Promise((done, fail) => {
      const look = (): void => {
        if (screen.includes(text)) done();
      };
      look();
      npm.stdout.on('data', look);
      npm.once('exit', (code) => fail(new Error(`npm start ended with ${code}: ${screen}`)));
    });
  return { npm, screen: () => screen, shows };
}

/** The address beside a name on the screen. */
export function addressOn(screen: string, name: string): string {
  return new RegExp(`^ +${name} +(http\\S+)`, 'mu').exec(screen)?.[1] ?? '';
}

/** One that every account may enter, as PostgreSQL's must. */
export function newFolder(): string {
  const folder = mkdtempSync(join(throwawayRoot(), 'rollcall-stack-'));
  chmodSync(folder, 0o755);
  return folder;
}

export function temporaryFolder(afterwards: Afterwards = onTestFinished): string {
  const folder = newFolder();
  afterwards(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

export function stillRunning(pids: readonly number[]): string[] {
  return processTable()
    .filter(({ pid, state }) => pids.includes(pid) && !state.startsWith('Z'))
    .map(({ pid, command }) => `${pid} ${command}`);
}

/** The script as it is, without the installation: that would replace the packages under the running tests. */
function packageWithStartScript(afterwards: Afterwards): string {
  const manifest: unknown = JSON.parse(readFileSync(join(repository, 'package.json'), 'utf8'));
  const start = /"start":"([^"]+)"/.exec(JSON.stringify(manifest))?.[1] ?? '';
  const folder = temporaryFolder(afterwards);
  const script = start
    .replace('node scripts/ensure-installed.mjs', 'node --version >&2')
    .replace('tooling/', `${repository}/tooling/`);
  writeFileSync(
    join(folder, 'package.json'),
    JSON.stringify({ name: 'start', private: true, scripts: { start: script } }),
  );
  return folder;
}

function pidIn(connection: string): number {
  const content: unknown = JSON.parse(connection);
  if (typeof content !== 'object' || content === null || !('pid' in content))
    throw new Error(`no pid in ${connection}`);
  return Number(content.pid);
}

export function groupOf(npm: ChildProcess): number[] {
  return processTable()
    .filter(({ group }) => group === npm.pid)
    .map(({ pid }) => pid);
}

function processesOf(npm: number | undefined, postgres: number): number[] {
  return processTable()
    .filter(
      ({ pid, group, session, command }) =>
        group === npm ||
        pid === postgres ||
        session === postgres ||
        command.includes(`rollcall-guardian ${postgres} `),
    )
    .map(({ pid }) => pid);
}

type Process = { pid: number; group: number; session: number; state: string; command: string };

function processTable(): Process[] {
  const { stdout } = spawnSync('ps', ['-eo', 'pid=,pgid=,sid=,stat=,args='], { encoding: 'utf8' });
  return stdout.split('\n').flatMap((line) => {
    const [pid, group, session, state = '', ...command] = line.trim().split(/\s+/);
    if (pid === undefined || pid === '') return [];
    return [
      { pid: Number(pid), group: Number(group), session: Number(session), state, command: command.join(' ') },
    ];
  });
}

function endGroup(group: number | undefined): void {
  if (group !== undefined && processTable().some((process) => process.group === group))
    process.kill(-group, 'SIGKILL');
}

async function freePorts(): Promise<Record<string, string>> {
  const names = ['ADMIN_PORT', 'SCIM_PORT', 'IDP_PORT', 'WORKER_PORT'];
  const probes = await Promise.all(names.map(listenSomewhere));
  const ports = probes.map(portOf);
  await Promise.all(probes.map((probe) => new Promise((done) => probe.close(done))));
  return Object.fromEntries(names.map((name, index) => [name, String(ports[index])]));
}

async function listenSomewhere(): Promise<Server> {
  const probe = createServer();
  await new Promise<void>((done) => probe.listen(0, '127.0.0.1', done));
  return probe;
}

function portOf(probe: Server): number {
  const address = probe.address();
  return typeof address === 'object' && address !== null ? address.port : 0;
}
