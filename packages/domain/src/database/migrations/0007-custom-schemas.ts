import { type Kysely, sql } from 'kysely';

/** Extension schemas that an account defines for itself (RFC 7643 3.3), and where groups keep the values of theirs. */
export async function up(db: Kysely<unknown>): Promise<void> {
  // removed_at: nobody sees the schema any more, and its values are being deleted; the URN is free when the row is gone.
  // retired: the same for single attributes, each a path of one or two names; their names are free when they are off the list.
  await sql`
    create table custom_schemas (
      account_id uuid not null references accounts (id),
      id uuid not null,
      urn text not null,
      urn_lower text collate "C" not null generated always as (lower(urn collate "default")) stored,
      resource_type text not null constraint custom_schemas_resource_type_check check (resource_type in ('User', 'Group')),
      name text not null,
      description text not null,
      attributes jsonb not null,
      retired jsonb not null default '[]',
      version integer not null default 1,
      created_at timestamptz(3) not null,
      updated_at timestamptz(3) not null,
      removed_at timestamptz(3),
      primary key (account_id, id),
      constraint custom_schemas_urn_key unique (account_id, urn_lower)
    )`.execute(db);
  await sql`alter table groups add column attributes jsonb not null default '{}'`.execute(db);
}
