import { type Kysely, sql } from 'kysely';

/** Sign-in: the account's provider, who is bound to whom, sessions, and sign-in links. */
export async function up(db: Kysely<unknown>): Promise<void> {
  // issuer: of SAML, the provider's entity id. client_secret is sealed; it is never given out again.
  await sql`
    create table sso_providers (
      account_id uuid primary key references accounts (id),
      protocol text not null constraint sso_providers_protocol_check check (protocol in ('oidc', 'saml')),
      issuer text collate "C" not null,
      client_id text,
      client_secret bytea,
      client_secret_set_at timestamptz(3),
      sign_on_url text,
      signing_certificates text[],
      groups_claim text not null,
      version integer not null default 1,
      created_at timestamptz(3) not null,
      updated_at timestamptz(3) not null,
      tested_at timestamptz(3),
      constraint sso_providers_oidc_check check ((protocol = 'oidc') = (client_id is not null)),
      constraint sso_providers_saml_check check ((protocol = 'saml') = (sign_on_url is not null)),
      constraint sso_providers_certificates_check check ((protocol = 'saml') = (signing_certificates is not null)),
      constraint sso_providers_client_secret_check check ((client_secret is null) = (client_secret_set_at is null))
    )`.execute(db);

  // One person of the provider is one user, and the other way round.
  await sql`
    create table sign_in_bindings (
      account_id uuid not null,
      user_id uuid not null,
      issuer text collate "C" not null,
      subject text collate "C" not null,
      bound_at timestamptz(3) not null,
      primary key (account_id, user_id),
      constraint sign_in_bindings_subject_key unique (account_id, issuer, subject),
      constraint sign_in_bindings_user_id_fkey foreign key (account_id, user_id) references users (account_id, id)
    )`.execute(db);

  // digest: of the value in the cookie. id_token: sealed, for signing out at the provider.
  await sql`
    create table sessions (
      account_id uuid not null,
      id uuid not null,
      user_id uuid not null,
      kind text not null constraint sessions_kind_check check (kind in ('sso', 'link')),
      digest bytea not null,
      created_at timestamptz(3) not null,
      expires_at timestamptz(3) not null,
      last_seen_at timestamptz(3) not null,
      address text not null,
      user_agent text,
      id_token bytea,
      ended_at timestamptz(3),
      end_reason text constraint sessions_end_reason_check check (end_reason in
        ('signed_out', 'revoked', 'deactivated', 'deleted', 'revived', 'sign_in_forgotten', 'issuer_changed')),
      primary key (account_id, id),
      constraint sessions_digest_key unique (account_id, digest),
      constraint sessions_user_id_fkey foreign key (account_id, user_id) references users (account_id, id),
      constraint sessions_ended_check check ((ended_at is null) = (end_reason is null))
    ) with (fillfactor = 80)`.execute(db);
  await sql`
    create index sessions_living_index on sessions (account_id, user_id) where ended_at is null`.execute(db);

  await sql`
    create table sign_in_links (
      account_id uuid not null,
      id uuid not null,
      user_id uuid not null,
      digest bytea not null,
      created_by jsonb not null,
      created_at timestamptz(3) not null,
      expires_at timestamptz(3) not null,
      used_at timestamptz(3),
      voided_at timestamptz(3),
      primary key (account_id, id),
      constraint sign_in_links_digest_key unique (account_id, digest),
      constraint sign_in_links_user_id_fkey foreign key (account_id, user_id) references users (account_id, id)
    )`.execute(db);
  // At most one living link a person.
  await sql`
    create unique index sign_in_links_user_id_key on sign_in_links (account_id, user_id)
    where used_at is null and voided_at is null`.execute(db);

  // What a provider said is believed once: SAML assertions by their id, OpenID Connect ones by their nonce.
  await sql`
    create table consumed_assertions (
      account_id uuid not null references accounts (id),
      digest bytea not null,
      expires_at timestamptz(3) not null,
      primary key (account_id, digest)
    )`.execute(db);
  await sql`
    create index consumed_assertions_expires_at_index on consumed_assertions (account_id, expires_at)`.execute(
    db,
  );

  // Confirmed addresses that differ from the user name: nobody's, where user names are addresses.
  await sql`
    create index users_sign_in_email_index on users (account_id, lower(sign_in_email))
    where lower(sign_in_email) <> lower(user_name)`.execute(db);

  // Which account somebody belongs to is asked by the domain of their address.
  await sql`
    create index account_domains_domain_index on account_domains (domain) where verified_at is not null`.execute(
    db,
  );

  // Equal attempts of a minute are one event.
  await sql`
    alter table audit_events add column occurrences integer not null default 1, add column last_at timestamptz(3)`.execute(
    db,
  );
}
