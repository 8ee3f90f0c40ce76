import type { Actor } from '../actor.ts';
import type { Database } from '../database/connection.ts';
import { lockAccount, lockAccountShared } from '../database/locks.ts';
import { inTransaction, type Trx } from '../database/transaction.ts';
import { appendAuditEvent } from '../events/append-audit-event.ts';
import { valuesOf } from './change-schema.ts';
import { deleteSchema, selectSchema, updateSchema } from './custom-schemas.repository.ts';
import type { StoredSchema } from './custom-schema.ts';
import { type AttributePath, pathText } from './schema-difference.ts';
import { BEFORE_ALL, deleteValuesInWindow } from './stored-values.ts';

/**
 * Deletes what a removed schema, or its removed attributes, left behind, a thousand people or groups in a transaction, so
 * that other writes go on in between. Whoever loses a value gets a new version. It can be interrupted and run again: what
 * is deleted stays so, and the URN or the names are free when nothing is left. Returns how many lost values.
 */
export async function finishDeletions(
  db: Database,
  actor: Actor,
  accountId: string,
  urn: string,
  now: () => Date,
): Promise<number> {
  const stored = await selectSchema(db, accountId, urn);
  if (stored === undefined || (stored.removedAt === null && stored.retired.length === 0)) return 0;
  let deleted = 0;
  let after: string | undefined = BEFORE_ALL;
  while (after !== undefined) {
    const from: string = after;
    const done = await inTransaction(db, (trx) => deleteWindow(trx, actor, accountId, stored, from, now()));
    deleted += done.changed;
    after = done.last;
  }
  await inTransaction(db, (trx) => free(trx, accountId, stored, now()));
  return deleted;
}

async function deleteWindow(
  trx: Trx,
  actor: Actor,
  accountId: string,
  stored: StoredSchema,
  after: string,
  now: Date,
): Promise<{ last: string | undefined; changed: number }> {
  await lockAccountShared(trx, accountId);
  const paths = pathsOf(stored);
  const done = await deleteValuesInWindow(trx, valuesOf(accountId, stored), paths, after, now);
  if (done.changed > 0) {
    appendAuditEvent(trx, actor, accountId, now, {
      kind: 'custom_schema.values_deleted',
      target: { kind: 'custom_schema', id: stored.id },
      detail: {
        urn: stored.schema.id,
        attributes: paths.map(pathText),
        resourceType: stored.resourceType,
        amount: done.changed,
      },
    });
  }
  return done;
}

/** The removed schema's row goes; of a living one, the names whose values are gone. What was retired meanwhile stays on the list. */
async function free(trx: Trx, accountId: string, finished: StoredSchema, now: Date): Promise<void> {
  await lockAccount(trx, accountId);
  const stored = await selectSchema(trx, accountId, finished.schema.id);
  if (stored === undefined || stored.id !== finished.id) return;
  if (finished.removedAt !== null) {
    await deleteSchema(trx, accountId, stored.id);
    return;
  }
  const done = new Set(finished.retired.map(pathText));
  const retired = stored.retired.filter((path) => !done.has(pathText(path)));
  await updateSchema(trx, accountId, { ...stored, retired, updatedAt: now });
}

/** None: everything of the schema. */
function pathsOf({ removedAt, retired }: StoredSchema): readonly AttributePath[] {
  return removedAt === null ? retired : [];
}
