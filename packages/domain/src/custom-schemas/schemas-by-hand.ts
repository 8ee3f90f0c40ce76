import type { Kysely } from 'kysely';
import type { CustomSchema } from '../accounts/account-settings.ts';
import { assertRight, type Caller } from '../admins/caller.ts';
import { lockAccount } from '../database/locks.ts';
import type { DB } from '../database/schema.generated.ts';
import type { Trx } from '../database/transaction.ts';
import { InvalidInputError, NotFoundError } from '../errors.ts';
import { once } from '../idempotency/once.ts';
import type { Job } from '../jobs/jobs.ts';
import { type JsonValue, toJson } from '../json.ts';
import { assertVersion } from '../version-condition.ts';
import { changeSchema, previewSchemaChange, type SchemaChange } from './change-schema.ts';
import type { StoredSchema } from './custom-schema.ts';
import { selectSchemas } from './custom-schemas.repository.ts';
import { defineSchema } from './define-schema.ts';
import { queueDeletion } from './deletion-job.ts';
import { parseSchemaDocument } from './parse-schema-document.ts';
import { removeSchema } from './remove-schema.ts';

export interface NewSchema {
  resourceType: CustomSchema['resourceType'];
  document: JsonValue;
  idempotencyKey?: string | undefined;
}

export interface SchemaWanted {
  id: string;
  document: JsonValue;
}

interface SchemaCondition {
  /** Confirms that values go with what is taken away, for good. */
  deleteValues: boolean;
  /** The version that the caller saw: refused when somebody else changed the schema since. */
  expectedVersion?: number | undefined;
}

/** A schema as it is now, and the job that deletes the values of what was taken away; null where nothing was. */
export interface ChangedSchema {
  schema: StoredSchema;
  deletion: Job | null;
}

/**
 * Defines a schema for an administrator. Throws what `defineSchema` does, with the path in the input; ForbiddenError; and, with
 * an idempotency key, ConflictError('idempotency_key_reused').
 */
export async function createSchemaByHand(
  trx: Trx,
  caller: Caller,
  accountId: string,
  { resourceType, document, idempotencyKey }: NewSchema,
  now: Date,
): Promise<StoredSchema> {
  assertRight(caller, 'settings:write');
  // Read first: what a client nests without end goes no further.
  const schema = toJson(inDocument(() => parseSchemaDocument(document)));
  const repeatable = {
    key: idempotencyKey,
    operation: 'customSchemaCreate',
    input: { resourceType, schema },
  };
  const { id } = await once(trx, caller, accountId, repeatable, now, async (schemaId) => {
    await atDocument(
      defineSchema(trx, caller.actor, accountId, { resourceType, document, id: schemaId }, now),
    );
  });
  return getSchemaById(trx, accountId, id);
}

/** What `updateSchemaByHand` would do, with the numbers of now. Throws ForbiddenError, NotFoundError and InvalidInputError. */
export async function previewSchemaUpdate(
  db: Kysely<DB>,
  caller: Caller,
  accountId: string,
  wanted: SchemaWanted,
): Promise<SchemaChange> {
  assertRight(caller, 'settings:read');
  assertSameUrn(await getSchemaById(db, accountId, wanted.id), wanted);
  return atDocument(previewSchemaChange(db, accountId, wanted.document));
}

/**
 * Puts a new version in the place of a schema. Throws what `changeSchema` does, with the path in the input, ForbiddenError and
 * VersionMismatchError.
 */
export async function updateSchemaByHand(
  trx: Trx,
  caller: Caller,
  accountId: string,
  { deleteValues, expectedVersion, ...wanted }: SchemaWanted & SchemaCondition,
  now: Date,
): Promise<ChangedSchema & { change: SchemaChange }> {
  const before = await lockSchema(trx, caller, accountId, wanted.id, expectedVersion);
  assertSameUrn(before, wanted);
  const { document } = wanted;
  const change = await atDocument(
    changeSchema(trx, caller.actor, accountId, { document, deleteValues }, now),
  );
  const schema = await getSchemaById(trx, accountId, before.id);
  const withValues = change.removed.reduce((sum, removed) => sum + removed.withValues, 0);
  const deletion =
    schema.retired.length === 0
      ? null
      : await queueDeletion(trx, caller.actor, accountId, schema, withValues, now);
  return { schema, deletion, change };
}

/** Takes a schema away, and again where its deletion failed. Throws what `removeSchema` does, ForbiddenError and VersionMismatchError. */
export async function deleteSchemaByHand(
  trx: Trx,
  caller: Caller,
  accountId: string,
  { id, deleteValues, expectedVersion }: { id: string } & SchemaCondition,
  now: Date,
): Promise<ChangedSchema> {
  const before = await lockSchema(trx, caller, accountId, id, expectedVersion);
  const { withValues } = await removeSchema(
    trx,
    caller.actor,
    accountId,
    { urn: before.schema.id, deleteValues },
    now,
  );
  const schema = await getSchemaById(trx, accountId, before.id);
  return { schema, deletion: await queueDeletion(trx, caller.actor, accountId, schema, withValues, now) };
}

async function lockSchema(
  trx: Trx,
  caller: Caller,
  accountId: string,
  id: string,
  expectedVersion: number | undefined,
): Promise<StoredSchema> {
  assertRight(caller, 'settings:write');
  await lockAccount(trx, accountId);
  const stored = await getSchemaById(trx, accountId, id);
  if (expectedVersion !== undefined) assertVersion(stored.version, { oneOf: [expectedVersion] });
  return stored;
}

// Without the id: whoever asks may know the schema by another one.
async function getSchemaById(db: Kysely<DB>, accountId: string, id: string): Promise<StoredSchema> {
  const stored = (await selectSchemas(db, accountId)).find((schema) => schema.id === id);
  if (stored === undefined) throw new NotFoundError('The account has no such schema.');
  return stored;
}

function assertSameUrn({ schema }: StoredSchema, { document }: SchemaWanted): void {
  const { id } = inDocument(() => parseSchemaDocument(document));
  if (id.toLowerCase() === schema.id.toLowerCase()) return;
  throw new InvalidInputError(
    `The document is of ${id}, and the schema is ${schema.id}. A schema keeps its URN: create another one for another URN.`,
    'document.id',
  );
}

async function atDocument<T>(work: Promise<T>): Promise<T> {
  return work.catch((error: unknown) => {
    throw withPath(error);
  });
}

function inDocument<T>(work: () => T): T {
  try {
    return work();
  } catch (error) {
    throw withPath(error);
  }
}

/** The same failure, at its place in the input: below `document`, without the words that may stand behind the place. */
function withPath(error: unknown): unknown {
  if (!(error instanceof InvalidInputError)) return error;
  const place = /^(?:id|attributes\S*)/u.exec(error.path ?? '')?.[0];
  const path = place === undefined ? 'document' : `document.${place}`;
  return new InvalidInputError(error.message, path, { cause: error });
}
