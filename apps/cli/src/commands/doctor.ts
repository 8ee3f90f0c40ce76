import { findMiscounts } from '@rollcall/domain/accounts/miscounts';
import type { Database } from '@rollcall/domain/database/connection';
import { pendingMigrations } from '@rollcall/domain/database/migrate';
import { unsuitability } from '@rollcall/domain/database/server-requirements';
import type { Command } from 'commander';
import { CommandFailure } from '../command-failure.ts';
import { configuredDatabaseUrl, configuredScimUrl } from '../config.ts';
import { explainFailure } from '../explain-failure.ts';
import { openAnsweringDatabase } from '../open-answering-database.ts';
import { printable, printResult } from '../output.ts';
import { addVerb, type OutputOptions } from '../verb.ts';

/** One thing that was looked at. `problem` says what is wrong and what to do. */
interface Finding {
  check: string;
  ok: boolean;
  problem: string | null;
}

export function addDoctorCommand(program: Command): void {
  addVerb(program, 'doctor', {
    does: 'Check settings, database, schema and counters, and say what to fix. Fails when something is wrong.',
    example: 'doctor',
  }).action(async (options: OutputOptions) => {
    const findings = await examine();
    printResult(options, { findings }, findings.map(describe).join('\n'));
    const problems = findings.filter(({ ok }) => !ok).length;
    if (problems > 0) throw new CommandFailure(`${problems} of ${findings.length} checks found a problem.`);
  });
}

async function examine(): Promise<Finding[]> {
  let url: string | undefined;
  const findings = [
    await check('the settings can be used', async () => {
      configuredScimUrl();
    }),
    await check('a database is named', async () => {
      url = configuredDatabaseUrl();
    }),
  ];
  return url === undefined ? findings : [...findings, ...(await examineDatabase(url))];
}

/** Each check needs those before it to be well, so the first that is not is the last. */
async function examineDatabase(url: string): Promise<Finding[]> {
  let db: Database | undefined;
  const answers = await check('the database answers', async () => {
    db = await openAnsweringDatabase(url);
  });
  if (db === undefined) return [answers];
  await using opened = db;
  const checks: [string, () => Promise<string | undefined>][] = [
    ['its version, encoding and letter folding serve', () => unsuitability(opened)],
    ['the schema is up to date', () => schemaProblem(url)],
    ['counters and seats agree with the rows that they count', () => counterProblem(opened)],
  ];
  const findings = [answers];
  for (const [name, look] of checks) {
    const finding = await check(name, look);
    findings.push(finding);
    if (!finding.ok) break;
  }
  return findings;
}

async function check(name: string, look: () => Promise<string | undefined | void>): Promise<Finding> {
  try {
    const problem = (await look()) ?? null;
    return { check: name, ok: problem === null, problem };
  } catch (error) {
    return { check: name, ok: false, problem: explainFailure(error) };
  }
}

async function schemaProblem(url: string): Promise<string | undefined> {
  const pending = await pendingMigrations(url);
  return pending.length === 0 ? undefined : `${pending.join(', ')} not applied. Run "rollcall migrate".`;
}

async function counterProblem(db: Database): Promise<string | undefined> {
  const miscounts = await findMiscounts(db);
  if (miscounts.length === 0) return undefined;
  const named = miscounts.map(
    ({ slug, what, counted, actual }) => `${slug}: ${counted} ${what} counted, ${actual} there`,
  );
  return `${named.join('; ')}. Lists and seats rely on them: report it with what was done before.`;
}

function describe({ check, ok, problem }: Finding): string {
  if (ok) return `ok       ${check}`;
  const lines = (problem ?? '').split('\n').map((line) => `         ${printable(line)}`);
  return [`problem  ${check}`, ...lines].join('\n');
}
