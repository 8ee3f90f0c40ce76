import { execFileSync } from 'node:child_process';
import { cpus } from 'node:os';
import { resolve } from 'node:path';
import { createMeasuredDatabase } from './database/measured-database.ts';
import { loadDataset } from './dataset/dataset.ts';
import { OptionsError, type Sizes } from './options.ts';
import { forkChild } from './processes/child.ts';
import { startFloors } from './processes/floors.ts';
import { startService } from './processes/service.ts';
import type { Report, ResultLine } from './report/report.ts';
import { ALL_ROWS } from './rows/all-rows.ts';
import type { Bench, Row } from './rows/row.ts';

const LOAD_GENERATOR = resolve(import.meta.dirname, 'load/load-generator.ts');

export interface BenchmarkRun {
  readonly sizes: Sizes;
  readonly rows: readonly string[] | undefined;
  /** A PostgreSQL to measure on; an embedded one where there is none. */
  readonly serverUrl: string | undefined;
  readonly profile: string | undefined;
  /** Progress, for the screen. */
  readonly say: (line: string) => void;
}

/**
 * Measures the product beside the floors, row by row, on a database of the run's own. Throws OptionsError for a row that
 * there is not, and WrongAnswersError as soon as an answer is not what it must be.
 */
export async function runBenchmarks(run: BenchmarkRun): Promise<Report> {
  const rows = chosenRows(run.rows);
  const startedAt = new Date();
  await using database = await createMeasuredDatabase(run.serverUrl, run.say);
  const dataset = await loadDataset(database, run.sizes, run.say);
  await using floors = await startFloors(database.url);
  await using load = forkChild(LOAD_GENERATOR, {});
  const bench: Bench = {
    sizes: run.sizes,
    database,
    dataset,
    load,
    floorUrl: floors.url,
    startGateway: (url = database.url) => startService('scim-gateway', url, run.profile),
    startService: (name) => startService(name, database.url, run.profile),
  };
  const lines: ResultLine[] = [];
  for (const row of rows) {
    run.say(`Measuring row ${row.number} …`);
    lines.push(...(await row.run(bench)));
  }
  return { ...circumstances(startedAt, run.sizes), postgres: database.description, lines };
}

function chosenRows(numbers: readonly string[] | undefined): readonly Row[] {
  if (numbers === undefined) return ALL_ROWS;
  const unknown = numbers.filter((number) => !ALL_ROWS.some((row) => row.number === number));
  if (unknown.length === 0) return ALL_ROWS.filter((row) => numbers.includes(row.number));
  const known = ALL_ROWS.map((row) => row.number).join(', ');
  throw new OptionsError(`There is no row ${unknown.join(', ')}; there are ${known}.`);
}

function circumstances(startedAt: Date, sizes: Sizes) {
  const [first] = cpus();
  return {
    startedAt: startedAt.toISOString().slice(0, 16).replace('T', ' '),
    commit: commitOf(),
    node: process.version.slice(1),
    machine: `${cpus().length} × ${first?.model.trim() ?? 'unknown processor'}, ${process.platform} ${process.arch}`,
    sizes:
      `${sizes.accounts} accounts, ${sizes.users} users in the measured one, groups of ${sizes.groupSize}; ` +
      `${sizes.connections} connections, median of ${sizes.turns} turns of ${'seconds' in sizes.turn ? `${sizes.turn.seconds} s` : `${sizes.turn.requests} requests`}`,
  };
}

/** Marked where the files measured are not those of the commit. */
function commitOf(): string {
  try {
    const options = { cwd: import.meta.dirname, encoding: 'utf8' } as const;
    const commit = execFileSync('git', ['rev-parse', '--short', 'HEAD'], options).trim();
    const changed = execFileSync('git', ['status', '--porcelain', '--untracked-files=no'], options).trim();
    return changed === '' ? commit : `${commit} with local changes`;
  } catch {
    return 'unknown';
  }
}
