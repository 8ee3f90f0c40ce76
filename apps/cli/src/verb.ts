import type { Command } from 'commander';

/** What every verb takes. */
export interface OutputOptions {
  json?: true;
}

/** What a verb takes that can say beforehand what it would do. */
export interface PreviewOptions extends OutputOptions {
  preview?: true;
}

/** What `--preview` does, wherever it is. */
export const PREVIEW = 'say what would happen and change nothing';

export const PREVIEW_TOKEN = 'from a preview: do exactly what it said, or say what is different by now';

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
