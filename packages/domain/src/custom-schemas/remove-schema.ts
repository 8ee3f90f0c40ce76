import type { Kysely } from 'kysely';
import type { CustomSchema } from '../accounts/account-settings.ts';
import type { Actor } from '../actor.ts';
import { lockAccount } from '../database/locks.ts';
import type { DB } from '../database/schema.generated.ts';
import type { Trx } from '../database/transaction.ts';
import { RefusedError } from '../errors.ts';
import { appendAuditEvent } from '../events/append-audit-event.ts';
import { announceSettingsChange } from '../scim-access/access-changes.ts';
import { resourcesInWords, valuesOf } from './change-schema.ts';
import { updateSchema } from './custom-schemas.repository.ts';
import { getSchema } from './list-schemas.ts';
import { countWithValues } from './stored-values.ts';

export interface SchemaRemoval {
  urn: string;
  resourceType: CustomSchema['resourceType'];
  /** People or groups whose values of the schema go with it; deleted people, whose tombstones keep theirs, included. */
  withValues: number;
}

/** What removing a schema would delete now. Throws NotFoundError. */
export async function previewSchemaRemoval(
  db: Kysely<DB>,
  accountId: string,
  urn: string,
): Promise<SchemaRemoval> {
  const stored = await getSchema(db, accountId, urn);
  const withValues = await countWithValues(db, valuesOf(accountId, stored));
  return { urn: stored.schema.id, resourceType: stored.resourceType, withValues };
}

/**
 * Takes a schema away: from the commit on nobody sees it or its values, and `finishDeletions` deletes them. Its URN stays
 * taken until then. One that is being removed already stays so. Throws NotFoundError and, where there are values and
 * `deleteValues` is not said, RefusedError('schema_has_values').
 */
export async function removeSchema(
  trx: Trx,
  actor: Actor,
  accountId: string,
  { urn, deleteValues }: { urn: string; deleteValues: boolean },
  now: Date,
): Promise<SchemaRemoval> {
  await lockAccount(trx, accountId);
  const stored = await getSchema(trx, accountId, urn);
  const { resourceType, schema } = stored;
  const withValues = await countWithValues(trx, valuesOf(accountId, stored));
  const removal = { urn: schema.id, resourceType, withValues };
  if (stored.removedAt !== null) return removal;
  if (withValues > 0 && !deleteValues) {
    throw new RefusedError(
      'schema_has_values',
      `Removing ${schema.id} would delete the values of ${resourcesInWords(stored, withValues)}, for good. Confirm that they are to be deleted, or keep the schema.`,
    );
  }
  await updateSchema(trx, accountId, {
    ...stored,
    version: stored.version + 1,
    updatedAt: now,
    removedAt: now,
  });
  appendAuditEvent(trx, actor, accountId, now, {
    kind: 'custom_schema.removed',
    target: { kind: 'custom_schema', id: stored.id },
    detail: { ...removal },
  });
  announceSettingsChange(trx, accountId);
  return removal;
}
