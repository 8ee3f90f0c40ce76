import { spawn } from 'node:child_process';
import { join, resolve } from 'node:path';

type Step = { readonly kind: string; readonly command: readonly string[] };

// Quick and general before slow and particular; the tests come last, so that the runner's counts end the output.
const steps: readonly Step[] = [
  { kind: 'format', command: ['oxfmt', '--check'] },
  { kind: 'lint', command: ['oxlint', '--type-aware', '--deny-warnings'] },
  { kind: 'types', command: ['turbo', 'run', 'check:types', '--output-logs=errors-only'] },
  { kind: 'boundaries', command: ['turbo', 'boundaries'] },
  { kind: 'dead code', command: ['knip'] },
  { kind: 'generated files', command: ['node', 'packages/domain/scripts/generate-schema.ts', '--check'] },
  {
    kind: 'generated pages',
    command: ['node', 'packages/domain/scripts/generate-license-tables.ts', '--check'],
  },
  { kind: 'GraphQL schema', command: ['node', 'services/admin-api/scripts/print-schema.ts', '--check'] },
  {
    kind: 'web client',
    command: ['turbo', 'run', 'build', 'check:documents', 'check:size', '--output-logs=errors-only'],
  },
  { kind: 'tests', command: ['vitest', 'run', ...process.argv.slice(2)] },
];

const root = resolve(import.meta.dirname, '..');

for (const step of steps) {
  console.log(`\n▸ ${step.kind}: ${step.command.join(' ')}`);
  const started = performance.now();
  const code = await run(step.command);
  const seconds = ((performance.now() - started) / 1000).toFixed(1);
  if (code !== 0) {
    console.error(`✗ ${step.kind} failed after ${seconds} s; the steps after it did not run.`);
    process.exit(1);
  }
  if (step !== steps.at(-1)) console.log(`✓ ${step.kind} in ${seconds} s`);
}

async function run([program = '', ...args]: readonly string[]): Promise<number> {
  const child = spawn(join(root, 'node_modules', '.bin', program), args, {
    cwd: root,
    stdio: 'inherit',
    env: { ...process.env, TURBO_TELEMETRY_DISABLED: '1', TURBO_NO_UPDATE_NOTIFIER: '1' },
  });
  const passOn = (signal: NodeJS.Signals): void => {
    child.kill(signal);
    process.exitCode = 1;
  };
  process.once('SIGTERM', passOn).once('SIGINT', passOn);
  try {
    return await new Promise((done, fail) => {
      child.once('error', fail);
      child.once('close', (code) => done(code ?? 1));
    });
  } finally {
    process.off('SIGTERM', passOn).off('SIGINT', passOn);
  }
}
