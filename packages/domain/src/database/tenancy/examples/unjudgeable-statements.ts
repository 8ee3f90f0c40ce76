/** What is refused whatever its conditions are, and what only resembles a marked statement. */
export const unjudgeableStatements: readonly { title: string; sql: string; says: RegExp }[] = [
  {
    title: 'a right join',
    sql: 'select u.id from users u right join groups g on g.account_id = u.account_id where g.account_id = $1',
    says: /right or full join/u,
  },
  {
    title: 'a full join',
    sql: 'select u.id from users u full join groups g on g.id = u.id and g.account_id = $1 where u.account_id = $1',
    says: /right or full join/u,
  },
  {
    title: 'an alias over a join',
    sql: 'select x.version from (users u join invitations i on i.account_id = $1) as x where u.account_id = $1',
    says: /alias of its own/u,
  },
  {
    title: 'MERGE',
    sql: `merge into users u using (select $1::uuid as account_id) s on u.account_id = s.account_id
          when matched then update set version = 1`,
    says: /MergeStmt cannot be judged/u,
  },
  { title: 'COPY', sql: 'copy users to stdout', says: /CopyStmt cannot/u },
  { title: 'TRUNCATE', sql: 'truncate users', says: /TruncateStmt cannot/u },
  { title: 'DDL', sql: 'drop table users', says: /DropStmt cannot/u },
  { title: 'DO', sql: 'do $$ begin delete from users; end $$', says: /DoStmt cannot/u },
  { title: 'a cursor', sql: 'declare c cursor for select id from users', says: /DeclareCursorStmt cannot/u },
  { title: 'PREPARE', sql: 'prepare p as select id from users', says: /PrepareStmt cannot/u },
  {
    title: 'SELECT INTO',
    sql: 'select id into copied from users where account_id = $1',
    says: /SELECT INTO/u,
  },
  {
    title: 'CREATE TABLE AS',
    sql: 'create table copied as select id from users',
    says: /CreateTableAsStmt cannot/u,
  },
  {
    title: 'a sample',
    sql: 'select id from users tablesample system (10) where account_id = $1',
    says: /RangeTableSample/u,
  },
  {
    title: 'an unknown table',
    sql: 'select * from secrets where account_id = $1',
    says: /"secrets" is not classified/u,
  },
  {
    title: 'a table of another schema',
    sql: 'select * from graphile_worker._private_jobs',
    says: /not classified/u,
  },
  {
    title: 'statistics of rows',
    sql: 'select most_common_vals from pg_stats',
    says: /"pg_stats" is not classified/u,
  },
  {
    title: 'a query inside a text',
    sql: `select query_to_xml('select * from users', true, true, '')`,
    says: /query_to_xml reads/u,
  },
  { title: 'a function of an unknown schema', sql: 'select billing.everyone()', says: /billing\.everyone/u },
  { title: 'two statements', sql: 'select 1; select id from users', says: /exactly one statement/u },
  { title: 'no statement', sql: '-- nothing', says: /exactly one statement/u },
  { title: 'no SQL', sql: 'selec id from users', says: /cannot be read as SQL/u },
  { title: 'a NUL that hides the rest', sql: 'select 1 \0 from users', says: /NUL/u },
  {
    title: 'a marker inside a text',
    sql: `select id, '/* every account: no comment */' from users`,
    says: /"users"/u,
  },
  { title: 'a marker without a reason', sql: 'select id from users /* every account: */', says: /"users"/u },
  { title: 'a marker of another kind', sql: 'select id from users -- every account: no', says: /"users"/u },
  {
    title: 'a marked statement that moves a row',
    sql: 'update users set account_id = $1 /* every account: moving */',
    says: /never changes its account/u,
  },
  {
    title: 'a marked TRUNCATE',
    sql: 'truncate users /* every account: cleaning */',
    says: /TruncateStmt cannot/u,
  },
  {
    title: 'a write to what a common table of that name hides',
    sql: 'with users as (select 1) update users set version = 1',
    says: /"users"/u,
  },
  {
    title: 'USING',
    sql: 'select u.id from users u join group_members m using (account_id) where u.account_id = $1',
    says: /write the columns with ON/u,
  },
  {
    title: 'a natural join',
    sql: 'select u.id from users u natural join group_members m where u.account_id = $1 and m.account_id = $1',
    says: /write the columns with ON/u,
  },
  {
    title: 'a merged column that comes from an untied side',
    sql: `select g.id from (
            select account_id from unnest($2::uuid[]) as x(account_id)
            left join (users u join unnest($3::text[]) as y on u.account_id = $1) using (account_id)
          ) as d join groups g on g.account_id = d.account_id`,
    says: /write the columns with ON/u,
  },
];
