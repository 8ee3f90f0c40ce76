/** Queries that tie each tenant table, with no condition too many. */
export const tiedQueries: readonly { title: string; sql: string; accountParameters: readonly number[] }[] = [
  {
    title: 'one table',
    sql: 'select * from users where account_id = $1 and id = $2',
    accountParameters: [1],
  },
  {
    title: 'the parameter first',
    sql: 'select id from users where $1 = account_id',
    accountParameters: [1],
  },
  {
    title: 'a cast parameter',
    sql: 'select id from users where account_id = $1::uuid',
    accountParameters: [1],
  },
  { title: 'the account itself', sql: 'select name from accounts where id = $1', accountParameters: [1] },
  {
    title: 'a parameter other than the first',
    sql: `select id from "users" as "u" where "u"."user_name_lower" = lower($1) and "u"."account_id" = $2`,
    accountParameters: [2],
  },
  {
    title: 'an equality of rows',
    sql: 'select id from users where (account_id, id) = ($1, $2)',
    accountParameters: [1],
  },
  {
    title: 'OR beside the account',
    sql: `select id from users where account_id = $1 and (state = 'active' or state = 'invited')`,
    accountParameters: [1],
  },
  {
    title: 'a keyset page with a lock',
    sql: 'select id from users where account_id = $1 and id > $2 order by id limit $3 for no key update of users',
    accountParameters: [1],
  },
  {
    title: 'an inner join tied to a tied table',
    sql: `select u.id from users u join group_members m on m.account_id = u.account_id and m.user_id = u.id
          where u.account_id = $1`,
    accountParameters: [1],
  },
  {
    title: 'a chain of joins, tied from its far end',
    sql: `select g.id from users u
          join group_members m on m.user_id = u.id and u.account_id = m.account_id
          join groups g on g.id = m.group_id and m.account_id = g.account_id
          where g.account_id = $1`,
    accountParameters: [1],
  },
  {
    title: 'two tables with a parameter each',
    sql: `select u.id from users u, groups g where u.account_id = $1 and g.account_id = $2`,
    accountParameters: [1, 2],
  },
  {
    title: 'a left join whose ON ties its right side',
    sql: `select u.id, i.address from users u
          left join invitations i on i.account_id = u.account_id and i.user_id = u.id and i.ended_at is null
          where u.account_id = $1`,
    accountParameters: [1],
  },
  {
    title: 'a left join over a nested join',
    sql: `select u.id from users u
          left join (group_members m join groups g on g.account_id = m.account_id and g.id = m.group_id)
            on m.account_id = u.account_id and m.user_id = u.id
          where u.account_id = $1`,
    accountParameters: [1],
  },
  {
    title: 'a subquery in FROM that selects the account',
    sql: `select u.id from (select account_id, user_id from group_members where account_id = $1) as m
          join users u on u.account_id = m.account_id and u.id = m.user_id`,
    accountParameters: [1],
  },
  {
    title: 'a star of a tied table',
    sql: `select g.id from (select * from group_members where account_id = $1) as m
          join groups g on g.account_id = m.account_id and g.id = m.group_id`,
    accountParameters: [1],
  },
  {
    title: 'a lateral join',
    sql: `select u.id, m.groups from users u
          left join lateral (
            select count(*) as groups from group_members m where m.account_id = u.account_id and m.user_id = u.id
          ) m on true
          where u.account_id = $1`,
    accountParameters: [1],
  },
  {
    title: 'a table tied to what a lateral subquery hands out',
    sql: `select g.id from users u
          cross join lateral (select m.account_id, m.group_id from group_members m where m.account_id = u.account_id) m
          join groups g on g.account_id = m.account_id and g.id = m.group_id
          where u.account_id = $1`,
    accountParameters: [1],
  },
  {
    title: 'a correlated subquery in the select list',
    sql: `select u.id, (select count(*) from group_members m where m.account_id = u.account_id and m.user_id = u.id)
          from users u where u.account_id = $1`,
    accountParameters: [1],
  },
  {
    title: 'EXISTS, correlated',
    sql: `select id from users where users.account_id = $1 and not exists (
            select from group_members m where m.account_id = users.account_id and m.user_id = users.id)`,
    accountParameters: [1],
  },
  {
    title: 'IN with a subquery',
    sql: `select id from users where account_id = $1 and id in (
            select user_id from group_members where account_id = $2 and group_id = $3)`,
    accountParameters: [1, 2],
  },
  {
    title: 'a union',
    sql: `select id from users where account_id = $1 union all select id from groups where account_id = $2`,
    accountParameters: [1, 2],
  },
  {
    title: 'a table tied to a union of accounts',
    sql: `with member as (
            select account_id, user_id from group_members where account_id = $1
            union select account_id, user_id from invitations where account_id = $2)
          select u.id from users u join member on member.account_id = u.account_id and member.user_id = u.id`,
    accountParameters: [1, 2],
  },
  {
    title: 'a common table',
    sql: `with m as (select user_id from group_members where account_id = $1) select user_id from m`,
    accountParameters: [1],
  },
  {
    title: 'a common table that hides a tenant table',
    sql: `with users as (select id from users where account_id = $1) select id from users`,
    accountParameters: [1],
  },
  {
    title: 'a recursive common table',
    sql: `with recursive page as (
            (select id from users where account_id = $1 order by id limit 1)
            union all
            select (select min(u.id::text)::uuid from users u where u.account_id = $2 and u.id > page.id) from page
            where page.id is not null)
          select id from page`,
    accountParameters: [1, 2],
  },
  {
    title: 'a table tied to named values',
    sql: `select u.id from (values ($1::uuid, $2::uuid)) as wanted(account_id, user_id)
          join users u on u.account_id = wanted.account_id and u.id = wanted.user_id`,
    accountParameters: [1],
  },
  {
    title: 'elements of a JSON parameter',
    sql: `select u.id from users u join jsonb_array_elements_text($1) as wanted(name) on u.user_name_lower = wanted.name
          where u.account_id = $2 and u.attributes ? 'title'`,
    accountParameters: [2],
  },
  {
    title: 'text that looks like SQL',
    sql: `select id, '; select * from groups -- ' as "from groups" from users /* or account_id <> $1 */
          where account_id = $1 -- or true`,
    accountParameters: [1],
  },
  {
    title: 'an explained query',
    sql: 'explain select id from users where account_id = $1',
    accountParameters: [1],
  },
  {
    title: 'named values that are no accounts',
    sql: `select u.id from (select $2::text as name, $3::uuid as id) as wanted
          join users u on u.id = wanted.id and u.user_name = wanted.name where u.account_id = $1 and wanted.id = $4`,
    accountParameters: [1],
  },
];
