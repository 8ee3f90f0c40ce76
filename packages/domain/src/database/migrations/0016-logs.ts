import { type Kysely, sql } from 'kysely';

/** What administrators look for in the two logs, and what a replay needs of a request. */
export async function up(db: Kysely<unknown>): Promise<void> {
  // recorded_at: when the row was written, in the database's clock. Requests are recorded when they end, so who follows the
  // log goes by it. Rows from before have none: nobody follows them.
  await sql`
    alter table provisioning_events
      add column preconditions jsonb,
      add column answer jsonb,
      add column recorded_at timestamptz(6)`.execute(db);
  await sql`
    alter table provisioning_events alter column recorded_at set default clock_timestamp()`.execute(db);
  await sql`
    create index provisioning_events_recorded_index on provisioning_events (account_id, recorded_at, id)
    where recorded_at is not null`.execute(db);
  await sql`
    create index provisioning_events_failed_index on provisioning_events (account_id, id)
    where status >= 400`.execute(db);
  await sql`
    create index rejected_request_counts_hour_index on rejected_request_counts (account_id, hour, address)`.execute(
    db,
  );

  // Every write of an identity provider pays for an index on its audit event, so these leave out what it writes most: what is
  // frequent is found soon by walking back from the latest. A request's events need none: their ids follow the request's own.
  await sql`
    create index audit_events_alert_index on audit_events (account_id, id) where alert`.execute(db);
  await sql`
    create index audit_events_actor_index on audit_events (account_id, actor_id, id)
    where actor_kind <> 'scim_token' and actor_id is not null`.execute(db);
  await sql`
    create index audit_events_kind_index on audit_events (account_id, kind, id)
    where kind <> 'user.created' and kind <> 'user.changed' and kind <> 'group.members_changed'`.execute(db);

  // Who joined or left which group and when: entries are hashes of four bytes, and collected before they are sorted in.
  await sql`
    create index audit_events_members_index on audit_events using gin (detail jsonb_path_ops)
    with (gin_pending_list_limit = 256) where kind = 'group.members_changed'`.execute(db);
}
