import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, renameSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';

// The first half of every npm script: plain JavaScript for whatever Node the machine has, from 20.19 on. It installs what the
// lockfile names when that has not been done, so that the second half finds Node 24 in node_modules/.bin. All it has to say
// goes to stderr: stdout belongs to the script.

const root = resolve(process.argv[2] ?? join(import.meta.dirname, '..'));
const stamp = join(root, 'node_modules', '.rollcall-installed');
const lock = join(root, '.rollcall-install.lock');

ensureInstalled();
ensureNode24();

function ensureInstalled() {
  if (isInstalled()) return;
  takeLock();
  try {
    // Whoever held the lock before may have done the work.
    if (!isInstalled()) install();
  } finally {
    removeLock(String(process.pid));
  }
}

function isInstalled() {
  return readIfThere(stamp) === lockfileDigest();
}

function lockfileDigest() {
  return createHash('sha256')
    .update(readFileSync(join(root, 'package-lock.json')))
    .digest('hex');
}

function install() {
  say('Installing what package-lock.json names (once, and after each change of it) …');
  // NODE_ENV=production and a user's npmrc would leave out the development tools and Node 24 itself.
  const options = [
    '--include=dev',
    '--include=optional',
    '--strict-allow-scripts',
    '--no-audit',
    '--no-fund',
  ];
  const { command, prefix } = npm();
  const { status, error } = spawnSync(command, [...prefix, 'ci', ...options, '--loglevel=error'], {
    cwd: root,
    stdio: ['ignore', 2, 2],
    shell: process.platform === 'win32' && prefix.length === 0,
  });
  if (status !== 0) {
    const reason = error === undefined ? `npm ci ended with ${status ?? 'a signal'}` : error.message;
    removeLock(String(process.pid));
    fail(`The installation failed: ${reason}. Its own message is above; run "npm ci" to see all of it.`);
  }
  linkNode24();
  writeFileSync(stamp, lockfileDigest());
}

/** npm 10 removes node_modules/.bin/node again when it discards the packages of Node 24 for other platforms. */
function linkNode24() {
  const packaged = join('node_modules', `node-${process.platform}-${process.arch}`, 'bin', 'node');
  const link = join(root, 'node_modules', '.bin', 'node');
  if (existsSync(join(root, packaged)) && !existsSync(link))
    symlinkSync(relative(dirname(link), join(root, packaged)), link);
}

/** The npm that runs this script, if one does, else the one on PATH. */
function npm() {
  const path = process.env['npm_execpath'] ?? '';
  if (/npm-cli\.c?js$/.test(path)) return { command: process.execPath, prefix: [path] };
  return { command: 'npm', prefix: [] };
}

/** Two scripts started at once on a fresh clone must not both install: the second waits for the first. */
function takeLock() {
  let announced = 0;
  while (!createLock()) {
    const holder = readIfThere(join(lock, 'pid'));
    if (holder === undefined) continue;
    if (!isAlive(Number(holder))) {
      removeLock(holder);
    } else if (announced !== Number(holder)) {
      say(`Waiting for the installation by process ${holder} …`);
      announced = Number(holder);
    }
    Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 200);
  }
}

/** A folder that is renamed appears with its content, so nobody sees a lock that does not name its holder yet. */
function createLock() {
  const mine = `${lock}.${process.pid}`;
  mkdirSync(mine, { recursive: true });
  writeFileSync(join(mine, 'pid'), String(process.pid));
  try {
    renameSync(mine, lock);
    return true;
  } catch (error) {
    if (existsSync(lock)) return false;
    throw error;
  } finally {
    rmSync(mine, { recursive: true, force: true });
  }
}

/** The rename lets one of several takers win; one who moved a lock that is held again puts it back. */
function removeLock(holder) {
  const aside = `${lock}.dead-${process.pid}`;
  try {
    renameSync(lock, aside);
  } catch {
    return;
  }
  if (readIfThere(join(aside, 'pid')) === holder) rmSync(aside, { recursive: true, force: true });
  else renameSync(aside, lock);
}

function isAlive(pid) {
  if (!Number.isInteger(pid) || pid < 1) return false;
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return error.code === 'EPERM';
  }
}

/** npm packages of Node 24 exist for Linux and Windows on x64 and Linux on arm64; elsewhere the developer brings it. */
function ensureNode24() {
  if (major(process.versions.node) >= 24) return;
  if (existsSync(join(root, 'node_modules', '.bin', process.platform === 'win32' ? 'node.cmd' : 'node')))
    return;
  fail(
    `Rollcall runs on Node 24 or later; this is Node ${process.versions.node}, and no npm package brings Node 24 to ` +
      `${process.platform}-${process.arch}. Install it from https://nodejs.org (or "nvm install 24"), then run this again.`,
  );
}

function major(version) {
  return Number.parseInt(version, 10);
}

function readIfThere(file) {
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    if (error.code === 'ENOENT' || error.code === 'ENOTDIR') return undefined;
    throw error;
  }
}

function say(text) {
  process.stderr.write(`${text}\n`);
}

function fail(text) {
  say(text);
  process.exit(1);
}
