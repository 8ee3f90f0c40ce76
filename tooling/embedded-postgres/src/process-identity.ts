import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';

/** False also for a zombie: it runs nothing and only waits for its parent to take its exit code. */
export function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
  } catch (error) {
    return error instanceof Error && 'code' in error && error.code === 'EPERM';
  }
  return processState(pid) !== 'Z';
}

/** Text that no later process with the same pid will have, or an empty one where the system cannot tell. */
export function startMoment(pid: number): string {
  if (process.platform === 'linux') return statFields(pid)[19] ?? '';
  return ps(pid, 'lstart=');
}

export function commandLine(pid: number): string {
  if (process.platform === 'linux') return readProc(pid, 'cmdline').replaceAll('\0', ' ');
  return ps(pid, 'command=');
}

function processState(pid: number): string {
  if (process.platform === 'linux') return statFields(pid)[0] ?? '';
  return ps(pid, 'state=').slice(0, 1);
}

/** The fields of /proc/PID/stat from the third (state) on: the second, the name, may itself hold spaces and brackets. */
function statFields(pid: number): string[] {
  const stat = readProc(pid, 'stat');
  return stat.slice(stat.lastIndexOf(')') + 2).split(' ');
}

function readProc(pid: number, file: string): string {
  try {
    return readFileSync(`/proc/${pid}/${file}`, 'utf8');
  } catch {
    return '';
  }
}

function ps(pid: number, field: string): string {
  if (process.platform === 'win32') return '';
  try {
    return execFileSync('ps', ['-o', field, '-p', String(pid)], { encoding: 'utf8' }).trim();
  } catch {
    return '';
  }
}
