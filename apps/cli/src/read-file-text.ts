import { readFile } from 'node:fs/promises';
import { CommandFailure } from './command-failure.ts';

const STANDARD_INPUT = '-';

/** The text of a file, or standard input for `-`. Throws CommandFailure for what cannot be read. */
export async function readFileText(file: string): Promise<string> {
  try {
    return await readFile(file === STANDARD_INPUT ? '/dev/stdin' : file, 'utf8');
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    throw new CommandFailure(`${fileInWords(file)} cannot be read: ${why}.`);
  }
}

/** Its name for messages. */
export function fileInWords(file: string): string {
  return file === STANDARD_INPUT ? 'Standard input' : file;
}
