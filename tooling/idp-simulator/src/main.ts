import { writeFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { NoDemoAccountError, demoAccountOf } from './demo-account.ts';
import { ServerUnreachableError } from './http/scim-client.ts';
import { type Options, parseOptions } from './options.ts';
import { startProgress } from './report/progress.ts';
import { summaryText } from './report/summary.ts';
import { type Target, runSimulation } from './run-simulation.ts';

// A reader that has gone (npm run simulate | head) is no reason to stop.
process.stdout.on('error', () => undefined);

/** Where people of a server without a known verified domain live. */
const fallbackDomain = 'acme.example';

const options = parseOptions(process.argv.slice(2), {
  out: (text) => process.stdout.write(text),
  err: (text) => process.stderr.write(text),
});
process.exitCode = typeof options === 'number' ? options : await simulate(options);

/** 0: all as it should be; 1: a difference, an unexplained answer or no server; 130: interrupted. */
async function simulate(chosen: Options): Promise<number> {
  const interruption = new AbortController();
  for (const signal of ['SIGINT', 'SIGTERM'] as const) {
    process.once(signal, () => interruption.abort(new Error('interrupted')));
  }
  const progress = startProgress(process.stdout);
  try {
    const target = await targetOf(chosen);
    process.stdout.write(`${chosen.mode} against ${target.baseUrl.href}, people in ${target.domain}\n`);
    const report = await runSimulation({ options: chosen, target, progress, signal: interruption.signal });
    process.stdout.write(summaryText(report));
    if (chosen.report !== undefined) await writeFile(chosen.report, `${JSON.stringify(report, null, 2)}\n`);
    return report.passed ? 0 : 1;
  } catch (failure) {
    progress.end();
    if (interruption.signal.aborted) {
      process.stderr.write('Interrupted: what was written so far stays; the same seed goes on from there.\n');
      return 130;
    }
    if (!isForTheReader(failure)) throw failure;
    process.stderr.write(`${failure.message}\n`);
    return 1;
  }
}

async function targetOf({ mode, base, token, domain }: Options): Promise<Target> {
  if (base !== undefined && token !== undefined) {
    return { baseUrl: base, token, domain: domain ?? fallbackDomain };
  }
  const root = resolve(import.meta.dirname, '../../..');
  const dataDirectory = process.env['ROLLCALL_DATA_DIR'] || resolve(root, '.rollcall');
  const account = await demoAccountOf(mode.startsWith('okta') ? 'okta' : 'entra', dataDirectory);
  return {
    baseUrl: account.baseUrl,
    token: account.token,
    domain: domain ?? account.domain ?? fallbackDomain,
    signIn: account.signIn,
  };
}

/** Failures whose message alone says what to do; anything else is a defect and shows its stack. */
function isForTheReader(failure: unknown): failure is Error {
  return (
    failure instanceof NoDemoAccountError ||
    failure instanceof ServerUnreachableError ||
    // A report that cannot be written: the system's message names the file.
    (failure instanceof Error && 'syscall' in failure)
  );
}
