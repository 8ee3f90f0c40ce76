import {
  changeSchema,
  previewSchemaChange,
  type SchemaChange,
} from '@rollcall/domain/custom-schemas/change-schema';
import { finishDeletions } from '@rollcall/domain/custom-schemas/finish-deletions';
import {
  previewSchemaRemoval,
  removeSchema,
  type SchemaRemoval,
} from '@rollcall/domain/custom-schemas/remove-schema';
import { schemaDocument } from '@rollcall/domain/custom-schemas/schema-document';
import { RefusedError } from '@rollcall/domain/errors';
import type { Command } from 'commander';
import { CommandFailure } from '../command-failure.ts';
import { printable, printResult } from '../output.ts';
import { readSchemaDocument } from '../schema-document.ts';
import { addVerb, PREVIEW, type PreviewOptions } from '../verb.ts';
import { changeAccount, operator, withAccount } from '../with-database.ts';

interface EffectOptions extends PreviewOptions {
  deleteValues?: boolean;
}

const DELETE_VALUES = 'confirm that the values are deleted that go with it, for good';

export function addSchemaChangeCommands(schema: Command): void {
  addVerb(schema, 'change <account>', {
    does: 'Put a new version in the place of a schema. What would make stored values wrong is refused.',
    example: 'schema change acme --file payroll.json --preview',
  })
    .requiredOption('--file <path>', 'the whole schema as JSON; - reads standard input')
    .option('--preview', PREVIEW)
    .option('--delete-values', DELETE_VALUES)
    .action(change);
  addVerb(schema, 'remove <account> <urn>', {
    does: 'Remove a schema with all of its values. Run again, it finishes what was interrupted.',
    example: 'schema remove acme urn:example:scim:Payroll --preview',
  })
    .option('--preview', PREVIEW)
    .option('--delete-values', DELETE_VALUES)
    .action(remove);
}

async function change(
  reference: string,
  { file, preview, deleteValues = false, ...options }: EffectOptions & { file: string },
): Promise<void> {
  const document = await readSchemaDocument(file);
  if (preview) {
    const change = await withAccount(reference, (db, { id }) => previewSchemaChange(db, id, document));
    printResult(options, described(change), inWords(change, 'would be').join('\n'));
    return;
  }
  const done = await confirmable(
    changeAccount(reference, (trx, actor, { id }, now) =>
      changeSchema(trx, actor, id, { document, deleteValues }, now),
    ),
  );
  const deleted = await finish(reference, done.schema.id);
  const lines = [...inWords(done, 'is'), ...deletedInWords(done.resourceType, deleted)];
  printResult(options, { ...described(done), deleted }, lines.join('\n'));
}

async function remove(
  reference: string,
  urn: string,
  { preview, deleteValues = false, ...options }: EffectOptions,
): Promise<void> {
  if (preview) {
    const removal = await withAccount(reference, (db, { id }) => previewSchemaRemoval(db, id, urn));
    printResult(options, removal, `${removal.urn} would be removed. ${lossInWords(removal)}`);
    return;
  }
  const removal = await confirmable(
    changeAccount(reference, (trx, actor, { id }, now) =>
      removeSchema(trx, actor, id, { urn, deleteValues }, now),
    ),
  );
  const deleted = await finish(reference, removal.urn);
  const text = [`${removal.urn} is removed.`, ...deletedInWords(removal.resourceType, deleted)].join('\n');
  printResult(options, { urn: removal.urn, resourceType: removal.resourceType, deleted }, text);
}

/** Says how to confirm what the domain will not do unconfirmed. */
async function confirmable<T>(work: Promise<T>): Promise<T> {
  try {
    return await work;
  } catch (error) {
    if (!(error instanceof RefusedError) || error.reason !== 'schema_has_values') throw error;
    throw new CommandFailure(`${error.message} The option --delete-values confirms it.`);
  }
}

/** In transactions of its own, so that the identity provider's writes go on in between. */
function finish(reference: string, urn: string): Promise<number> {
  return withAccount(reference, (db, { id }) => finishDeletions(db, operator(), id, urn, () => new Date()));
}

function described({ schema, ...effects }: SchemaChange): object {
  return { ...effects, schema: schemaDocument(schema) };
}

function inWords({ resourceType, added, changed, removed, impossible }: SchemaChange, is: string): string[] {
  if (impossible.length > 0) return ['The change cannot be made:', ...impossible.map(printable)];
  const lines = [
    ...added.map((name) => `${name} ${is} added`),
    ...changed.map((name) => `${name} ${is} changed`),
    ...removed.map(
      ({ attribute, withValues }) =>
        `${attribute} ${is} removed, with the values of ${amountOf(resourceType, withValues)}`,
    ),
  ];
  return lines.length === 0 ? ['No attribute changes.'] : lines.map(printable);
}

function lossInWords({ resourceType, withValues }: SchemaRemoval): string {
  return withValues === 0
    ? 'Nobody has values of it.'
    : `The values of ${amountOf(resourceType, withValues)} would be deleted; --delete-values confirms that.`;
}

function deletedInWords(resourceType: SchemaRemoval['resourceType'], deleted: number): string[] {
  return deleted === 0 ? [] : [`The values of ${amountOf(resourceType, deleted)} were deleted.`];
}

function amountOf(resourceType: SchemaRemoval['resourceType'], amount: number): string {
  return `${amount} ${resourceType.toLowerCase()}${amount === 1 ? '' : 's'}`;
}
