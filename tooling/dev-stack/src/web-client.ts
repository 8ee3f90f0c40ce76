import { execFile } from 'node:child_process';
import { resolve } from 'node:path';
import { promisify } from 'node:util';

const ROOT = resolve(import.meta.dirname, '../../..');
const TURBO = resolve(ROOT, 'node_modules/.bin/turbo');

/** Builds the web client where it changed since it was built; otherwise that takes half a second. Rejects with what the build says. */
export async function buildWebClient(signal: AbortSignal): Promise<void> {
  const env = { ...process.env, TURBO_TELEMETRY_DISABLED: '1', TURBO_NO_UPDATE_NOTIFIER: '1' };
  const options = { cwd: ROOT, env, signal };
  const build = promisify(execFile)(TURBO, ['run', 'build', '--output-logs=errors-only'], options);
  await build.catch((error: unknown) => {
    if (signal.aborted) return;
    const said = error instanceof Error && 'stdout' in error ? String(error.stdout).trim() : '';
    throw new Error(`The web client could not be built.\n${said}`, { cause: error });
  });
}
