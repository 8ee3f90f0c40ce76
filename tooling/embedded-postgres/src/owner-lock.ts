import { readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { runningServerUrl } from './connection-file.ts';
import { EmbeddedPostgresError } from './errors.ts';
import { isAlive, startMoment } from './process-identity.ts';

export type DataDirClaim = { readonly release: () => void };

/** Makes this process the only one that may start a server in `dataDir`; the claim of a process that is gone is taken over. */
export function claimDataDir(dataDir: string): DataDirClaim {
  const lock = join(dataDir, 'owner.lock');
  const mine = ownerText(process.pid);
  while (!writeExclusively(lock, mine)) {
    const owner = readOwner(lock);
    if (owner === undefined) continue;
    if (stillRuns(owner)) throw alreadyRunning(dataDir, owner);
    setAside(lock, owner);
  }
  return {
    release: () => {
      if (readOwner(lock) === mine) rmSync(lock, { force: true });
    },
  };
}

function ownerText(pid: number): string {
  return `${pid} ${startMoment(pid)}`;
}

function writeExclusively(lock: string, text: string): boolean {
  try {
    writeFileSync(lock, text, { flag: 'wx' });
    return true;
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'EEXIST') return false;
    throw error;
  }
}

function readOwner(lock: string): string | undefined {
  try {
    return readFileSync(lock, 'utf8');
  } catch {
    return undefined;
  }
}

function stillRuns(owner: string): boolean {
  const pid = Number.parseInt(owner, 10);
  return pid > 0 && isAlive(pid) && ownerText(pid) === owner;
}

/** Two takers may see the same dead owner: the rename lets one win, and one who moved a fresh claim puts it back. */
function setAside(lock: string, deadOwner: string): void {
  const aside = `${lock}.${process.pid}`;
  try {
    renameSync(lock, aside);
  } catch {
    return;
  }
  if (readOwner(aside) === deadOwner) rmSync(aside, { force: true });
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
