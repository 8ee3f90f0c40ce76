import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';

const STOP_WITHIN_MS = 10_000;

/** A process of ours that speaks by messages and ends when the channel is closed, so also when this process dies. */
export interface Child extends AsyncDisposable {
  send(message: object): void;
  /** The next message; rejects when the process ends instead. */
  receive(): Promise<unknown>;
}

export function forkChild(file: string, env: NodeJS.ProcessEnv): Child {
  const child = fork(file, {
    env: { ...process.env, ...env },
    stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
  });
  return {
    send(message) {
      child.send(message);
    },
    async receive() {
      const ending = new AbortController();
      const { signal } = ending;
      try {
        const message: unknown[] = await Promise.race([
          once(child, 'message', { signal }),
          once(child, 'exit', { signal }).then(([code]) => {
            throw new Error(`${file} ended by itself (${String(code)}).`);
          }),
        ]);
        return message[0];
      } finally {
        ending.abort();
      }
    },
    async [Symbol.asyncDispose]() {
      if (child.connected) child.disconnect();
      await ended(child);
    },
  };
}

/** Resolves when the process has ended; kills one that does not. */
export async function ended(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const kill = setTimeout(() => child.kill('SIGKILL'), STOP_WITHIN_MS);
  await once(child, 'exit');
  clearTimeout(kill);
}
