import { isDeepStrictEqual } from 'node:util';
import type { Kysely } from 'kysely';
import type { SchemaDefinition } from '@rollcall/scim-protocol/schemas/attribute';
import type { CustomSchema } from '../accounts/account-settings.ts';
import type { Actor } from '../actor.ts';
import { lockAccount } from '../database/locks.ts';
import type { DB } from '../database/schema.generated.ts';
import type { Trx } from '../database/transaction.ts';
import { ConflictError, RefusedError } from '../errors.ts';
import { appendAuditEvent } from '../events/append-audit-event.ts';
import { toJson } from '../json.ts';
import { announceSettingsChange } from '../scim-access/access-changes.ts';
import { updateSchema } from './custom-schemas.repository.ts';
import type { StoredSchema } from './custom-schema.ts';
import { getSchema } from './list-schemas.ts';
import { parseSchemaDocument } from './parse-schema-document.ts';
import { type AttributePath, pathText, schemaDifference } from './schema-difference.ts';
import { countWithoutValuesAt, countWithValuesAt, type ValuesAt } from './stored-values.ts';

export interface SchemaChange {
  resourceType: CustomSchema['resourceType'];
  schema: SchemaDefinition;
  /** Attributes and sub-attributes, as `name` or `name.sub`. */
  added: readonly string[];
  changed: readonly string[];
  /** With the number of people or groups whose values go with them. */
  removed: readonly { attribute: string; withValues: number }[];
  /** Why the change cannot be made at all, in words. */
  impossible: readonly string[];
}

/** What a new version of a schema would do, with the numbers of now. Throws NotFoundError and InvalidInputError. */
export async function previewSchemaChange(
  db: Kysely<DB>,
  accountId: string,
  document: unknown,
): Promise<SchemaChange> {
  return (await planChange(db, accountId, document)).change;
}

/**
 * Puts a new version in the place of a schema. Whatever leaves stored values right is done; an attribute goes with its
 * values, which needs `deleteValues` when there are any, and `finishDeletions` afterwards. Throws NotFoundError,
 * InvalidInputError, RefusedError('schema_change_impossible' | 'schema_has_values') and, for an attribute whose earlier
 * values are not all deleted yet, ConflictError.
 */
export async function changeSchema(
  trx: Trx,
  actor: Actor,
  accountId: string,
  { document, deleteValues }: { document: unknown; deleteValues: boolean },
  now: Date,
): Promise<SchemaChange> {
  await lockAccount(trx, accountId);
  const { stored, change, removed } = await planChange(trx, accountId, document);
  if (change.impossible.length > 0) {
    throw new RefusedError('schema_change_impossible', change.impossible.join('\n'));
  }
  const losses = change.removed.filter(({ withValues }) => withValues > 0);
  if (losses.length > 0 && !deleteValues) throw wouldDelete(stored, losses);
  const before = stored.schema;
  if (isDeepStrictEqual(before, change.schema)) return change;
  const after: StoredSchema = {
    ...stored,
    schema: change.schema,
    retired: [...stored.retired, ...removed],
    version: stored.version + 1,
    updatedAt: now,
  };
  await updateSchema(trx, accountId, after);
  appendAuditEvent(trx, actor, accountId, now, {
    kind: 'custom_schema.changed',
    target: { kind: 'custom_schema', id: stored.id },
    detail: {
      before: toJson(before),
      after: toJson(after.schema),
      removed: toJson(change.removed),
    },
  });
  announceSettingsChange(trx, accountId);
  return change;
}

export function valuesOf(accountId: string, { resourceType, schema }: StoredSchema): ValuesAt {
  return { accountId, resourceType, urn: schema.id };
}

/** `1 user`, `2 groups`. */
export function resourcesInWords({ resourceType }: StoredSchema, amount: number): string {
  return `${amount} ${resourceType.toLowerCase()}${amount === 1 ? '' : 's'}`;
}

interface ChangePlan {
  stored: StoredSchema;
  change: SchemaChange;
  removed: readonly AttributePath[];
}

async function planChange(db: Kysely<DB>, accountId: string, document: unknown): Promise<ChangePlan> {
  const parsed = parseSchemaDocument(document);
  const stored = await getSchema(db, accountId, parsed.id);
  if (stored.removedAt !== null) throw beingDeleted(stored.schema.id);
  // Values are kept under the spelling that the URN had when it was defined.
  const schema = { ...parsed, id: stored.schema.id };
  const { added, changed, removed, demanded, impossible } = schemaDifference(stored.schema, schema);
  for (const path of added) assertNotRetired(stored, path);
  const at = valuesOf(accountId, stored);
  const [losses, gaps] = await Promise.all([
    countWithValuesAt(db, at, removed),
    countWithoutValuesAt(db, at, demanded),
  ]);
  return {
    stored,
    removed,
    change: {
      resourceType: stored.resourceType,
      schema,
      added: added.map(pathText),
      changed: changed.map(pathText),
      removed: removed.map((path, index) => ({ attribute: pathText(path), withValues: losses[index] ?? 0 })),
      impossible: [
        ...impossible,
        ...demanded.flatMap((path, index) => lacking(stored, path, gaps[index] ?? 0)),
      ],
    },
  };
}

function lacking(stored: StoredSchema, path: AttributePath, amount: number): string[] {
  if (amount === 0) return [];
  const who = resourcesInWords(stored, amount);
  return [
    `"${pathText(path)}" cannot be required: ${who} with values of this schema ${amount === 1 ? 'has' : 'have'} none for it. Have the identity provider send it first.`,
  ];
}

function assertNotRetired({ retired }: StoredSchema, path: AttributePath): void {
  const isRetired = retired.some(
    ([name, sub]) =>
      name.toLowerCase() === path[0].toLowerCase() &&
      (sub === undefined || sub.toLowerCase() === path[1]?.toLowerCase()),
  );
  if (isRetired) throw beingDeleted(pathText(path));
}

function beingDeleted(what: string): ConflictError {
  return new ConflictError(
    'schema_urn_taken',
    `The values of "${what}" are still being deleted. Finish that first, by the same removal or change once more; then the name is free.`,
  );
}

function wouldDelete(stored: StoredSchema, losses: SchemaChange['removed']): RefusedError {
  const said = losses.map(
    ({ attribute, withValues }) => `"${attribute}" of ${resourcesInWords(stored, withValues)}`,
  );
  return new RefusedError(
    'schema_has_values',
    `The change would delete the values of ${said.join(', ')}, for good. Confirm that they are to be deleted, or keep the attributes.`,
  );
}
