import { createHash, randomBytes } from 'node:crypto';
import type { Actor } from '../actor.ts';
import { atCommit, type Trx } from '../database/transaction.ts';
import { newId } from '../ids.ts';
import type { JsonObject, JsonValue } from '../json.ts';
import type { AuditEventInput } from './audit-event.ts';

/** Records one change in the transaction that makes it: the event is there if and only if the change is. */
export function appendAuditEvent(
  trx: Trx,
  actor: Actor,
  accountId: string,
  now: Date,
  event: AuditEventInput,
): void {
  const salt = randomBytes(16);
  const request = 'request' in actor ? actor.request : undefined;
  atCommit(
    trx,
    trx
      .insertInto('audit_events')
      .values({
        account_id: accountId,
        id: newId(),
        at: now,
        kind: event.kind,
        alert: event.alert ?? false,
        actor_kind: actor.kind,
        actor_id: 'id' in actor ? actor.id : null,
        actor_name: actor.name,
        target_kind: event.target.kind,
        target_id: 'id' in event.target ? (event.target.id ?? null) : null,
        request_id: request?.id ?? null,
        request_method: request?.method ?? null,
        request_path: request?.path ?? null,
        detail: JSON.stringify(event.detail),
        detail_salt: salt,
        detail_digest: detailDigest(salt, event.detail),
      })
      .compile(),
  );
}

/**
 * SHA-256 over salt and detail. A chain over these digests still verifies when a person's detail and salt have been
 * blanked; without the salt, nobody can guess the detail back from its digest.
 */
export function detailDigest(salt: Uint8Array, detail: JsonObject): Buffer {
  return createHash('sha256').update(salt).update(canonicalJson(detail)).digest();
}

// jsonb gives keys back in its own order, so the digest is made over one that does not depend on it.
function canonicalJson(value: JsonValue): string {
  return JSON.stringify(value, (_key, part: unknown) =>
    typeof part === 'object' && part !== null && !Array.isArray(part)
      ? Object.fromEntries(Object.entries(part).toSorted(([a], [b]) => (a < b ? -1 : 1)))
      : part,
  );
}
