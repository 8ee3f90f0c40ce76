import { type Kysely, sql } from 'kysely';

/**
 * Parts of names are found by their trigrams. The account is in the index, so that no other account's rows are looked at;
 * behind the name, since GIN goes by the first column and asks the others of what it found: the other way round a search
 * among a million people takes five times as long.
 */
export async function up(db: Kysely<unknown>): Promise<void> {
  // The extensions pg_trgm and btree_gin are there before any migration runs; an operator may keep them in any schema.
  const { rows } = await sql<{ schema: string }>`
    select n.nspname as schema from pg_extension e join pg_namespace n on n.oid = e.extnamespace
    where e.extname = 'pg_trgm'`.execute(db);
  const trigrams = sql.ref(`${rows[0]?.schema ?? 'public'}.gin_trgm_ops`);
  // New entries are collected and sorted in together: a creation pays a tenth of what each on its own would cost. The
  // collection is small, since every search reads through it.
  await sql`
    create index users_user_name_search_index on users using gin (user_name_lower ${trigrams}, account_id)
    with (gin_pending_list_limit = 256) where in_scim`.execute(db);
  await sql`
    create index users_pending_user_name_search_index on users
    using gin (pending_user_name_lower ${trigrams}, account_id)
    with (gin_pending_list_limit = 256) where pending_user_name_lower is not null`.execute(db);
  await sql`
    create index groups_display_name_search_index on groups using gin (display_name_lower ${trigrams}, account_id)
    with (gin_pending_list_limit = 256) where default_group is null`.execute(db);
  await sql`alter index users_email_keys_index set (gin_pending_list_limit = 256)`.execute(db);
}
