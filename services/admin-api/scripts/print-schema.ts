import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import {
  BreakingChangeType,
  buildSchema,
  findBreakingChanges,
  lexicographicSortSchema,
  printSchema,
} from 'graphql';
import { schema } from '../src/schema/schema.ts';

/**
 * Writes schema.graphql, which is committed and reviewed by its diff; with --check it compares instead and exits with 1 when
 * the file is stale. What would break a client is refused unless --breaking says that it is meant: first deprecate, and
 * remove in a later version.
 */
const file = new URL('../schema.graphql', import.meta.url);
const fresh = `${printSchema(lexicographicSortSchema(schema))}\n`;
const committed = existsSync(file) ? readFileSync(file, 'utf8') : undefined;

if (process.argv.includes('--check')) {
  if (committed !== fresh) {
    console.error('schema.graphql is stale: run `npm run generate` and commit the result.');
    process.exitCode = 1;
  }
} else {
  const breaking = committed === undefined ? [] : breakingChanges(committed);
  if (breaking.length > 0 && !process.argv.includes('--breaking')) {
    console.error(
      `These changes would break clients:\n${breaking.map((line) => `  ${line}`).join('\n')}\nDeprecate first (docs/graphql.md), or say that they are meant: node scripts/print-schema.ts --breaking`,
    );
    process.exitCode = 1;
  } else {
    writeFileSync(file, fresh);
  }
}

function breakingChanges(text: string): string[] {
  return (
    findBreakingChanges(buildSchema(text), schema)
      // A client has to be ready for refusals that it does not know: each has code and message.
      .filter(({ type }) => type !== BreakingChangeType.TYPE_REMOVED_FROM_UNION)
      .map(({ description }) => description)
  );
}
