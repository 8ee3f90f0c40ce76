// What the browser tests need beside npm's packages: a Chromium. A machine's own is used; as root on Debian it is installed.
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';

const PLACES = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'];

const named = process.env['CHROMIUM_PATH'];
if (named === undefined || named === '' ? !PLACES.some((path) => existsSync(path)) : !existsSync(named)) {
  install();
}

function install() {
  if (process.getuid?.() !== 0 || !existsSync('/usr/bin/apt-get')) {
    fail('The browser tests need Chromium. Install it, or name one you have in CHROMIUM_PATH.');
  }
  process.stdout.write('Installing Chromium for the browser tests (once) …\n');
  const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' };
  const packages = ['chromium', 'fonts-dejavu-core', 'fonts-noto-core'];
  for (const args of [
    ['update', '-qq'],
    ['install', '-y', '-qq', '--no-install-recommends', ...packages],
  ]) {
    const { status, stderr } = spawnSync('apt-get', args, {
      env,
      stdio: ['ignore', 'ignore', 'pipe'],
      encoding: 'utf8',
    });
    if (status !== 0) fail(`apt-get ${args.join(' ')} failed:\n${stderr}`);
  }
}

/** @param {string} message */
function fail(message) {
  process.stderr.write(`${message}\n`);
  process.exit(1);
}
