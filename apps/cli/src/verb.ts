import type { Command } from 'commander';

/** What every verb takes. */
export interface OutputOptions {
  json?: true;
}

/** Begins a verb: its arguments, what it does, an example, and --json. */
export function addVerb(
  parent: Command,
  usage: string,
  { does, example }: { does: string; example: string },
): Command {
  return parent
    .command(usage)
    .description(does)
    .option('--json', 'print JSON, for scripts')
    .addHelpText('after', `\nExample:\n  $ rollcall ${example}`);
}

/** Begins a noun under which verbs stand. */
export function addNoun(parent: Command, name: string, does: string): Command {
  return parent.command(name).description(does);
}
