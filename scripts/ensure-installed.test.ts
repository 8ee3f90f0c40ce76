import { spawn } from 'node:child_process';
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  realpathSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';

test('an installation is made once, and again only when the lockfile changes', async () => {
  const clone = freshClone();
  await ensureInstalled(clone);
  await ensureInstalled(clone);
  expect(installations(clone)).toHaveLength(1);

  writeFileSync(join(clone, 'package-lock.json'), '{"changed":true}');
  await ensureInstalled(clone);
  expect(installations(clone)).toHaveLength(2);
});

test('it installs the development tools and the optional platform packages, whatever the environment says', async () => {
  const clone = freshClone();
  await ensureInstalled(clone, { NODE_ENV: 'production' });
  expect(installations(clone)).toEqual([
    'ci --include=dev --include=optional --strict-allow-scripts --no-audit --no-fund --loglevel=error',
  ]);
});

test('stdout stays clean for the script that follows', async () => {
  const { stdout, stderr } = await ensureInstalled(freshClone());
  expect(stdout).toBe('');
  expect(stderr).toContain('Installing what package-lock.json names');
  expect(stderr).toContain('a word from npm');
});

test('of two scripts at once on a fresh clone one installs and the other waits for it', async () => {
  const clone = freshClone();
  const [first, second] = await Promise.all([ensureInstalled(clone), ensureInstalled(clone)]);
  expect([first.code, second.code]).toEqual([0, 0]);
  expect(installations(clone)).toHaveLength(1);
  expect(existsSync(join(clone, '.rollcall-install.lock'))).toBe(false);
});

test('the lock of an installation that was killed is taken over', async () => {
  const clone = freshClone();
  const dead = await ended();
  mkdirSync(join(clone, '.rollcall-install.lock'));
  writeFileSync(join(clone, '.rollcall-install.lock/pid'), String(dead));
  expect((await ensureInstalled(clone)).code).toBe(0);
  expect(installations(clone)).toHaveLength(1);
});

test('a failed installation says so, exits non-zero and is tried again the next time', async () => {
  const clone = freshClone();
  const failed = await ensureInstalled(clone, { FAIL_INSTALLATION: 'yes' });
  expect(failed.code).toBe(1);
  expect(failed.stderr).toContain('The installation failed: npm ci ended with 7.');
  expect((await ensureInstalled(clone)).code).toBe(0);
  expect(installations(clone)).toHaveLength(2);
});

test('Node 24 is linked where npm 10 has discarded its link', async () => {
  const clone = freshClone();
  const packaged = join(clone, `node_modules/node-${process.platform}-${process.arch}/bin`);
  mkdirSync(join(clone, 'node_modules/.bin'), { recursive: true });
  mkdirSync(packaged, { recursive: true });
  writeFileSync(join(packaged, 'node'), '');
  await ensureInstalled(clone);
  expect(realpathSync(join(clone, 'node_modules/.bin/node'))).toBe(realpathSync(join(packaged, 'node')));
});

type Run = { readonly code: number | null; readonly stdout: string; readonly stderr: string };

async function ensureInstalled(clone: string, env: Record<string, string> = {}): Promise<Run> {
  const script = join(import.meta.dirname, 'ensure-installed.mjs');
  const child = spawn(process.execPath, [script, clone], {
    env: { PATH: process.env['PATH'], npm_execpath: join(clone, 'npm-cli.js'), ...env },
  });
  const run = { stdout: '', stderr: '' };
  child.stdout.setEncoding('utf8').on('data', (text: string) => (run.stdout += text));
  child.stderr.setEncoding('utf8').on('data', (text: string) => (run.stderr += text));
  const code = await new Promise<number | null>((done) => child.once('close', done));
  return { code, ...run };
}

/** A repository whose npm only notes what it was asked and takes a moment for it. */
function freshClone(): string {
  const clone = mkdtempSync(join(tmpdir(), 'rollcall-clone-'));
  onTestFinished(() => rmSync(clone, { recursive: true, force: true }));
  writeFileSync(join(clone, 'package-lock.json'), '{}');
  writeFileSync(
    join(clone, 'npm-cli.js'),
    `const { appendFileSync, mkdirSync } = require('node:fs');
     console.log('a word from npm');
     appendFileSync('installations', process.argv.slice(2).join(' ') + '\\n');
     if (process.env.FAIL_INSTALLATION) process.exit(7);
     setTimeout(() => mkdirSync('node_modules', { recursive: true }), 300);`,
  );
  return clone;
}

function installations(clone: string): string[] {
  return readFileSync(join(clone, 'installations'), 'utf8').trim().split('\n');
}

async function ended(): Promise<number | undefined> {
  const child = spawn(process.execPath, ['--version'], { stdio: 'ignore' });
  await new Promise((done) => child.once('exit', done));
  return child.pid;
}
