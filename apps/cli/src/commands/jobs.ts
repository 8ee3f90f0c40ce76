import { operatorCaller } from '@rollcall/domain/admins/caller';
import {
  type DeadLetter,
  discardDeadLetter,
  listDeadLetters,
  retryDeadLetter,
} from '@rollcall/domain/jobs/dead-letters';
import { type Job, type JobState, listJobs } from '@rollcall/domain/jobs/jobs';
import { type Command, Option } from 'commander';
import { numberUpTo } from '../option-values.ts';
import { itemsOf, printResult, table } from '../output.ts';
import { addNoun, addVerb, type OutputOptions } from '../verb.ts';
import { changeAccount, withAccount } from '../with-database.ts';

const DEFAULT_LIMIT = 20;
const MOST_LISTED = 1000;

interface ListOptions extends OutputOptions {
  limit: number;
}

interface JobsOptions extends ListOptions {
  state?: JobState;
}

export function addJobsCommands(program: Command): void {
  const jobs = addNoun(program, 'jobs', 'Watch the long work of an account');
  addVerb(jobs, 'list <account>', {
    does: 'List jobs with their progress, the newest first.',
    example: 'jobs list acme --state running',
  })
    .addOption(
      new Option('--state <state>', 'only these').choices(['queued', 'running', 'succeeded', 'failed']),
    )
    .option('--limit <number>', 'how many', numberUpTo(MOST_LISTED), DEFAULT_LIMIT)
    .action(listAll);
  addDeadLetterCommands(program);
}

function addDeadLetterCommands(program: Command): void {
  const deadLetter = addNoun(program, 'dead-letter', 'Background work that failed for the last time');
  addVerb(deadLetter, 'list <account>', {
    does: 'List what failed, and why, the newest first.',
    example: 'dead-letter list acme',
  })
    .option('--limit <number>', 'how many', numberUpTo(MOST_LISTED), DEFAULT_LIMIT)
    .action(listDead);
  addVerb(deadLetter, 'retry <account> <id>', {
    does: 'Hand it to the worker once more.',
    example: 'dead-letter retry acme 0192f0c4-6f0a-7000-8000-000000000001',
  }).action((reference: string, id: string, options: OutputOptions) =>
    deal(retryDeadLetter, 'The worker does it once more', reference, id, options),
  );
  addVerb(deadLetter, 'discard <account> <id>', {
    does: 'Forget it: it is not to be done any more.',
    example: 'dead-letter discard acme 0192f0c4-6f0a-7000-8000-000000000001',
  }).action((reference: string, id: string, options: OutputOptions) =>
    deal(discardDeadLetter, 'It is not done any more', reference, id, options),
  );
}

async function listAll(reference: string, { state, limit, ...options }: JobsOptions): Promise<void> {
  const rows = await withAccount(reference, (db, { id }) =>
    listJobs(db, id, { states: state && [state] }, { behind: undefined, backward: false, limit }),
  );
  const jobs = itemsOf(rows);
  printResult(
    options,
    { jobs: jobs.map(({ accountId: _account, payload: _told, ...job }) => job) },
    jobs.length === 0
      ? 'No job matches.'
      : table(['ID', 'KIND', 'STATE', 'DONE', 'BY', 'CREATED', 'ERROR'], jobs.map(jobCells)),
  );
}

function jobCells({ id, kind, state, progress, startedBy, createdAt, error }: Job): string[] {
  const done = progress.total === null ? String(progress.done) : `${progress.done} of ${progress.total}`;
  return [id, kind, state, done, startedBy.name, createdAt.toISOString(), error ?? '–'];
}

async function listDead(reference: string, { limit, ...options }: ListOptions): Promise<void> {
  const rows = await withAccount(reference, (db, { id }) =>
    listDeadLetters(db, id, { behind: undefined, backward: false, limit }),
  );
  const deadLetters = itemsOf(rows);
  printResult(
    options,
    { deadLetters },
    deadLetters.length === 0
      ? 'Nothing failed for good.'
      : table(
          ['ID', 'TASK', 'FAILED', 'ATTEMPTS', 'ERROR'],
          deadLetters.map(({ id, task, failedAt, attempts, error }) => [
            id,
            task,
            failedAt.toISOString(),
            String(attempts),
            error,
          ]),
        ),
  );
}

async function deal(
  dealWith: typeof retryDeadLetter,
  outcome: string,
  reference: string,
  id: string,
  options: OutputOptions,
): Promise<void> {
  const deadLetter: DeadLetter = await changeAccount(reference, (trx, actor, account, now) =>
    dealWith(trx, operatorCaller(actor), account.id, id, now),
  );
  printResult(options, { deadLetter }, `${outcome}: ${deadLetter.task}.`);
}
