import { readFile } from 'node:fs/promises';
import { CommandFailure } from './command-failure.ts';

const STANDARD_INPUT = '-';

/** A schema document out of a file, or standard input for `-`. Throws CommandFailure for what is no JSON. */
export async function readSchemaDocument(file: string): Promise<unknown> {
  const text = await readText(file);
  try {
    const document: unknown = JSON.parse(text);
    return document;
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    throw new CommandFailure(
      `${named(file)} is not JSON: ${why}. Write one schema as GET /Schemas/<urn> prints it.`,
    );
  }
}

async function readText(file: string): Promise<string> {
  try {
    return await readFile(file === STANDARD_INPUT ? '/dev/stdin' : file, 'utf8');
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    throw new CommandFailure(`${named(file)} cannot be read: ${why}.`);
  }
}

function named(file: string): string {
  return file === STANDARD_INPUT ? 'Standard input' : file;
}
