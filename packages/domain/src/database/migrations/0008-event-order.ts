import { type Kysely, sql } from 'kysely';

/**
 * The version that a change gave its user or group: changes of one of them are in that order, whatever clock their ids were
 * made by.
 */
export async function up(db: Kysely<unknown>): Promise<void> {
  await sql`alter table audit_events add column target_version integer`.execute(db);
  await sql`drop index audit_events_target_index`.execute(db);
  await sql`
    create index audit_events_target_index on audit_events (account_id, target_id, target_version, id)`.execute(
    db,
  );
}
