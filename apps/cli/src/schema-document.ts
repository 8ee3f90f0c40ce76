import { CommandFailure } from './command-failure.ts';
import { fileInWords, readFileText } from './read-file-text.ts';

/** A schema document out of a file, or standard input for `-`. Throws CommandFailure for what is no JSON. */
export async function readSchemaDocument(file: string): Promise<unknown> {
  const text = await readFileText(file);
  try {
    const document: unknown = JSON.parse(text);
    return document;
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    throw new CommandFailure(
      `${fileInWords(file)} is not JSON: ${why}. Write one schema as GET /Schemas/<urn> prints it.`,
    );
  }
}
