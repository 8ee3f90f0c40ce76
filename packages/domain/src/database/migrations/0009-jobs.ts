import { type Kysely, sql } from 'kysely';

/** Long work that an account's administrators watch. The queue that runs it is graphile-worker's, in a schema of its own. */
export async function up(db: Kysely<unknown>): Promise<void> {
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
}
