import { type Kysely, sql } from 'kysely';

/** Cleanups of an account's default groups: what was planned, what was taken away, and what undoing that needs. */
export async function up(db: Kysely<unknown>): Promise<void> {
  // started_by and undone_by are whole actors: the job's audit events name who began it, and by which request.
  // undo_permission_sets: what whoever undoes may give, for batches that run when they are gone.
  await sql`
    create table default_group_cleanups (
      account_id uuid not null references accounts (id),
      id uuid not null,
      state text not null constraint default_group_cleanups_state_check
        check (state in ('planned', 'running', 'applied', 'cancelled', 'undoing', 'undone')),
      keep_unmanaged boolean not null,
      turn_off_assign_by_default boolean not null,
      scim_enabled boolean not null,
      settings_version bigint not null,
      losses jsonb not null default '{"permissionSets": [], "rights": []}',
      planned_by jsonb not null,
      planned_at timestamptz(3) not null,
      started_by jsonb,
      started_by_user_id uuid,
      started_at timestamptz(3),
      ended_at timestamptz(3),
      job_id uuid,
      undoable_until timestamptz(3),
      undone_by jsonb,
      undo_permission_sets text[],
      undo_job_id uuid,
      undo_started_at timestamptz(3),
      undone_at timestamptz(3),
      primary key (account_id, id),
      constraint default_group_cleanups_started_check
        check ((state = 'planned') = (started_at is null) and (started_at is null) = (job_id is null)),
      constraint default_group_cleanups_undo_check
        check ((state = any('{undoing,undone}'::text[])) = (undo_started_at is not null))
    )`.execute(db);
  // Two jobs that take away and put back at once would undo each other.
  await sql`
    create unique index default_group_cleanups_active_key on default_group_cleanups (account_id)
    where state = any('{running,undoing}'::text[])`.execute(db);

  // No reference to groups: a default group can be deleted when it is empty, and is made again by undoing.
  await sql`
    create table default_group_cleanup_groups (
      account_id uuid not null,
      cleanup_id uuid not null,
      group_id uuid not null,
      default_group text not null constraint default_group_cleanup_groups_default_group_check
        check (default_group in ('owner', 'member', 'everyone')),
      display_name text not null,
      version integer not null,
      permission_sets text[] not null,
      assign_by_default boolean not null,
      assign_by_default_turned_off boolean not null default false,
      leaving integer not null default 0,
      kept integer not null default 0,
      primary key (account_id, cleanup_id, group_id),
      constraint default_group_cleanup_groups_cleanup_id_fkey foreign key (account_id, cleanup_id)
        references default_group_cleanups (account_id, id) on delete cascade
    )`.execute(db);

  // kept_for: why the plan, or else the job, leaves them where they are. origin and added_at: of the membership that the plan
  // saw. The key's order is the one in which batches go on.
  await sql`
    create table default_group_cleanup_members (
      account_id uuid not null,
      cleanup_id uuid not null,
      group_id uuid not null,
      user_id uuid not null,
      planned text not null constraint default_group_cleanup_members_planned_check check (planned in ('leave', 'keep')),
      kept_for text constraint default_group_cleanup_members_kept_for_check
        check (kept_for in ('last_account_admin', 'no_other_group', 'not_scim_managed', 'applies_it')),
      outcome text constraint default_group_cleanup_members_outcome_check
        check (outcome in ('removed', 'kept', 'gone', 'restored', 'returned', 'person_gone')),
      origin text not null,
      added_at timestamptz(3) not null,
      primary key (account_id, cleanup_id, group_id, user_id),
      constraint default_group_cleanup_members_group_id_fkey foreign key (account_id, cleanup_id, group_id)
        references default_group_cleanup_groups (account_id, cleanup_id, group_id),
      constraint default_group_cleanup_members_origin_check check (origin in ('scim', 'sso_mapping', 'manual', 'default'))
    ) with (fillfactor = 85)`.execute(db);
  // Mostly few among many; those who leave are read in the order of the key.
  await sql`
    create index default_group_cleanup_members_kept_index
    on default_group_cleanup_members (account_id, cleanup_id, group_id, user_id) where planned = 'keep'`.execute(
    db,
  );

  await sql`
    create table deleted_default_groups (
      account_id uuid not null references accounts (id),
      id uuid not null,
      default_group text not null constraint deleted_default_groups_default_group_check
        check (default_group in ('owner', 'member', 'everyone')),
      display_name text not null,
      assign_by_default boolean not null,
      permission_sets text[] not null,
      idp_groups text[] not null,
      version integer not null,
      created_at timestamptz(3) not null,
      deleted_at timestamptz(3) not null,
      primary key (account_id, id)
    )`.execute(db);
}
