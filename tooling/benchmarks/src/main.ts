import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { WrongAnswersError } from './measuring/take-turns.ts';
import { HELP, type Options, OptionsError, readOptions } from './options.ts';
import { isReport } from './report/read-report.ts';
import { markdownTable, textTable } from './report/table.ts';
import { runBenchmarks } from './run-benchmarks.ts';

try {
  const options = readOptions(process.argv.slice(2));
  if (options === undefined) process.stdout.write(HELP);
  else if (options.markdown === undefined) await measure(options);
  else process.stdout.write(markdownOf(options.markdown));
} catch (error) {
  if (error instanceof OptionsError) {
    process.stderr.write(`${error.message}\n\n${HELP}`);
    process.exitCode = 2;
  } else if (error instanceof WrongAnswersError) {
    process.stderr.write(`${error.message}\n`);
    process.exitCode = 1;
  } else {
    throw error;
  }
}

async function measure({ sizes, rows, out, profile }: Options): Promise<void> {
  const serverUrl = process.env['DATABASE_URL'];
  if (profile !== undefined) mkdirSync(profile, { recursive: true });
  const report = await runBenchmarks({
    sizes,
    rows,
    serverUrl: serverUrl === '' ? undefined : serverUrl,
    profile: profile === undefined ? undefined : resolve(profile),
    say: (line) => process.stderr.write(`${line}\n`),
  });
  process.stdout.write(`\n${textTable(report)}`);
  if (out !== undefined) writeFileSync(out, `${JSON.stringify(report, null, 2)}\n`);
}

function markdownOf(file: string): string {
  const report: unknown = JSON.parse(readFileSync(file, 'utf8'));
  if (!isReport(report)) throw new OptionsError(`${file} holds no results that --out wrote.`);
  return markdownTable(report);
}
