import type { Actor } from '../actor.ts';
import type { Database } from '../database/connection.ts';
import { lockAccount, lockAccountShared } from '../database/locks.ts';
import { inTransaction, type Trx } from '../database/transaction.ts';
import { appendAuditEvent } from '../events/append-audit-event.ts';
import { appendAuditEvents } from '../events/append-audit-events.ts';
import type { AuditEventInput } from '../events/audit-event.ts';
import { valuesOf } from './change-schema.ts';
import { deleteSchema, selectSchema, updateSchema } from './custom-schemas.repository.ts';
import type { StoredSchema } from './custom-schema.ts';
import { type AttributePath, pathText } from './schema-difference.ts';
import { BEFORE_ALL, type DeletedValues, deleteValuesInWindow } from './stored-values.ts';

export interface DeletionControl {
  /** Asked before each transaction: what is left is deleted another time. */
  signal?: AbortSignal;
  /** Told in each transaction how many have lost values by then. */
  report?: (trx: Trx, deleted: number) => void;
}

/**
 * Deletes what a removed schema, or its removed attributes, left behind, a thousand people or groups in a transaction, so
 * that other writes go on in between. Whoever loses a value gets a new version. It can be interrupted and run again, and
 * run twice at once: what is deleted stays so, and the URN or the names are free when nothing is left. Returns how many
 * lost values.
 */
export async function finishDeletions(
  db: Database,
  actor: Actor,
  accountId: string,
  urn: string,
  now: () => Date,
  { signal, report }: DeletionControl = {},
): Promise<number> {
  let deleted = 0;
  for (;;) {
    const begun = await selectSchema(db, accountId, urn);
    if (begun === undefined || (begun.removedAt === null && begun.retired.length === 0)) return deleted;
    let after: string | undefined = BEFORE_ALL;
    while (after !== undefined) {
      signal?.throwIfAborted();
      const from: string = after;
      const before = deleted;
      const done = await inTransaction(db, async (trx) => {
        const window = await deleteWindow(trx, actor, accountId, begun, from, now());
        report?.(trx, before + window.changed.length);
        return window;
      });
      deleted += done.changed.length;
      after = done.last;
    }
    await inTransaction(db, (trx) => free(trx, accountId, begun, now()));
  }
}

async function deleteWindow(
  trx: Trx,
  actor: Actor,
  accountId: string,
  begun: StoredSchema,
  after: string,
  now: Date,
): Promise<DeletedValues> {
  await lockAccountShared(trx, accountId);
  if (!(await isAsBegun(trx, accountId, begun))) return { last: undefined, changed: [] };
  const paths = pathsOf(begun);
  const done = await deleteValuesInWindow(trx, valuesOf(accountId, begun), paths, after, now);
  if (done.changed.length > 0) {
    appendAuditEvent(trx, actor, accountId, now, {
      kind: 'custom_schema.values_deleted',
      target: { kind: 'custom_schema', id: begun.id },
      detail: {
        urn: begun.schema.id,
        attributes: paths.map(pathText),
        resourceType: begun.resourceType,
        amount: done.changed.length,
      },
    });
    appendAuditEvents(
      trx,
      actor,
      accountId,
      now,
      done.changed.map((changed) => eventOfLoss(begun, changed)),
    );
  }
  return done;
}

/** Each person or group tells of their own change, so that their history is whole. */
function eventOfLoss(
  { resourceType, schema }: StoredSchema,
  { id, version, before, after }: DeletedValues['changed'][number],
): AuditEventInput {
  const { id: urn } = schema;
  if (resourceType === 'Group') {
    const detail = { attributes: { from: before, to: after } };
    return { kind: 'group.changed', target: { kind: 'group', id, version }, detail };
  }
  const change = { from: before[urn] ?? null, to: after[urn] ?? null };
  const detail = { changes: { attributes: { [urn]: change } } };
  return { kind: 'user.changed', target: { kind: 'user', id, version }, detail };
}

/** The removed schema's row goes; of a living one, the names whose values are gone. */
async function free(trx: Trx, accountId: string, finished: StoredSchema, now: Date): Promise<void> {
  await lockAccount(trx, accountId);
  if (!(await isAsBegun(trx, accountId, finished))) return;
  if (finished.removedAt === null)
    await updateSchema(trx, accountId, { ...finished, retired: [], updatedAt: now });
  else await deleteSchema(trx, accountId, finished.id);
}

/**
 * Whether nobody has changed, removed or freed and defined anew the schema since a deletion looked. Another one may have
 * been faster: then values under the same names are new ones.
 */
async function isAsBegun(trx: Trx, accountId: string, begun: StoredSchema): Promise<boolean> {
  const stored = await selectSchema(trx, accountId, begun.schema.id);
  return stored?.id === begun.id && stored.version === begun.version;
}

/** None: everything of the schema. */
function pathsOf({ removedAt, retired }: StoredSchema): readonly AttributePath[] {
  return removedAt === null ? retired : [];
}
