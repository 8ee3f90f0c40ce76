import { readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { isAlive } from './process-identity.ts';

export type Connection = { readonly url: string; readonly pid: number };

/**
 * Writes `connection.json`, `{"url": …, "pid": …}`, for commands that look for a running server. The format is read outside this
 * package too: keep both fields.
 */
export function recordConnection(dataDir: string, connection: Connection): void {
  const file = connectionFile(dataDir);
  writeFileSync(`${file}.new`, `${JSON.stringify(connection)}\n`, { mode: 0o600 });
  renameSync(`${file}.new`, file);
}

export function forgetConnection(dataDir: string): void {
  rmSync(connectionFile(dataDir), { force: true });
}

/** The connection of the server that runs in `dataDir` now, if one does. */
export function runningServerUrl(dataDir: string): string | undefined {
  const connection = readConnection(dataDir);
  return connection !== undefined && isAlive(connection.pid) ? connection.url : undefined;
}

function readConnection(dataDir: string): Connection | undefined {
  try {
    const content: unknown = JSON.parse(readFileSync(connectionFile(dataDir), 'utf8'));
    if (typeof content !== 'object' || content === null || !('url' in content) || !('pid' in content))
      return undefined;
    const { url, pid } = content;
    return typeof url === 'string' && typeof pid === 'number' ? { url, pid } : undefined;
  } catch {
    return undefined;
  }
}

function connectionFile(dataDir: string): string {
  return join(dataDir, 'connection.json');
}
