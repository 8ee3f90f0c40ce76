import { type ChildProcessByStdio, spawn } from 'node:child_process';
import { once } from 'node:events';
import type { Readable } from 'node:stream';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import { vi } from 'vitest';
import { runRollcall } from '../src/run-rollcall.ts';

const ENTRY = fileURLToPath(new URL('../bin/rollcall.mjs', import.meta.url));
const LONGEST_RUN_MS = 25_000;

export interface CommandResult {
  exitCode: number | null;
  stdout: string;
  stderr: string;
}

export interface Rollcall {
  /** Runs the words of the line, and then the arguments, which may hold blanks. */
  (line: string, ...args: readonly string[]): Promise<CommandResult>;
  /** The same with --json; fails the test unless the command succeeds. */
  json(line: string, ...args: readonly string[]): Promise<unknown>;
}

/**
 * The command in this process, since most of the time of a short one is the start of its own, with nothing in its environment but
 * `env`. One at a time.
 */
export function rollcall(env: Record<string, string>): Rollcall {
  return commandRunBy(async (args) => {
    const result = { stdout: '', stderr: '' };
    const spies = (['stdout', 'stderr'] as const).map((stream) =>
      vi.spyOn(process[stream], 'write').mockImplementation((text) => {
        result[stream] += String(text);
        return true;
      }),
    );
    const environment = process.env;
    process.env = environmentOf(env);
    try {
      return { exitCode: await runRollcall(args), ...result };
    } finally {
      process.env = environment;
      for (const spy of spies) spy.mockRestore();
    }
  });
}

/** The command as an operator runs it, in a process of its own. */
export function rollcallProcess(env: Record<string, string>): Rollcall {
  return commandRunBy(async (args) => {
    const child = spawnRollcall(env, args);
    const closed = once(child, 'close');
    const [stdout, stderr] = await Promise.all([text(child.stdout), text(child.stderr), closed]);
    return { exitCode: child.exitCode, stdout, stderr };
  });
}

function commandRunBy(runArgs: (args: readonly string[]) => Promise<CommandResult>): Rollcall {
  const run = (line: string, ...args: readonly string[]): Promise<CommandResult> =>
    runArgs([...line.split(' ').filter((word) => word !== ''), ...args]);
  return Object.assign(run, {
    async json(line: string, ...args: readonly string[]): Promise<unknown> {
      const { exitCode, stdout, stderr } = await run(line, ...args, '--json');
      if (exitCode !== 0) throw new Error(`rollcall ${line} exited with ${exitCode}: ${stderr}`);
      const value: unknown = JSON.parse(stdout);
      return value;
    },
  });
}

export function spawnRollcall(
  env: Record<string, string>,
  args: readonly string[],
): ChildProcessByStdio<null, Readable, Readable> {
  return spawn(process.execPath, [ENTRY, ...args], {
    env: environmentOf(env),
    stdio: ['ignore', 'pipe', 'pipe'],
    timeout: LONGEST_RUN_MS,
    killSignal: 'SIGKILL',
  });
}

function environmentOf(env: Record<string, string>): Record<string, string> {
  return { ...env, ROLLCALL_DATA_DIR: '/nonexistent' };
}

/** A text in a result, by the names that lead to it. Fails the test where there is none. */
export function property(value: unknown, ...names: readonly string[]): string {
  const found = names.reduce<unknown>(
    (inner, name) =>
      typeof inner === 'object' && inner !== null ? new Map(Object.entries(inner)).get(name) : undefined,
    value,
  );
  if (typeof found !== 'string') throw new Error(`There is no text called ${names.join('.')}.`);
  return found;
}
