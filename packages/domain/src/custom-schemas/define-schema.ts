import type { CustomSchema } from '../accounts/account-settings.ts';
import type { Actor } from '../actor.ts';
import { lockAccount } from '../database/locks.ts';
import type { Trx } from '../database/transaction.ts';
import { ConflictError, RefusedError } from '../errors.ts';
import { appendAuditEvent } from '../events/append-audit-event.ts';
import { newId } from '../ids.ts';
import { toJson } from '../json.ts';
import { announceSettingsChange } from '../scim-access/access-changes.ts';
import { insertSchema, selectSchemas } from './custom-schemas.repository.ts';
import type { StoredSchema } from './custom-schema.ts';
import { parseSchemaDocument } from './parse-schema-document.ts';
import { areTooAlike } from './schema-urn.ts';

/** Each request reads the account's schemas, and each answer may be judged by all of them. */
export const MOST_SCHEMAS = 10;

export interface SchemaInput {
  resourceType: CustomSchema['resourceType'];
  document: unknown;
  /** Of the row; a new one unless given. */
  id?: string;
}

/**
 * Gives the account's users or groups an extension of its own (RFC 7643 3.3), from the document that `/Schemas` would
 * print. No resource must have it; what it requires binds those that have anything of it. Throws InvalidInputError,
 * ConflictError('schema_urn_taken') and RefusedError('too_many_schemas').
 */
export async function defineSchema(
  trx: Trx,
  actor: Actor,
  accountId: string,
  { resourceType, document, id = newId() }: SchemaInput,
  now: Date,
): Promise<CustomSchema> {
  const schema = parseSchemaDocument(document);
  const [, known] = await Promise.all([lockAccount(trx, accountId), selectSchemas(trx, accountId)]);
  for (const other of known) assertDistinct(schema.id, other);
  if (known.length >= MOST_SCHEMAS) {
    throw new RefusedError(
      'too_many_schemas',
      `The account has ${known.length} schemas of its own, and ${MOST_SCHEMAS} are the most. Remove one, or add the attributes to one that is there.`,
    );
  }
  const stored: StoredSchema = {
    id,
    resourceType,
    schema,
    version: 1,
    retired: [],
    createdAt: now,
    updatedAt: now,
    removedAt: null,
  };
  await insertSchema(trx, accountId, stored);
  appendAuditEvent(trx, actor, accountId, now, {
    kind: 'custom_schema.defined',
    target: { kind: 'custom_schema', id: stored.id },
    detail: { resourceType, schema: toJson(schema) },
  });
  announceSettingsChange(trx, accountId);
  return { resourceType, schema };
}

function assertDistinct(urn: string, { schema, removedAt }: StoredSchema): void {
  if (!areTooAlike(urn, schema.id)) return;
  if (removedAt !== null) {
    throw new ConflictError(
      'schema_urn_taken',
      `The schema ${schema.id} was removed and its values are still being deleted. Remove it once more to finish that; then its URN is free.`,
    );
  }
  throw new ConflictError(
    'schema_urn_taken',
    urn.toLowerCase() === schema.id.toLowerCase()
      ? `The account has a schema ${schema.id} already. Change that one, or choose another URN.`
      : `The account has a schema ${schema.id}; paths below the two URNs could be mistaken for one another. Choose another URN.`,
  );
}
