import { type Kysely, sql } from 'kysely';

/** What the admin API needs to know callers by their tokens, and repeated requests by their keys. */
export async function up(db: Kysely<unknown>): Promise<void> {
  // A service token names no account: it is found by its digest alone, which is unique within the account and random.
  await sql`create index service_tokens_digest_index on service_tokens (digest)`.execute(db);

  // caller: who sent the request, so that one cannot see by a guessed key what another made.
  await sql`
    create table idempotency_keys (
      account_id uuid not null references accounts (id),
      caller text collate "C" not null,
      key text collate "C" not null,
      operation text not null,
      input_digest bytea not null,
      resource_id uuid not null,
      created_at timestamptz(3) not null,
      primary key (account_id, caller, key)
    )`.execute(db);
  await sql`create index idempotency_keys_created_at_index on idempotency_keys (created_at)`.execute(db);
}
