import { createHash } from 'node:crypto';
import { type RawBuilder, sql } from 'kysely';
import type { Actor } from '../actor.ts';
import { atCommit, type Trx } from '../database/transaction.ts';
import { newId } from '../ids.ts';
import { isJsonArray, type JsonObject, type JsonValue } from '../json.ts';
import { fewRandomBytes } from '../random-bytes.ts';
import type { AuditEventInput } from './audit-event.ts';

/** What a new event is given, in this order. */
export const EVENT_COLUMNS = sql.raw(`
  account_id, id, at, kind, alert, actor_kind, actor_id, actor_name, target_kind, target_id, target_version, request_id,
  request_method, request_path, detail, detail_salt, detail_digest`);

/** Records one change in the transaction that makes it: the event is there if and only if the change is. */
export function appendAuditEvent(
  trx: Trx,
  actor: Actor,
  accountId: string,
  now: Date,
  event: AuditEventInput,
): void {
  atCommit(trx, auditEventInsert(actor, accountId, now, event, sql``).compile(trx));
}

/**
 * The insertion as part of a larger statement: `from` is its FROM clause, and gives one row if the change is made. `version`
 * stands for a version of the target that only the statement knows.
 */
export function auditEventInsert(
  actor: Actor,
  accountId: string,
  now: Date,
  event: AuditEventInput,
  from: RawBuilder<unknown>,
  version: RawBuilder<unknown> = sql`${versionOf(event)}::integer`,
): RawBuilder<unknown> {
  const { text, salt, digest } = sealDetail(event.detail);
  const request = 'request' in actor ? actor.request : undefined;
  return sql`
    insert into audit_events (${EVENT_COLUMNS})
    select ${accountId}, ${newId()}, ${now}, ${event.kind}, ${event.alert ?? false}, ${actor.kind},
      ${'id' in actor ? actor.id : null}, ${actor.name}, ${event.target.kind},
      ${'id' in event.target ? (event.target.id ?? null) : null}, ${version}, ${request?.id ?? null}, ${request?.method ?? null},
      ${request?.path ?? null}, ${text}, ${salt}, ${digest} ${from}`;
}

export function versionOf({ target }: AuditEventInput): number | null {
  return 'version' in target ? (target.version ?? null) : null;
}

/** An event's detail as it is stored: its text, and the digest over it with a salt of its own. */
export function sealDetail(detail: JsonObject): { text: string; salt: Buffer; digest: Buffer } {
  const salt = fewRandomBytes(16);
  const text = canonicalJson(detail);
  return { text, salt, digest: saltedDigest(salt, text) };
}

/**
 * SHA-256 over salt and detail. A chain over these digests still verifies when a person's detail and salt have been
 * blanked; without the salt, nobody can guess the detail back from its digest.
 */
export function detailDigest(salt: Uint8Array, detail: JsonObject): Buffer {
  return saltedDigest(salt, canonicalJson(detail));
}

function saltedDigest(salt: Uint8Array, text: string): Buffer {
  return createHash('sha256').update(salt).update(text).digest();
}

/** jsonb gives keys back in its own order, so digests are made over one that does not depend on it. */
export function canonicalJson(value: JsonValue): string {
  return JSON.stringify(withSortedKeys(value));
}

// Keys by code units: a locale would make the digest depend on the machine.
function withSortedKeys(value: JsonValue | undefined): unknown {
  if (typeof value !== 'object' || value === null) return value;
  if (isJsonArray(value)) return value.map((part) => withSortedKeys(part));
  const keys = Object.keys(value);
  // Most are: { from, to }.
  const sorted = isSorted(keys) ? keys : keys.toSorted();
  return Object.fromEntries(sorted.map((key) => [key, withSortedKeys(value[key])]));
}

function isSorted(keys: readonly string[]): boolean {
  return keys.every((key, index) => index === 0 || (keys[index - 1] ?? '') < key);
}
