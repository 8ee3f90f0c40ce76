import type { MeasuredDatabase } from '../database/measured-database.ts';
import { untilQuiet } from '../database/until-quiet.ts';
import { isLoadResult, type LoadJob, type LoadResult } from '../load/load-job.ts';
import type { Child } from '../processes/child.ts';
import { type Measured, medianOf } from './measured.ts';

interface Load {
  readonly load: Child;
  readonly database: MeasuredDatabase;
}

/** One of those that take turns. */
export interface Contender extends LoadJob {
  /** Puts back what a turn has changed, so that each begins with the same data; not measured. */
  readonly reset?: () => Promise<unknown>;
}

/** An answer was not what it must be: such a run has measured nothing. */
export class WrongAnswersError extends Error {
  override readonly name = 'WrongAnswersError';
}

/**
 * Gives each contender a turn to warm up and then `turns` that count, one after the other, so that whatever else happens on
 * the machine meets all of them. Throws WrongAnswersError.
 */
export async function takeTurns<Name extends string>(
  bench: Load & { readonly sizes: { readonly turns: number } },
  contenders: Readonly<Record<Name, Contender>>,
): Promise<(name: Name) => Measured> {
  const players = Object.entries<Contender>(contenders).map(([name, contender]) => {
    const results: Measured[] = [];
    return { name, contender, next: contender.from, results };
  });
  for (let turn = 0; turn <= bench.sizes.turns; turn += 1) {
    for (const player of players) {
      const { reset, ...job } = player.contender;
      const result = await runJob(bench, { ...job, from: player.next });
      player.next = reset === undefined ? result.next : job.from;
      await reset?.();
      if (turn > 0) player.results.push(measuredOf(result));
    }
  }
  return (name) => medianOf(players.find((player) => player.name === name)?.results ?? []);
}

/** Runs one job, and waits until the server has finished with it; throws WrongAnswersError. */
export async function runJob({ load, database }: Load, job: LoadJob): Promise<LoadResult> {
  load.send(job);
  const result = await load.receive();
  await untilQuiet(database.client);
  if (!isLoadResult(result))
    throw new Error('The load generator answered with something else than a result.');
  if (result.wrong === 0 && result.requests > 0) return result;
  throw new WrongAnswersError(
    `${result.wrong} of ${result.requests} answers to ${job.work.kind} were wrong: ${result.example ?? 'there was none'}`,
  );
}

function measuredOf({ requests, seconds, p50, p99 }: LoadResult): Measured {
  return { rate: requests / seconds, p50, p99 };
}
