import { migrate } from '@rollcall/domain/database/migrate';
import type { Command } from 'commander';
import { configuredDatabaseUrl } from '../config.ts';
import { openAnsweringDatabase } from '../open-answering-database.ts';
import { printResult } from '../output.ts';
import { addVerb, type OutputOptions } from '../verb.ts';

export function addMigrateCommand(program: Command): void {
  addVerb(program, 'migrate', {
    does: 'Bring the database schema up to date. Safe to repeat, and to run on several machines at once.',
    example: 'migrate',
  }).action(async (options: OutputOptions) => {
    const url = configuredDatabaseUrl();
    await (await openAnsweringDatabase(url)).destroy();
    const applied = await migrate(url);
    const text =
      applied.length === 0
        ? 'The schema is up to date.'
        : applied.map((name) => `Applied ${name}.`).join('\n');
    printResult(options, { applied }, text);
  });
}
