/** Queries that PostgreSQL would run and that could read another account. */
export const untiedQueries: readonly { title: string; sql: string; says: RegExp }[] = [
  { title: 'no condition at all', sql: 'select id from users', says: /table "users" is not tied/u },
  { title: 'another condition only', sql: 'select id from users where id = $1', says: /"users"/u },
  {
    title: 'the account itself by another column',
    sql: 'select id from accounts where slug = $1',
    says: /"accounts"/u,
  },
  {
    title: 'a column compared with itself',
    sql: 'select id from users where account_id = account_id',
    says: /"users"/u,
  },
  {
    title: 'a literal account',
    sql: `select id from users where account_id = '00000000-0000-4000-8000-000000000001'`,
    says: /"users"/u,
  },
  {
    title: 'an account from a function',
    sql: `select id from users where account_id = current_setting('rollcall.account')::uuid`,
    says: /"users"/u,
  },
  {
    title: 'any of several accounts',
    sql: 'select id from users where account_id = any($1)',
    says: /"users"/u,
  },
  { title: 'a list of accounts', sql: 'select id from users where account_id in ($1, $2)', says: /"users"/u },
  {
    title: 'an OR-ed account',
    sql: 'select id from users where account_id = $1 or id = $2',
    says: /"users"/u,
  },
  { title: 'a negated account', sql: 'select id from users where not (account_id = $1)', says: /"users"/u },
  {
    title: 'an account within CASE',
    sql: 'select id from users where case when $2 then account_id = $1 else true end',
    says: /"users"/u,
  },
  { title: 'an unequal account', sql: 'select id from users where account_id >= $1', says: /"users"/u },
  { title: 'another cast', sql: 'select id from users where account_id::text = $1::text', says: /"users"/u },
  {
    title: 'the account in HAVING',
    sql: 'select account_id from users group by account_id having account_id = $1',
    says: /"users"/u,
  },
  {
    title: 'a join that forgets the account',
    sql: 'select u.id from users u join group_members m on m.user_id = u.id where u.account_id = $1',
    says: /"group_members" as "m"/u,
  },
  {
    title: 'a comma that forgets the account',
    sql: 'select u.id from users u, groups g where u.account_id = $1',
    says: /"groups" as "g"/u,
  },
  {
    title: 'tables tied only to each other',
    sql: 'select u.id from users u join group_members m on m.account_id = u.account_id',
    says: /"users" as "u"/u,
  },
  {
    title: 'a left join whose ON names the left side',
    sql: `select u.id from users u left join invitations i on u.account_id = $1 and i.account_id = u.account_id`,
    says: /"users" as "u"/u,
  },
  {
    title: 'an ambiguous outer name',
    sql: `select id from users where users.account_id = $1 and exists (
            select from unnest($2::uuid[]) as x(account_id), group_members m where m.account_id = x.account_id)`,
    says: /"group_members" as "m"/u,
  },
  {
    title: 'a function alias that hides the tied table',
    sql: `select id from users u where u.account_id = $1 and exists (
            select from unnest($2::uuid[]) as u(account_id) join group_members m on m.account_id = u.account_id)`,
    says: /"group_members" as "m"/u,
  },
  {
    title: 'an alias list that renames columns',
    sql: 'select 1 from groups as g(id, account_id) where g.account_id = $1',
    says: /renames its columns/u,
  },
  {
    title: 'a derived column that is only called account_id',
    sql: `select g.id from (select id as account_id from users where account_id = $1) as u
          join groups g on g.account_id = u.account_id`,
    says: /"groups" as "g"/u,
  },
  {
    title: 'a renamed derived column',
    sql: `select g.id from (select id, account_id from users where account_id = $1) as u(account_id, id)
          join groups g on g.account_id = u.account_id`,
    says: /"groups" as "g"/u,
  },
  {
    title: 'a subquery in FROM without the account',
    sql: 'select m.user_id from (select user_id from group_members) as m',
    says: /"group_members"/u,
  },
  {
    title: 'a lateral subquery in a circle',
    sql: `select u.id from users u cross join lateral (select u.account_id) as own where own.account_id = u.account_id`,
    says: /"users" as "u"/u,
  },
  {
    title: 'a correlated subquery without the account',
    sql: `select (select count(*) from group_members m where m.user_id = u.id) from users u where u.account_id = $1`,
    says: /"group_members" as "m"/u,
  },
  {
    title: 'a subquery that ties only the outer table',
    sql: `select id from users u where exists (select from group_members m where m.account_id = $1 and u.account_id = $1)`,
    says: /"users" as "u"/u,
  },
  {
    title: 'a subquery in ORDER BY',
    sql: 'select id from users where account_id = $1 order by (select count(*) from groups)',
    says: /"groups"/u,
  },
  {
    title: 'a subquery in LIMIT',
    sql: 'select id from users where account_id = $1 limit (select count(*) from groups)',
    says: /"groups"/u,
  },
  {
    title: 'a subquery inside ON',
    sql: `select u.id from users u join group_members m on m.account_id = u.account_id
          and m.group_id in (select id from groups) where u.account_id = $1`,
    says: /"groups"/u,
  },
  {
    title: 'a subquery inside an argument of a function in FROM',
    sql: 'select x from unnest(array(select id from users)) as x',
    says: /"users"/u,
  },
  {
    title: 'one side of a union',
    sql: 'select id from users where account_id = $1 union select id from users',
    says: /"users"/u,
  },
  {
    title: 'a union of an account and anything',
    sql: `select g.id from (
            select account_id from users where account_id = $1 union all select id from users where account_id = $1) as u
          join groups g on g.account_id = u.account_id`,
    says: /"groups" as "g"/u,
  },
  {
    title: 'a common table that is not used',
    sql: 'with everyone as (select id from users) select 1',
    says: /"users"/u,
  },
  {
    title: 'a lateral star in a circle',
    sql: `select u.id from users u cross join lateral (select u.*) as own where own.account_id = u.account_id`,
    says: /"users" as "u"/u,
  },
  {
    title: 'an unqualified name that an inner function answers for',
    sql: `select id from users where users.account_id = $1 and exists (
            select from (select account_id from unnest($2::uuid[]) as x(account_id)) as d
            join group_members m on m.account_id = d.account_id)`,
    says: /"group_members" as "m"/u,
  },
  {
    title: 'a lateral name that only a later table has, and an outer function',
    sql: `select from unnest($2::uuid[]) as x(account_id) where exists (
            select from lateral (select x.account_id) as d join users x on x.account_id = $1
            join groups g on g.account_id = d.account_id)`,
    says: /"groups" as "g"/u,
  },
  {
    title: 'a name in ON that a table beside the join has, and an outer function',
    sql: `select from unnest($2::uuid[]) as m(account_id) where exists (
            select from users u join groups g on g.account_id = m.account_id and u.account_id = g.account_id,
            group_members m where m.account_id = $1)`,
    says: /is not tied/u,
  },
  {
    title: 'a star under new names',
    sql: `select g.id from (select u.id, u.* from users u where u.account_id = $1) as u(account_id, owner)
          join groups g on g.account_id = u.account_id`,
    says: /"groups" as "g"/u,
  },
  {
    title: 'a union of stars under new names',
    sql: `select g.id from (
            select p.*, s.* from group_permission_sets p, sso_group_mappings s
            where p.account_id = $1 and s.account_id = $1
            union all
            select account_id, account_id, permission_set, account_id, group_id, permission_set
            from group_permission_sets where account_id = $1
          ) as u(one, two) join groups g on g.account_id = u.two`,
    says: /"groups" as "g"/u,
  },
  {
    title: 'a tenant table by its schema, beside a common table of its name',
    sql: 'with users as (select id from users where account_id = $1) select id from public.users',
    says: /"users"/u,
  },
  {
    title: 'a subquery to the left of IN',
    sql: `select id from users where account_id = $1
          and (select count(*) from groups) in (select version from users where account_id = $1)`,
    says: /"groups"/u,
  },
  {
    title: 'a subquery in the LIMIT of a union',
    sql: `select id from users where account_id = $1 union select id from groups where account_id = $1
          limit (select count(*) from invitations)`,
    says: /"invitations"/u,
  },
];
