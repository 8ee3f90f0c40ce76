import { type Kysely, sql } from 'kysely';

/** What lets one process go on with a list that another began. */
export async function up(db: Kysely<unknown>): Promise<void> {
  // The first generation is made by whichever process needs it first. The newest seals; all of them open.
  await sql`
    create table sealing_keys (
      purpose text not null constraint sealing_keys_purpose_check check (purpose in ('cursor')),
      generation integer not null,
      secret bytea not null,
      created_at timestamptz(3) not null,
      primary key (purpose, generation)
    )`.execute(db);

  // Where a walk by startIndex goes on. Unlogged: after a crash a walk merely falls back to counting rows.
  await sql`
    create unlogged table page_anchors (
      account_id uuid not null,
      walker_id uuid not null,
      query_digest bytea not null,
      start_index integer not null,
      position jsonb not null,
      created_at timestamptz(3) not null,
      primary key (account_id, walker_id, query_digest, start_index)
    ) with (fillfactor = 70)`.execute(db);
  await sql`create index page_anchors_created_at_index on page_anchors (created_at)`.execute(db);

  // A list sorted by externalId ends with those who have none; without these it would walk the account to look for them.
  await sql`
    create index users_without_external_id_index on users (account_id, id)
    where external_id is null and in_scim`.execute(db);
  await sql`
    create index groups_without_external_id_index on groups (account_id, id)
    where external_id is null and default_group is null`.execute(db);
}
