import { spawn } from 'node:child_process';
import { pidFile } from './postmaster.ts';

export type Guardian = { readonly dismiss: () => Promise<void> };

type Ward = {
  readonly pid: number;
  readonly clusterDirectory: string;
  /** A throwaway server's folder, removed with it. */
  readonly removeAfterwards?: string;
};

/**
 * A shell that outlives this process only to stop its database: its stdin is a pipe of ours, so it wakes when we end by any cause,
 * SIGKILL included. The first line of the lock file is compared with the pid, which may since belong to somebody else.
 */
export function startGuardian({ pid, clusterDirectory, removeAfterwards = '' }: Ward): Guardian {
  const script = `
    trap "" INT TERM HUP
    [ "$(cat)" = dismissed ] && exit
    owns() { [ "$(head -n 1 "$2" 2>/dev/null)" = "$1" ] && kill -0 "$1" 2>/dev/null; }
    for signal in INT QUIT KILL; do
      owns "$1" "$2" || break
      kill -"$signal" "$1"
      tries=0
      while [ "$tries" -lt 30 ] && owns "$1" "$2"; do sleep 0.1; tries=$((tries + 1)); done
    done
    [ -z "$3" ] || rm -rf "$3"
  `;
  const shell = spawn(
    '/bin/sh',
    ['-c', script, 'rollcall-guardian', String(pid), pidFile(clusterDirectory), removeAfterwards],
    {
      cwd: '/',
      stdio: ['pipe', 'ignore', 'ignore'],
      detached: true,
    },
  );
  const ended = new Promise<void>((done) => {
    shell.once('exit', () => done());
    shell.once('error', () => done());
  });
  shell.unref();
  return {
    dismiss: async () => {
      shell.stdin.on('error', () => undefined);
      shell.stdin.end('dismissed');
      shell.ref();
      await ended;
    },
  };
}
