import { type Kysely, sql } from 'kysely';

/** People, groups and memberships. Every key begins with the account, so a row that joins two accounts cannot exist. */
export async function up(db: Kysely<unknown>): Promise<void> {
  // lower(…) is stored: a plain b-tree then serves equality and prefixes, in byte order on every server.
  // holds_user_name: a person deleted through SCIM gives the name free, one deleted by an administrator keeps it.
  // in_scim: what an identity provider can see.
  await sql`
    create table users (
      account_id uuid not null references accounts (id),
      id uuid not null,
      state text not null constraint users_state_check check (state in ('invited', 'active', 'deactivated', 'deleted')),
      deleted_by text constraint users_deleted_by_check check (deleted_by in ('scim', 'administrator')),
      scim_managed boolean not null default false,
      local_administrator boolean not null default false,
      user_name text not null,
      user_name_lower text collate "C" not null generated always as (lower(user_name collate "default")) stored,
      pending_user_name text,
      pending_user_name_lower text collate "C" generated always as (lower(pending_user_name collate "default")) stored,
      one_sided_change jsonb,
      external_id text collate "C",
      attributes jsonb not null default '{}',
      email_keys text[] collate "C" not null default '{}',
      sign_in_email text,
      sign_in_groups text[],
      asserted_license_type text,
      manual_license_type text,
      license_type text constraint users_license_type_check
        check (license_type in ('developer', 'analyst', 'it', 'read_only')),
      license_source text constraint users_license_source_check
        check (license_source in ('scim', 'sso_mapping', 'manual', 'default')),
      activated_at timestamptz(3),
      erased boolean not null default false,
      version integer not null default 1,
      created_at timestamptz(3) not null,
      updated_at timestamptz(3) not null,
      holds_user_name boolean not null generated always as
        (state <> 'deleted' or coalesce(deleted_by = 'administrator', false)) stored,
      in_scim boolean not null generated always as
        (not local_administrator and (state <> 'deleted' or coalesce(deleted_by = 'administrator', false))) stored,
      primary key (account_id, id),
      constraint users_deleted_check check ((state = 'deleted') = (deleted_by is not null)),
      constraint users_license_check check ((license_type is null) = (license_source is null)),
      constraint users_active_license_check check (state <> 'active' or license_type is not null or local_administrator)
    ) with (fillfactor = 85)`.execute(db);
  await sql`
    create unique index users_user_name_key on users (account_id, user_name_lower) where holds_user_name`.execute(
    db,
  );
  await sql`
    create unique index users_pending_user_name_key on users (account_id, pending_user_name_lower)
    where pending_user_name_lower is not null`.execute(db);
  // Tombstones are looked up by name when a person returns; the unique index above leaves them out.
  await sql`
    create index users_freed_user_name_index on users (account_id, user_name_lower) where not holds_user_name`.execute(
    db,
  );
  await sql`create index users_in_scim_index on users (account_id, id) where in_scim`.execute(db);
  await sql`
    create index users_external_id_index on users (account_id, external_id)
    where external_id is not null`.execute(db);
  // Entra may match people by emails[type eq "work"].value; without the account, since GIN takes no uuid by itself.
  await sql`create index users_email_keys_index on users using gin (email_keys)`.execute(db);
  // No index on state or license: one would have every activation and deactivation write to all indexes. The seats of a
  // newly limited type are counted by a walk of the account.

  await sql`
    create table groups (
      account_id uuid not null references accounts (id),
      id uuid not null,
      display_name text not null,
      display_name_lower text collate "C" not null generated always as (lower(display_name collate "default")) stored,
      external_id text collate "C",
      scim_managed boolean not null default false,
      default_group text constraint groups_default_group_check check (default_group in ('owner', 'member', 'everyone')),
      assign_by_default boolean not null default false,
      version integer not null default 1,
      created_at timestamptz(3) not null,
      updated_at timestamptz(3) not null,
      primary key (account_id, id),
      constraint groups_display_name_key unique (account_id, display_name_lower)
    ) with (fillfactor = 85)`.execute(db);
  await sql`
    create unique index groups_default_group_key on groups (account_id, default_group)
    where default_group is not null`.execute(db);
  await sql`create index groups_in_scim_index on groups (account_id, id) where default_group is null`.execute(
    db,
  );
  await sql`
    create index groups_external_id_index on groups (account_id, external_id) where external_id is not null`.execute(
    db,
  );

  await sql`
    create table group_members (
      account_id uuid not null,
      group_id uuid not null,
      user_id uuid not null,
      origin text not null constraint group_members_origin_check
        check (origin in ('scim', 'sso_mapping', 'manual', 'default')),
      added_at timestamptz(3) not null,
      primary key (account_id, group_id, user_id),
      constraint group_members_group_id_fkey foreign key (account_id, group_id)
        references groups (account_id, id) on delete cascade,
      constraint group_members_user_id_fkey foreign key (account_id, user_id) references users (account_id, id)
    )`.execute(db);
  await sql`create index group_members_user_id_index on group_members (account_id, user_id, group_id)`.execute(
    db,
  );

  await sql`
    create table group_permission_sets (
      account_id uuid not null,
      group_id uuid not null,
      permission_set text not null constraint group_permission_sets_permission_set_check
        check (permission_set in ('account_admin', 'security_admin', 'billing_admin', 'account_viewer', 'member')),
      primary key (account_id, group_id, permission_set),
      constraint group_permission_sets_group_id_fkey foreign key (account_id, group_id)
        references groups (account_id, id) on delete cascade
    )`.execute(db);

  await sql`
    create table sso_group_mappings (
      account_id uuid not null,
      group_id uuid not null,
      idp_group text collate "C" not null,
      primary key (account_id, group_id, idp_group),
      constraint sso_group_mappings_group_id_fkey foreign key (account_id, group_id)
        references groups (account_id, id) on delete cascade
    )`.execute(db);

  // Exact totals without one hot row: each connection counts in its own bucket, a list adds the buckets up.
  await sql`
    create table resource_counts (
      account_id uuid not null,
      resource text not null constraint resource_counts_resource_check check (resource in ('user', 'group')),
      bucket smallint not null,
      amount bigint not null,
      primary key (account_id, resource, bucket)
    ) with (fillfactor = 50)`.execute(db);

  // At most one living invitation a person: a new one ends the earlier.
  await sql`
    create table invitations (
      account_id uuid not null,
      id uuid not null,
      user_id uuid not null,
      address text not null,
      created_at timestamptz(3) not null,
      expires_at timestamptz(3) not null,
      ended_at timestamptz(3),
      outcome text constraint invitations_outcome_check check (outcome in ('accepted', 'revoked', 'replaced', 'expired')),
      primary key (account_id, id),
      constraint invitations_user_id_fkey foreign key (account_id, user_id) references users (account_id, id),
      constraint invitations_ended_check check ((ended_at is null) = (outcome is null))
    )`.execute(db);
  await sql`
    create unique index invitations_user_id_key on invitations (account_id, user_id) where ended_at is null`.execute(
    db,
  );
}
