import { runRollcall } from './run-rollcall.ts';

const LAST_MOMENTS_MS = 1_000;

process.exitCode = await runRollcall(process.argv.slice(2));
// Unreferenced: it only ends a process that a connection without an answer would keep alive.
setTimeout(() => process.exit(), LAST_MOMENTS_MS).unref();
