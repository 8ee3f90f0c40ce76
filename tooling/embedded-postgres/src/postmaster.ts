import { readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { EmbeddedPostgresError } from './errors.ts';
import { commandLine, isAlive } from './process-identity.ts';

/**
 * Leaves `clusterDirectory` free for a new server: a server whose starter died is stopped, and a lock file that names a process
 * that is gone, or is no server of this directory, is removed. Throws when somebody else's server runs there.
 */
export async function clearStalePostmaster(clusterDirectory: string, patienceMs: number): Promise<void> {
  const pid = postmasterPid(clusterDirectory);
  if (pid === undefined) return;
  const command = commandLine(pid);
  if (isAlive(pid) && command.includes(clusterDirectory)) {
    if (!command.includes('cluster_name=rollcall')) {
      throw new EmbeddedPostgresError(
        `Another PostgreSQL (process ${pid}) already runs on ${clusterDirectory}. Stop it, then start again.`,
      );
    }
    await stopOrphan(pid, patienceMs);
  }
  rmSync(pidFile(clusterDirectory), { force: true });
}

/** Whether the server `pid` has written that it accepts connections (line 8 of its lock file). */
export function isReady(clusterDirectory: string, pid: number | undefined): boolean {
  const lines = lockFileLines(clusterDirectory);
  return lines[0] === String(pid) && lines[7]?.trim() === 'ready';
}

export function pidFile(clusterDirectory: string): string {
  return join(clusterDirectory, 'postmaster.pid');
}

function postmasterPid(clusterDirectory: string): number | undefined {
  const pid = Number(lockFileLines(clusterDirectory)[0]);
  return Number.isInteger(pid) && pid > 1 ? pid : undefined;
}

function lockFileLines(clusterDirectory: string): string[] {
  try {
    return readFileSync(pidFile(clusterDirectory), 'utf8').split('\n');
  } catch {
    return [];
  }
}

async function stopOrphan(pid: number, patienceMs: number): Promise<void> {
  for (const signal of ['SIGINT', 'SIGQUIT'] as const) {
    const deadline = Date.now() + patienceMs;
    signalIfAlive(pid, signal);
    while (Date.now() < deadline) {
      if (!isAlive(pid)) return;
      await pause(20);
    }
  }
  throw new EmbeddedPostgresError(
    `A PostgreSQL left over from an earlier start (process ${pid}) does not stop. End it with "kill -9 ${pid}", then start again.`,
  );
}

function signalIfAlive(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(pid, signal);
  } catch (error) {
    if (isAlive(pid)) throw error;
  }
}
