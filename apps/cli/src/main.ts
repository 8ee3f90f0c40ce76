import { enableCompileCache } from 'node:module';
import { fileURLToPath } from 'node:url';

const LAST_MOMENTS_MS = 1_000;

// Half of a short command's time is compiling. Not in the shared temporary folder, where others could plant code.
enableCompileCache(fileURLToPath(new URL('../../../node_modules/.cache/rollcall', import.meta.url)));
const { runRollcall } = await import('./run-rollcall.ts');

// `rollcall log tail | head` is no failure: when nobody reads on, there is nothing left to do.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code === 'EPIPE') process.exit(0);
  throw error;
});
process.exitCode = await runRollcall(process.argv.slice(2));
// Unreferenced: it only ends a process that a connection without an answer would keep alive.
setTimeout(() => process.exit(), LAST_MOMENTS_MS).unref();
