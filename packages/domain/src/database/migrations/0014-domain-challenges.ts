import { type Kysely, sql } from 'kysely';

/** How an account proves that a domain is its own, and what the last look for the proof found. */
export async function up(db: Kysely<unknown>): Promise<void> {
  // No challenge: an operator vouched for the domain.
  await sql`
    alter table account_domains
      add column challenge text,
      add column checked_at timestamptz(3),
      add column check_outcome text constraint account_domains_check_outcome_check
        check (check_outcome in ('found', 'missing', 'other_value', 'unreachable')),
      add constraint account_domains_checked_check check ((checked_at is null) = (check_outcome is null))`.execute(
    db,
  );
}
