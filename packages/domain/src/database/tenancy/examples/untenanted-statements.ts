/** What touches no row of any account. */
export const untenantedStatements: readonly string[] = [
  'begin',
  'commit',
  'rollback',
  'savepoint a',
  'set local lock_timeout = 1000',
  'listen scim_tokens',
  'select 1',
  'select pg_advisory_xact_lock($1)',
  `select set_config('lock_timeout', $1, true)`,
  `select graphile_worker.add_job('send', payload := $1::json, job_key := 'users where account_id')`,
  'select name, "timestamp" from kysely_migration order by name',
  'select is_locked from public.kysely_migration_lock for update',
  'select key from unnest($1::text[]) as key union select n::text from generate_series(1, 3) as n',
  `select c.relname, a.attname from pg_catalog.pg_attribute a join pg_class c on c.oid = a.attrelid
   left join pg_catalog.pg_namespace n on n.oid = c.relnamespace where n.nspname !~ '^pg_' /* every account: none */`,
  `select 'select * from users' as "users" -- from users`,
];
