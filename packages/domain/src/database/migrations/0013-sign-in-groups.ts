import { type Kysely, sql } from 'kysely';

/** What a sign-in looks for: the groups that the identity provider's groups lead to, and those for everybody. */
export async function up(db: Kysely<unknown>): Promise<void> {
  await sql`
    create index sso_group_mappings_idp_group_index on sso_group_mappings (account_id, idp_group, group_id)`.execute(
    db,
  );
  await sql`
    create index groups_assign_by_default_index on groups (account_id, id) where assign_by_default`.execute(
    db,
  );
}
