import { type Kysely, sql } from 'kysely';

/** A number that every change of an account's settings raises: who has read them under it need not read them again. */
export async function up(db: Kysely<unknown>): Promise<void> {
  await sql`alter table scim_configurations add column settings_version bigint not null default 1`.execute(
    db,
  );
}
