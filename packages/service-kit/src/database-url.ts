import { readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';

const REPOSITORY_ROOT = resolve(import.meta.dirname, '../../..');

/** No database is named and none of ours runs; the message says how to get one. */
export class NoDatabaseError extends Error {
  override name = 'NoDatabaseError';
}

/**
 * The database to work on: DATABASE_URL, else the embedded server that `npm start` runs, found through the file
 * `connection.json` (`{"url": …, "pid": …}`) in ROLLCALL_DATA_DIR.
 */
export function databaseUrl(env: NodeJS.ProcessEnv): string {
  const named = env['DATABASE_URL'];
  if (named !== undefined && named !== '') return named;
  const folder = dataDirectory(env);
  const running = runningServerUrl(folder);
  if (running !== undefined) return running;
  throw new NoDatabaseError(
    `No database: DATABASE_URL is not set and no embedded PostgreSQL runs in ${folder}. ` +
      'Start one with "npm start", or set DATABASE_URL to a PostgreSQL (15 to 18).',
  );
}

/** Where the embedded server and the demo accounts are kept: ROLLCALL_DATA_DIR, else `.rollcall` in the repository. */
export function dataDirectory(env: NodeJS.ProcessEnv): string {
  const named = env['ROLLCALL_DATA_DIR'];
  return named === undefined || named === '' ? join(REPOSITORY_ROOT, '.rollcall') : resolve(named);
}

function runningServerUrl(folder: string): string | undefined {
  const file = join(folder, 'connection.json');
  const text = readIfThere(file);
  if (text === undefined) return undefined;
  const connection: unknown = parseJson(text);
  if (
    typeof connection !== 'object' ||
    connection === null ||
    !('url' in connection) ||
    !('pid' in connection)
  ) {
    return undefined;
  }
  const { url, pid } = connection;
  return typeof url === 'string' && typeof pid === 'number' && isRunning(pid) ? url : undefined;
}

function readIfThere(file: string): string | undefined {
  try {
    return readFileSync(file, 'utf8');
  } catch (cause) {
    if (codeOf(cause) === 'ENOENT' || codeOf(cause) === 'ENOTDIR') return undefined;
    throw new NoDatabaseError(
      `The file that names the running database cannot be read: ${file}. Run as the user who ran "npm start", or set DATABASE_URL.`,
      { cause },
    );
  }
}

/** A half-written or foreign file names no running server. */
function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return codeOf(error) === 'EPERM';
  }
}

function codeOf(error: unknown): unknown {
  return error instanceof Error && 'code' in error ? error.code : undefined;
}
