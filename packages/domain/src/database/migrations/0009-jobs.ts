import { type Kysely, sql } from 'kysely';

/** What is done in the background, and what a person is asked by mail. */
export async function up(db: Kysely<unknown>): Promise<void> {
  await createJobs(db);
  await createMails(db);
  await sql`
    alter table accounts
      add column audit_events_kept_days integer not null default 400
        constraint accounts_audit_events_kept_days_check check (audit_events_kept_days between 1 and 3650),
      add column provisioning_events_kept_days integer not null default 90
        constraint accounts_provisioning_events_kept_days_check check (provisioning_events_kept_days between 1 and 3650)`.execute(
    db,
  );
}

/** The queue itself is graphile-worker's, in a schema of its own. */
async function createJobs(db: Kysely<unknown>): Promise<void> {
  // Long work that administrators watch.
  await sql`
    create table jobs (
      account_id uuid not null references accounts (id),
      id uuid not null,
      kind text not null,
      state text not null constraint jobs_state_check check (state in ('queued', 'running', 'succeeded', 'failed')),
      payload jsonb not null,
      done integer not null default 0,
      total integer,
      result jsonb,
      error text,
      started_by jsonb not null,
      created_at timestamptz(3) not null,
      started_at timestamptz(3),
      finished_at timestamptz(3),
      primary key (account_id, id),
      constraint jobs_finished_check check ((finished_at is not null) = (state in ('succeeded', 'failed')))
    )`.execute(db);

  // Tasks that failed for the last time, for an administrator to retry or discard.
  await sql`
    create table dead_letters (
      account_id uuid not null references accounts (id),
      id uuid not null,
      task text not null,
      payload jsonb not null,
      error text not null,
      attempts integer not null,
      enqueued_at timestamptz(3) not null,
      failed_at timestamptz(3) not null,
      primary key (account_id, id)
    )`.execute(db);
}

async function createMails(db: Kysely<unknown>): Promise<void> {
  // Invitations from before there was mail are not mailed now: their people were told in some other way.
  await sql`alter table invitations add column mail_queued_at timestamptz(3)`.execute(db);
  await sql`update invitations set mail_queued_at = created_at /* every account: a new column */`.execute(db);
  await sql`
    create index invitations_unmailed_index on invitations (id) where mail_queued_at is null and ended_at is null`.execute(
    db,
  );

  // A changed address that waits to be confirmed from its own mailbox; at most one living a person.
  await sql`
    create table email_confirmations (
      account_id uuid not null,
      id uuid not null,
      user_id uuid not null,
      address text not null,
      created_at timestamptz(3) not null,
      ended_at timestamptz(3),
      outcome text constraint email_confirmations_outcome_check check (outcome in ('confirmed', 'replaced', 'cancelled')),
      mail_queued_at timestamptz(3),
      primary key (account_id, id),
      constraint email_confirmations_user_id_fkey foreign key (account_id, user_id) references users (account_id, id),
      constraint email_confirmations_ended_check check ((ended_at is null) = (outcome is null))
    )`.execute(db);
  await sql`
    create unique index email_confirmations_user_id_key on email_confirmations (account_id, user_id) where ended_at is null`.execute(
    db,
  );
  await sql`
    create index email_confirmations_unmailed_index on email_confirmations (id)
    where mail_queued_at is null and ended_at is null`.execute(db);

  // Links in mails are sealed with keys of their own.
  await sql`alter table sealing_keys drop constraint sealing_keys_purpose_check`.execute(db);
  await sql`
    alter table sealing_keys add constraint sealing_keys_purpose_check check (purpose in ('cursor', 'link'))`.execute(
    db,
  );

  // Which alerts went out together, in which mail.
  await sql`
    create table alert_mails (
      account_id uuid not null references accounts (id),
      event_id uuid not null,
      mail_id uuid not null,
      queued_at timestamptz(3) not null,
      primary key (account_id, event_id)
    )`.execute(db);
  await sql`create index alert_mails_mail_id_index on alert_mails (account_id, mail_id)`.execute(db);
  await sql`create index audit_events_recent_alerts_index on audit_events (at) where alert`.execute(db);

  await sql`
    create table token_expiry_warnings (
      account_id uuid not null references accounts (id),
      token_id uuid not null,
      days_before smallint not null constraint token_expiry_warnings_days_before_check check (days_before in (30, 14, 3)),
      warned_at timestamptz(3) not null,
      primary key (account_id, token_id, days_before)
    )`.execute(db);
}
