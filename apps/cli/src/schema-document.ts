import { readFile } from 'node:fs/promises';
import type { StoredSchema } from '@rollcall/domain/custom-schemas/custom-schema';
import { CommandFailure } from './command-failure.ts';

const SCHEMA_URN = 'urn:ietf:params:scim:schemas:core:2.0:Schema';
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

/** The schema as `/Schemas` prints it, for a file from which it can be defined again. */
export function schemaDocument({ schema }: Pick<StoredSchema, 'schema'>): object {
  return { schemas: [SCHEMA_URN], ...schema };
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
