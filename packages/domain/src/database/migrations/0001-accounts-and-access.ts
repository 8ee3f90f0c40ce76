import { type Kysely, sql } from 'kysely';

/** Accounts, their settings, and the tokens that open them. */
export async function up(db: Kysely<unknown>): Promise<void> {
  await sql`
    create table accounts (
      id uuid primary key,
      slug text collate "C" not null constraint accounts_slug_key unique
        constraint accounts_slug_check check (slug ~ '^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$'),
      name text not null,
      plan text not null constraint accounts_plan_check check (plan in ('starter', 'enterprise', 'enterprise_plus')),
      sso_provider_kind text constraint accounts_sso_provider_kind_check
        check (sso_provider_kind in ('okta', 'entra', 'custom')),
      created_at timestamptz(3) not null
    )`.execute(db);

  // Two accounts may verify the same domain, so the key begins with the account.
  await sql`
    create table account_domains (
      account_id uuid not null references accounts (id),
      domain text collate "C" not null constraint account_domains_domain_check check (domain = lower(domain)),
      verified_at timestamptz(3),
      created_at timestamptz(3) not null,
      primary key (account_id, domain)
    )`.execute(db);

  await sql`
    create table scim_configurations (
      account_id uuid primary key references accounts (id),
      enabled boolean not null default false,
      provider_kind text constraint scim_configurations_provider_kind_check
        check (provider_kind in ('okta', 'entra', 'custom')),
      allow_manual_updates boolean not null default false,
      manage_licenses boolean not null default false,
      unlicensed_members text not null default 'hold'
        constraint scim_configurations_unlicensed_members_check check (unlicensed_members in ('hold', 'reject')),
      default_license_type text not null default 'developer'
        constraint scim_configurations_default_license_type_check
        check (default_license_type in ('developer', 'analyst', 'it', 'read_only')),
      user_name_policy text not null default 'email'
        constraint scim_configurations_user_name_policy_check check (user_name_policy in ('email', 'any')),
      dialects text not null default 'lenient'
        constraint scim_configurations_dialects_check check (dialects in ('lenient', 'strict')),
      cursor_pagination boolean not null default true,
      unprovisioned_sign_in boolean not null default true,
      version integer not null default 1,
      updated_at timestamptz(3) not null
    )`.execute(db);

  // A row exists only where a type is limited: an unlimited type must not cost its account a hot row.
  await sql`
    create table license_seats (
      account_id uuid not null references accounts (id),
      license_type text not null constraint license_seats_license_type_check
        check (license_type in ('developer', 'analyst', 'it', 'read_only')),
      seat_limit integer not null constraint license_seats_seat_limit_check check (seat_limit >= 0),
      seats_used integer not null default 0 constraint license_seats_seats_used_check check (seats_used >= 0),
      primary key (account_id, license_type)
    ) with (fillfactor = 50)`.execute(db);

  await sql`
    create table scim_tokens (
      account_id uuid not null references accounts (id),
      id uuid not null,
      name text not null,
      digest bytea not null,
      hint text not null,
      created_by jsonb not null,
      created_at timestamptz(3) not null,
      expires_at timestamptz(3),
      revoked_at timestamptz(3),
      last_used_at timestamptz(3),
      last_used_address text,
      primary key (account_id, id),
      constraint scim_tokens_digest_key unique (account_id, digest)
    )`.execute(db);

  await sql`
    create table service_tokens (
      account_id uuid not null references accounts (id),
      id uuid not null,
      name text not null,
      permission_sets text[] not null,
      digest bytea not null,
      hint text not null,
      created_by jsonb not null,
      created_at timestamptz(3) not null,
      expires_at timestamptz(3),
      revoked_at timestamptz(3),
      last_used_at timestamptz(3),
      last_used_address text,
      primary key (account_id, id),
      constraint service_tokens_digest_key unique (account_id, digest)
    )`.execute(db);

  await sql`
    create table sso_license_mappings (
      account_id uuid not null references accounts (id),
      license_type text not null constraint sso_license_mappings_license_type_check
        check (license_type in ('developer', 'analyst', 'it', 'read_only')),
      idp_group text collate "C" not null,
      primary key (account_id, license_type, idp_group)
    )`.execute(db);
}
