import { type Kysely, sql } from 'kysely';

/** What was changed and what was asked for. Neither table refers to others: events outlive what they tell of. */
export async function up(db: Kysely<unknown>): Promise<void> {
  // The key contains `at`, so that the table can become partitions by month. `detail_digest` is a digest over salt and
  // detail: a chain over the digests still verifies after a person's detail and salt were blanked.
  await sql`
    create table audit_events (
      account_id uuid not null,
      id uuid not null,
      at timestamptz(3) not null,
      kind text not null,
      alert boolean not null default false,
      actor_kind text not null constraint audit_events_actor_kind_check
        check (actor_kind in ('scim_token', 'administrator', 'service_token', 'operator', 'system')),
      actor_id uuid,
      actor_name text,
      target_kind text not null,
      target_id uuid,
      request_id uuid,
      request_method text,
      request_path text,
      detail jsonb,
      detail_salt bytea,
      detail_digest bytea not null,
      primary key (account_id, id, at)
    )`.execute(db);
  await sql`create index audit_events_target_index on audit_events (account_id, target_id, id)`.execute(db);

  await sql`
    create table provisioning_events (
      account_id uuid not null,
      id uuid not null,
      at timestamptz(3) not null,
      token_id uuid not null,
      address text not null,
      user_agent text,
      method text not null,
      path text not null,
      status smallint not null,
      duration_ms real not null,
      resource_type text,
      resource_id uuid,
      scim_type text,
      error_detail text,
      leniencies jsonb not null default '[]',
      request_body jsonb,
      primary key (account_id, id, at)
    )`.execute(db);
  await sql`
    create index provisioning_events_resource_index on provisioning_events (account_id, resource_id, id)
    where resource_id is not null`.execute(db);

  // Requests without a valid token leave no event, only a count: else a stranger could fill the log.
  await sql`
    create table rejected_request_counts (
      account_id uuid not null,
      address text not null,
      hour timestamptz(0) not null,
      amount bigint not null,
      primary key (account_id, address, hour)
    )`.execute(db);
}
