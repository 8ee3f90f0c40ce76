import { createHash } from 'node:crypto';
import { sql } from 'kysely';
import type { Caller } from '../admins/caller.ts';
import type { Trx } from '../database/transaction.ts';
import { ConflictError, InvalidInputError } from '../errors.ts';
import type { JsonObject } from '../json.ts';
import { canonicalJson } from '../events/append-audit-event.ts';
import { newId } from '../ids.ts';

/** A creation that may be sent again, when its answer was lost, without being done again. */
export interface Repeatable {
  /** Chosen by the client, one for each creation that it means; without one, each request creates. */
  key: string | undefined;
  /** The name of the mutation: a key stands for one kind of request. */
  operation: string;
  /** What was asked for, without secrets. */
  input: JsonObject;
}

const LONGEST_KEY = 200;

/**
 * Runs `create` with the id of the new resource, unless the caller had it done before under the same key: then resolves to
 * the id of that resource. Of two that are sent at once the second waits for the first. Throws
 * ConflictError('idempotency_key_reused') when the key came with another request, and InvalidInputError.
 */
export async function once(
  trx: Trx,
  caller: Caller,
  accountId: string,
  { key, operation, input }: Repeatable,
  now: Date,
  create: (id: string) => Promise<void>,
): Promise<{ id: string; repeated: boolean }> {
  const id = newId();
  if (key === undefined) {
    await create(id);
    return { id, repeated: false };
  }
  if (key.trim() === '' || key.length > LONGEST_KEY || /\p{Cc}|\p{Cs}/u.test(key)) {
    throw new InvalidInputError(
      `An idempotency key has 1 to ${LONGEST_KEY} characters and no control characters; a random UUID is a good one.`,
      'idempotencyKey',
    );
  }
  const digest = createHash('sha256').update(canonicalJson({ operation, input })).digest();
  const { rows } = await sql<{ resource_id: string; input_digest: Buffer; is_new: boolean }>`
    with inserted as (
      insert into idempotency_keys (account_id, caller, key, operation, input_digest, resource_id, created_at)
      values (${accountId}, ${callerKey(caller)}, ${key}, ${operation}, ${digest}, ${id}, ${now})
      on conflict (account_id, caller, key) do update set key = excluded.key
      returning resource_id, input_digest
    )
    select i.resource_id, i.input_digest, i.resource_id = ${id}::uuid as is_new from inserted i`.execute(trx);
  const [row] = rows;
  if (row === undefined) throw new Error('The idempotency key was neither written nor found.');
  if (!row.input_digest.equals(digest)) {
    throw new ConflictError(
      'idempotency_key_reused',
      'The idempotency key was sent before with another request. Use a new key for each creation.',
    );
  }
  if (row.is_new) await create(id);
  return { id: row.resource_id, repeated: !row.is_new };
}

function callerKey({ actor }: Caller): string {
  return 'id' in actor ? `${actor.kind}:${actor.id}` : `${actor.kind}:${actor.name}`;
}
