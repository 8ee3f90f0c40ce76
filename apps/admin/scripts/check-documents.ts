// Whether the client's documents fit the committed schema, and the types that the compiler checks them by are the schema's.
import { spawnSync } from 'node:child_process';
import { readFileSync, rmSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { buildSchema, parse, validate } from 'graphql';
import { CLIENT, documentsOfClient } from './documents.ts';

const SCHEMA = resolve(CLIENT, '../../services/admin-api/schema.graphql');
const TYPES = join(CLIENT, 'src/api/schema.generated.d.ts');

const schema = buildSchema(readFileSync(SCHEMA, 'utf8'));
const faults = documentsOfClient().flatMap(({ file, text }) =>
  validate(schema, parse(text)).map((fault) => `${file}: ${fault.message}`),
);

const fresh = join(CLIENT, 'node_modules/.cache/schema.generated.d.ts');
const made = spawnSync('gql.tada', ['generate-output', '--output', fresh], { cwd: CLIENT, encoding: 'utf8' });
if (made.status !== 0) faults.push(`The types could not be made: ${made.stderr}${made.stdout}`);
else if (readFileSync(fresh, 'utf8') !== readFileSync(TYPES, 'utf8')) {
  faults.push('src/api/schema.generated.d.ts is not of this schema. Run "npx turbo run generate".');
}
rmSync(fresh, { force: true });

for (const fault of faults) process.stderr.write(`${fault}\n`);
process.exitCode = faults.length === 0 ? 0 : 1;
