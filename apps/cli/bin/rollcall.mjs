#!/usr/bin/env node
import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';

// A shell that starts this file uses the machine's Node, which may be older than the one that the repository installs.
if (Number.parseInt(process.versions.node, 10) >= 24) {
  await import('../src/main.ts');
} else {
  const node24 = fileURLToPath(new URL('../../../node_modules/.bin/node', import.meta.url));
  const { status, signal, error } = spawnSync(
    node24,
    [fileURLToPath(import.meta.url), ...process.argv.slice(2)],
    {
      stdio: 'inherit',
    },
  );
  if (error !== undefined) {
    process.stderr.write(
      `rollcall needs Node 24 or later; this is Node ${process.versions.node}, and ${node24} cannot be run (${error.message}). ` +
        'Run "npm ci" in the repository, or install Node 24.\n',
    );
  }
  if (signal !== null) process.kill(process.pid, signal);
  process.exitCode = status ?? 1;
}
