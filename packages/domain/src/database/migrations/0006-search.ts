import { type Kysely, sql } from 'kysely';

/** Parts of names are found by their trigrams; the account is in the index, so that no other account's rows are looked at. */
export async function up(db: Kysely<unknown>): Promise<void> {
  // Both are trusted extensions of PostgreSQL's own: the owner of the database may create them.
  await sql`create extension if not exists pg_trgm`.execute(db);
  await sql`create extension if not exists btree_gin`.execute(db);
  await sql`
    create index users_user_name_search_index on users using gin (account_id, user_name_lower gin_trgm_ops)
    where in_scim`.execute(db);
  await sql`
    create index groups_display_name_search_index on groups using gin (account_id, display_name_lower gin_trgm_ops)
    where default_group is null`.execute(db);
}
