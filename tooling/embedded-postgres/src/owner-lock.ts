import { existsSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { runningServerUrl } from './connection-file.ts';
import { EmbeddedPostgresError } from './errors.ts';
import { isAlive, startMoment } from './process-identity.ts';

export type DataDirClaim = { readonly release: () => void };

/** Makes this process the only one that may start a server in `dataDir`; the claim of a process that is gone is taken over. */
export function claimDataDir(dataDir: string): DataDirClaim {
  const lock = join(dataDir, 'owner.lock');
  const mine = ownerText(process.pid);
  while (!appear(lock, mine)) {
    const owner = readOwner(lock);
    if (owner === undefined) continue;
    if (stillRuns(owner)) throw alreadyRunning(dataDir, owner);
    setAside(lock, owner);
  }
  return {
    release: () => {
      if (readOwner(lock) === mine) setAside(lock, mine);
    },
  };
}

function ownerText(pid: number): string {
  return `${pid} ${startMoment(pid)}`;
}

/** A folder that is renamed appears with its content, so nobody sees a claim that does not name its owner yet. */
function appear(lock: string, owner: string): boolean {
  const prepared = `${lock}.${process.pid}`;
  mkdirSync(prepared, { recursive: true });
  writeFileSync(join(prepared, 'owner'), owner);
  try {
    renameSync(prepared, lock);
    return true;
  } catch (error) {
    if (existsSync(lock)) return false;
    throw error;
  } finally {
    rmSync(prepared, { recursive: true, force: true });
  }
}

function readOwner(lock: string): string | undefined {
  try {
    return readFileSync(join(lock, 'owner'), 'utf8');
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined;
    throw error;
  }
}

function stillRuns(owner: string): boolean {
  const pid = Number.parseInt(owner, 10);
  return pid > 0 && isAlive(pid) && ownerText(pid) === owner;
}

/** Two takers may see the same dead owner: the rename lets one win, and one who moved a fresh claim puts it back. */
function setAside(lock: string, owner: string): void {
  const aside = `${lock}.dead-${process.pid}`;
  try {
    renameSync(lock, aside);
  } catch {
    return;
  }
  if (readOwner(aside) === owner) rmSync(aside, { recursive: true, force: true });
  else renameSync(aside, lock);
}

function alreadyRunning(dataDir: string, owner: string): EmbeddedPostgresError {
  const url = runningServerUrl(dataDir);
  const where = url === undefined ? '' : ` at ${new URL(url).host}`;
  return new EmbeddedPostgresError(
    `Rollcall's database is already running${where}: process ${Number.parseInt(owner, 10)} owns ${dataDir}. ` +
      'Use that one, stop it first, or set ROLLCALL_DATA_DIR to another folder.',
  );
}
