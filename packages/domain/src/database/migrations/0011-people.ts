import { type Kysely, sql } from 'kysely';

/**
 * How administrators find people: by any part of a name or an address, the deleted apart, in an order that an index has.
 * None of the columns that the indexes speak of changes with a profile's other attributes, a state or a license, so that
 * these changes go on to write to no index.
 */
export async function up(db: Kysely<unknown>): Promise<void> {
  // Stored for its index; one text, so that words of a search may come from different names, with a blank behind each part.
  // An index on the expression would be written to by each change of any attribute.
  await sql`
    alter table users add column search_text text collate "C" not null generated always as (lower((
      user_name || ' ' || coalesce(pending_user_name, '') || ' ' || coalesce(attributes ->> 'displayName', '') || ' ' ||
      coalesce(attributes -> 'name' ->> 'formatted', '') || ' ' || coalesce(attributes -> 'name' ->> 'givenName', '') || ' ' ||
      coalesce(attributes -> 'name' ->> 'familyName', '') || ' ' ||
      jsonb_path_query_array(attributes, '$.emails[*].value')::text
    ) collate "default")) stored`.execute(db);
  const { rows } = await sql<{ schema: string }>`
    select n.nspname as schema from pg_extension e join pg_namespace n on n.oid = e.extnamespace
    where e.extname = 'pg_trgm'`.execute(db);
  const trigrams = sql.ref(`${rows[0]?.schema ?? 'public'}.gin_trgm_ops`);
  // Instead of those of the names: names, addresses and user names have nearly all of their trigrams in common, so that one
  // index of the three costs a creation little more than one of the user name.
  await sql`drop index users_user_name_search_index`.execute(db);
  await sql`drop index users_pending_user_name_search_index`.execute(db);
  await sql`
    create index users_search_text_index on users using gin (search_text ${trigrams}, account_id)
    with (gin_pending_list_limit = 256)`.execute(db);
  // Those who are apart from all others: tombstones, the few of them that SCIM counts as people, and local administrators,
  // whom it never sees.
  await sql`
    create index users_deleted_index on users (account_id, id) where deleted_by is not null`.execute(db);
  await sql`
    create index users_deleted_by_administrator_index on users (account_id, id)
    where deleted_by = 'administrator'`.execute(db);
  await sql`
    create index users_local_administrator_index on users (account_id, id) where local_administrator`.execute(
    db,
  );
}
