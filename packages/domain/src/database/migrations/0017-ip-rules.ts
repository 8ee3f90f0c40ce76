import { type Kysely, sql } from 'kysely';

/** From which addresses an account may be used. */
export async function up(db: Kysely<unknown>): Promise<void> {
  // One range may come from an administrator and from a list at once, to the same effect; that it is never allowed and denied is
  // seen to under the account's lock. Lists only allow.
  await sql`
    create table ip_rules (
      account_id uuid not null references accounts (id),
      range cidr not null,
      source text not null constraint ip_rules_source_check check (source in ('manual', 'entra', 'okta')),
      effect text not null constraint ip_rules_effect_check check (effect in ('allow', 'deny')),
      note text,
      primary key (account_id, range, source),
      constraint ip_rules_list_check check (source = 'manual' or (effect = 'allow' and note is null))
    )`.execute(db);

  // change_number: as the file has it, where it has one. published_on: as whoever imported it said.
  await sql`
    create table ip_rule_lists (
      account_id uuid not null references accounts (id),
      provider text not null constraint ip_rule_lists_provider_check check (provider in ('entra', 'okta')),
      change_number integer,
      published_on date,
      imported_at timestamptz(3) not null,
      imported_by text not null,
      primary key (account_id, provider)
    )`.execute(db);

  // Beside what is read of the account for each request anyway: it tells whether rules read earlier are still in force.
  await sql`alter table scim_configurations add column ip_rules_version integer not null default 0`.execute(
    db,
  );
}
