/** Writes that PostgreSQL would run and that could touch another account. */
export const untiedWrites: readonly { title: string; sql: string; says: RegExp }[] = [
  {
    title: 'one of two writes of a common table',
    sql: `with removed as (delete from group_members where account_id = $1),
          touched as (update groups set version = version + 1 where id = $2) select 1`,
    says: /"groups"/u,
  },
  { title: 'an update of every row', sql: 'update users set version = 1', says: /"users"/u },
  {
    title: 'an update tied on the other table only',
    sql: 'update users set version = 1 from groups g where g.account_id = $1',
    says: /"users"/u,
  },
  {
    title: 'an update that moves a row',
    sql: 'update users set account_id = $2 where account_id = $1',
    says: /never changes its account/u,
  },
  {
    title: 'a conflict that moves a row',
    sql: `insert into sso_license_mappings (account_id, license_type, idp_group) values ($1, 'it', 'x')
          on conflict (account_id, license_type, idp_group) do update set account_id = $2`,
    says: /never changes its account/u,
  },
  {
    title: 'a conflict that meets another account',
    sql: `insert into accounts (id, slug, name, plan, created_at) values ($1, 'a', 'A', 'starter', now())
          on conflict (slug) do update set name = 'B'`,
    says: /another account's row/u,
  },
  { title: 'a delete by id', sql: 'delete from users where id = $1', says: /"users"/u },
  {
    title: 'a delete using an untied table',
    sql: 'delete from group_members m using groups g where m.account_id = $1 and m.group_id = g.id',
    says: /"groups" as "g"/u,
  },
  {
    title: 'an insert without the account',
    sql: `insert into resource_counts (resource, bucket, amount) values ('user', 1, 1)`,
    says: /does not list its column "account_id"/u,
  },
  {
    title: 'an insert without a list of columns',
    sql: `insert into resource_counts values ($1, 'user', 1, 1)`,
    says: /does not list/u,
  },
  {
    title: 'an insert of a literal account',
    sql: `insert into resource_counts (account_id, resource, bucket, amount)
          values ($1, 'user', 1, 1), ('00000000-0000-4000-8000-000000000001', 'user', 1, 1)`,
    says: /neither from a parameter/u,
  },
  {
    title: 'an insert from another column',
    sql: `insert into resource_counts (account_id, resource, bucket, amount)
          select id, 'user', 1, 1 from users where account_id = $1`,
    says: /neither from a parameter/u,
  },
  {
    title: 'an insert from untied rows',
    sql: `insert into resource_counts (account_id, resource, bucket, amount) select account_id, 'user', 1, 1 from users`,
    says: /table "users" is not tied/u,
  },
  {
    title: 'a conflict by a key that spans accounts',
    sql: `insert into accounts (id, slug, name, plan, created_at) values ($1, 'a', 'A', 'starter', now())
          on conflict on constraint accounts_slug_key do update set name = 'B'`,
    says: /another account's row/u,
  },
  {
    title: 'a conflict that reads untied rows',
    sql: `insert into resource_counts as c (account_id, resource, bucket, amount) values ($1, 'user', 1, 1)
          on conflict (account_id, resource, bucket) do update set amount = (select count(*) from users)`,
    says: /"users"/u,
  },
  {
    title: 'an insert that returns untied rows',
    sql: `insert into resource_counts (account_id, resource, bucket, amount) values ($1, 'user', 1, 1)
          returning (select count(*) from users)`,
    says: /"users"/u,
  },
  {
    title: 'a delete that returns untied rows',
    sql: 'delete from users where account_id = $1 returning (select count(*) from groups)',
    says: /"groups"/u,
  },
  {
    title: 'an insert of stars, whose columns cannot be counted',
    sql: `insert into audit_events (id, account_id, kind, actor_id, target_id, actor_name) select p.*, s.*
          from group_permission_sets p, sso_group_mappings s where p.account_id = $1 and s.account_id = $1`,
    says: /neither from a parameter/u,
  },
];
