import type { CustomSchema } from '@rollcall/domain/accounts/account-settings';
import type { StoredSchema } from '@rollcall/domain/custom-schemas/custom-schema';
import { defineSchema } from '@rollcall/domain/custom-schemas/define-schema';
import { getSchema, listSchemas } from '@rollcall/domain/custom-schemas/list-schemas';
import { schemaDocument } from '@rollcall/domain/custom-schemas/schema-document';
import { type Command, Option } from 'commander';
import { dateOrNothing, facts, printable, printResult, table } from '../output.ts';
import { readSchemaDocument } from '../schema-document.ts';
import { addNoun, addVerb, type OutputOptions } from '../verb.ts';
import { changeAccount, withAccount } from '../with-database.ts';
import { addSchemaChangeCommands } from './schema-change.ts';

interface DefineOptions extends OutputOptions {
  file: string;
  resourceType: CustomSchema['resourceType'];
}

export function addSchemaCommands(program: Command): void {
  const schema = addNoun(program, 'schema', "Extend an account's users and groups by schemas of its own");
  addVerb(schema, 'define <account>', {
    does: 'Define an extension schema out of a document as GET /Schemas/<urn> prints it.',
    example: 'schema define acme --file payroll.json',
  })
    .requiredOption('--file <path>', 'the schema as JSON; - reads standard input')
    .addOption(
      new Option('--resource-type <type>', 'what it extends').choices(['User', 'Group']).default('User'),
    )
    .action(define);
  addVerb(schema, 'list <account>', {
    does: "List the account's own schemas.",
    example: 'schema list acme',
  }).action(list);
  addVerb(schema, 'show <account> <urn>', {
    does: 'Show one schema; with --json as a document from which it can be defined again.',
    example: 'schema show acme urn:example:scim:Payroll --json',
  }).action(show);
  addSchemaChangeCommands(schema);
}

async function define(reference: string, { file, resourceType, ...options }: DefineOptions): Promise<void> {
  const document = await readSchemaDocument(file);
  const { schema } = await changeAccount(reference, (trx, actor, { id }, now) =>
    defineSchema(trx, actor, id, { resourceType, document }, now),
  );
  printResult(
    options,
    { resourceType, schema: schemaDocument(schema) },
    `${schema.id} extends ${resourceType} now. Identity providers find it in /Schemas within a second.`,
  );
}

async function list(reference: string, options: OutputOptions): Promise<void> {
  const schemas = await withAccount(reference, (db, { id }) => listSchemas(db, id));
  printResult(
    options,
    { schemas: schemas.map(summary) },
    schemas.length === 0
      ? 'The account has no schemas of its own. "rollcall schema define" makes one.'
      : table(
          ['URN', 'EXTENDS', 'NAME', 'ATTRIBUTES', 'STATE'],
          schemas.map(({ schema, ...stored }) => [
            schema.id,
            stored.resourceType,
            schema.name,
            String(schema.attributes.length),
            stateOf(stored),
          ]),
        ),
  );
}

async function show(reference: string, urn: string, options: OutputOptions): Promise<void> {
  const stored = await withAccount(reference, (db, { id }) => getSchema(db, id, urn));
  const { schema } = stored;
  const text = facts([
    ['URN', schema.id],
    ['Extends', stored.resourceType],
    ['Name', schema.name],
    ['Description', schema.description],
    ['Version', String(stored.version)],
    ['Changed', dateOrNothing(stored.updatedAt)],
    ['State', stateOf(stored)],
  ]);
  printResult(options, schemaDocument(schema), `${text}\n\n${attributeTable(stored)}`);
}

function attributeTable({ schema }: StoredSchema): string {
  const rows = schema.attributes.flatMap((attribute) => [
    { path: attribute.name, attribute },
    ...(attribute.subAttributes ?? []).map((part) => ({
      path: `${attribute.name}.${part.name}`,
      attribute: part,
    })),
  ]);
  return table(
    ['ATTRIBUTE', 'TYPE', 'REQUIRED', 'MUTABILITY', 'RETURNED', 'DESCRIPTION'],
    rows.map(({ path, attribute }) => [
      path,
      attribute.multiValued ? `list of ${attribute.type}` : attribute.type,
      attribute.required ? 'yes' : 'no',
      attribute.mutability,
      attribute.returned,
      attribute.description,
    ]),
  );
}

function summary({ schema, ...stored }: StoredSchema): object {
  return {
    urn: schema.id,
    resourceType: stored.resourceType,
    name: schema.name,
    attributes: schema.attributes.length,
    version: stored.version,
    state: stateOf(stored),
  };
}

function stateOf({ removedAt, retired }: Pick<StoredSchema, 'removedAt' | 'retired'>): string {
  if (removedAt !== null) return 'removed, values are still to be deleted: remove it once more';
  if (retired.length === 0) return 'in force';
  const gone = retired.map((path) => path.join('.')).join(', ');
  return `in force; values of ${printable(gone)} are still to be deleted: change it once more`;
}
