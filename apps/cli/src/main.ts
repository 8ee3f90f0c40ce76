import { keepCompiledCode } from '@rollcall/service-kit/compile-cache';

const LAST_MOMENTS_MS = 1_000;

keepCompiledCode();
const { runRollcall } = await import('./run-rollcall.ts');

// `rollcall log tail | head` is no failure: when nobody reads on, there is nothing left to do.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code === 'EPIPE') process.exit(0);
  throw error;
});
process.exitCode = await runRollcall(process.argv.slice(2));
// Unreferenced: it only ends a process that a connection without an answer would keep alive.
setTimeout(() => process.exit(), LAST_MOMENTS_MS).unref();
