/** The statements of the floors, each prepared under its name. They use the product's own tables, with all their indexes. */
export const READ_USER = {
  name: 'read_user',
  text: `select id, user_name, external_id, attributes, version, created_at, updated_at
    from users where account_id = $1 and id = $2`,
};

const AUDIT_EVENT = `audit_events (account_id, id, at, kind, actor_kind, target_kind, target_id, detail, detail_digest)`;

export const INSERT_USER = {
  name: 'insert_user',
  text: `with person as (
      insert into users (account_id, id, state, scim_managed, user_name, external_id, attributes, email_keys,
        license_type, license_source, activated_at, created_at, updated_at)
      values ($1, $2, 'active', true, $3, $4, $5, array[lower($3)], 'developer', 'default', now(), now(), now())
      returning account_id, id, attributes
    )
    insert into ${AUDIT_EVENT}
    select account_id, $6, now(), 'user.created', 'system', 'user', id, attributes, '\\x00' from person`,
};

export const READ_PAGE = {
  name: 'read_page',
  text: `select id, user_name, external_id, attributes, version, created_at, updated_at
    from users where account_id = $1 and id > $2 and in_scim order by id limit $3`,
};

export const INSERT_USERS = {
  name: 'insert_users',
  text: `with person as (
      insert into users (account_id, id, state, scim_managed, user_name, external_id, attributes, email_keys,
        license_type, license_source, activated_at, created_at, updated_at)
      select $1, given.id, 'active', true, given.user_name, given.external_id, given.attributes,
        array[lower(given.user_name)], 'developer', 'default', now(), now(), now()
      from unnest($2::uuid[], $3::text[], $4::text[], $5::jsonb[]) as given (id, user_name, external_id, attributes)
      returning account_id, id, attributes
    )
    insert into ${AUDIT_EVENT}
    select person.account_id, event.id, now(), 'user.created', 'system', 'user', person.id, person.attributes, '\\x00'
    from person join unnest($2::uuid[], $6::uuid[]) as event (person_id, id) on event.person_id = person.id`,
};

export const LOCK_USER = {
  name: 'lock_user',
  text: `select id, user_name, external_id, attributes, version, created_at, updated_at
    from users where account_id = $1 and id = $2 for no key update`,
};

export const UPDATE_USER = {
  name: 'update_user',
  text: `update users set state = case state when 'active' then 'deactivated' else 'active' end,
      version = version + 1, updated_at = now()
    where account_id = $1 and id = $2`,
};

export const INSERT_AUDIT_EVENT = {
  name: 'insert_audit_event',
  text: `insert into ${AUDIT_EVENT}
    values ($1, $2, now(), 'user.changed', 'system', 'user', $3, '{"changes": {"active": true}}', '\\x00')`,
};

export const INSERT_MEMBERS = {
  name: 'insert_members',
  text: `with changed as (
      update groups set version = version + 1, updated_at = now() where account_id = $1 and id = $2
      returning account_id, id
    )
    insert into group_members (account_id, group_id, user_id, origin, added_at)
    select changed.account_id, changed.id, joining.id, 'scim', now()
    from changed, unnest($3::uuid[]) as joining (id)
    on conflict do nothing`,
};
