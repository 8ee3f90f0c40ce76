/** Writes that touch one account only, with no condition too many. */
export const tiedWrites: readonly { title: string; sql: string; accountParameters: readonly number[] }[] = [
  {
    title: 'a common table that changes two tables',
    sql: `with removed as (
            delete from group_members where account_id = $1 and group_id = $2 returning account_id, user_id
          ), touched as (
            update groups set version = version + 1 where account_id = $3 and id = $2
          )
          select u.id from users u join removed r on r.account_id = u.account_id and r.user_id = u.id`,
    accountParameters: [1, 3],
  },
  {
    title: 'an insert of values',
    sql: `insert into sso_group_mappings (account_id, group_id, idp_group) values ($1, $2, $3), ($4, $5, $6)`,
    accountParameters: [1, 4],
  },
  {
    title: 'an insert that updates the row it meets',
    sql: `insert into resource_counts as c (resource, account_id, bucket, amount) values ('user', $1, 1, $2)
          on conflict (account_id, resource, bucket) do update set amount = c.amount + excluded.amount returning amount`,
    accountParameters: [1],
  },
  {
    title: 'an insert from a list of ids',
    sql: `insert into group_members (account_id, group_id, user_id, origin, added_at)
          select $1, $2, member.id, 'scim', now() from unnest($3::uuid[]) as member(id)
          on conflict do nothing returning user_id`,
    accountParameters: [1],
  },
  {
    title: 'an insert from tied rows',
    sql: `insert into group_members (account_id, group_id, user_id, origin, added_at)
          select u.account_id, $1, u.id, 'default', now() from users u where u.account_id = $2 and u.state = 'active'`,
    accountParameters: [2],
  },
  {
    title: 'an insert of an account',
    sql: `insert into accounts (id, slug, name, plan, created_at) values ($1, $2, $3, 'starter', now())
          on conflict (slug) do nothing`,
    accountParameters: [1],
  },
  {
    title: 'an update',
    sql: 'update users set version = version + 1 where account_id = $1 and id = any($2::uuid[]) returning *',
    accountParameters: [1],
  },
  {
    title: 'an update from another table',
    sql: `update users u set license_type = m.license_type, license_source = 'sso_mapping' from sso_license_mappings m
          where u.account_id = $1 and m.account_id = u.account_id and m.idp_group = any(u.sign_in_groups)`,
    accountParameters: [1],
  },
  {
    title: 'an update from a subquery',
    sql: `update license_seats set seats_used = (
            select count(*) from users u where u.account_id = license_seats.account_id and u.state = 'active')
          where license_seats.account_id = $1`,
    accountParameters: [1],
  },
  {
    title: 'a delete using another table',
    sql: `delete from group_members m using groups g
          where g.account_id = $1 and m.account_id = g.account_id and m.group_id = g.id and g.default_group is null`,
    accountParameters: [1],
  },
  {
    title: 'an insert that updates the row it meets by a named key',
    sql: `insert into groups (account_id, id, display_name, created_at, updated_at) values ($1, $2, $3, now(), now())
          on conflict on constraint groups_display_name_key do update set updated_at = excluded.updated_at`,
    accountParameters: [1],
  },
];
