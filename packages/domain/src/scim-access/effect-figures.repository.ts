import { type Kysely, type RawBuilder, sql, type SqlBool } from 'kysely';
import type { DB } from '../database/schema.generated.ts';
import { type Example, type Found, MOST_EXAMPLES } from './setting-effect.ts';

/** Conditions on `users u`, of whom SCIM shows. */
export const PEOPLE = {
  managed: sql<SqlBool>`u.scim_managed`,
  unmanaged: sql<SqlBool>`not u.scim_managed`,
  unmanagedActive: sql<SqlBool>`not u.scim_managed and u.state = 'active'`,
  managedWithManualLicense: sql<SqlBool>`u.scim_managed and u.manual_license_type is not null`,
  activeWithoutAssertedLicense: sql<SqlBool>`
    u.scim_managed and u.state = 'active' and u.asserted_license_type is null`,
  // As users/email-addresses.ts says what an address is.
  withoutAddress: sql<SqlBool>`u.user_name !~ '^[^@[:space:][:cntrl:]]+@[^@[:space:][:cntrl:]]+$'`,
  besideWorkEmail: sql<SqlBool>`
    u.user_name ~ '^[^@[:space:][:cntrl:]]+@[^@[:space:][:cntrl:]]+$' and cardinality(u.email_keys) > 0
    and not u.email_keys @> array[u.user_name_lower]`,
};

/** Conditions on `groups g`. */
export const GROUPS = {
  managed: sql<SqlBool>`g.scim_managed`,
  unmanaged: sql<SqlBool>`g.default_group is null and not g.scim_managed`,
  assignedByDefault: sql<SqlBool>`g.assign_by_default`,
};

export function findPeople(
  db: Kysely<DB>,
  accountId: string,
  condition: RawBuilder<SqlBool>,
  note: RawBuilder<string | null> = sql`null::text`,
): Promise<Found> {
  return found(
    db,
    'user',
    sql`
      select u.id, u.user_name as name, ${note} as note from users u
      where u.account_id = ${accountId} and u.in_scim and ${condition}`,
  );
}

/** By which keys identity providers look for a person: their user name, their e-mails, the id that they gave them before. */
export const MATCHING_KEYS = sql<string>`concat_ws(', ', 'userName',
  case when exists (select from unnest(u.email_keys) as key where key <> u.user_name_lower) then 'emails' end,
  case when u.external_id is not null then 'externalId' end)`;

export function findGroups(
  db: Kysely<DB>,
  accountId: string,
  condition: RawBuilder<SqlBool>,
  note: RawBuilder<string | null> = sql`null::text`,
): Promise<Found> {
  return found(
    db,
    'group',
    sql`
      select g.id, g.display_name as name, ${note} as note from groups g
      where g.account_id = ${accountId} and ${condition}`,
  );
}

/** The condition that a group carries `account_admin`. */
export function administers(accountId: string): RawBuilder<SqlBool> {
  return sql<SqlBool>`exists (
    select from group_permission_sets p
    where p.account_id = ${accountId} and p.group_id = g.id and p.permission_set = 'account_admin')`;
}

/** The condition that a group has an SSO group mapping. */
export function isMapped(accountId: string): RawBuilder<SqlBool> {
  return sql<SqlBool>`exists (
    select from sso_group_mappings m where m.account_id = ${accountId} and m.group_id = g.id)`;
}

/**
 * Active administrators whom nothing but a default group makes one. Local administrators sign in without the provider, so
 * nothing locks them out.
 */
export function findAdministratorsByDefaultGroup(db: Kysely<DB>, accountId: string): Promise<Found> {
  const by = (kind: RawBuilder<SqlBool>) => sql`
    select from group_members m
    join groups g on g.account_id = m.account_id and g.id = m.group_id
    join group_permission_sets p on p.account_id = g.account_id and p.group_id = g.id
    where m.account_id = ${accountId} and m.user_id = u.id and p.permission_set = 'account_admin' and ${kind}`;
  return findPeople(
    db,
    accountId,
    sql<SqlBool>`u.state = 'active' and exists (${by(sql<SqlBool>`g.default_group is not null`)})
      and not exists (${by(sql<SqlBool>`g.default_group is null`)})`,
  );
}

/** Invited people who are in groups that SCIM shows. */
export function findInvitedMembers(db: Kysely<DB>, accountId: string): Promise<Found> {
  return findPeople(
    db,
    accountId,
    sql<SqlBool>`u.state = 'invited' and exists (
      select from group_members m join groups g on g.account_id = m.account_id and g.id = m.group_id
      where m.account_id = ${accountId} and m.user_id = u.id and g.default_group is null)`,
  );
}

export async function countUsableTokens(db: Kysely<DB>, accountId: string, now: Date): Promise<number> {
  const { rows } = await sql<{ amount: number }>`
    select count(*)::int8 as amount from scim_tokens t
    where t.account_id = ${accountId} and t.revoked_at is null and (t.expires_at is null or t.expires_at > ${now})`.execute(
    db,
  );
  return rows[0]?.amount ?? 0;
}

const LATEST_REQUESTS = 10_000;

/** Of the latest requests, how many there are, and how many were read with leniency, by code. */
export async function findLeniencies(
  db: Kysely<DB>,
  accountId: string,
): Promise<{ requests: number; lenient: number; codes: Readonly<Record<string, number>> }> {
  const { rows } = await sql<{ requests: number; lenient: number; codes: Record<string, number> | null }>`
    with latest as (
      select e.leniencies from provisioning_events e where e.account_id = ${accountId}
      order by e.id desc limit ${LATEST_REQUESTS}
    )
    select (select count(*) from latest)::int8 as requests,
      (select count(*) from latest l where l.leniencies <> '[]')::int8 as lenient,
      (select json_object_agg(c.code, c.amount) from (
        select leniency ->> 'code' as code, count(*) as amount
        from latest l cross join jsonb_array_elements(l.leniencies) as leniency
        group by 1) c) as codes`.execute(db);
  const [row] = rows;
  return { requests: row?.requests ?? 0, lenient: row?.lenient ?? 0, codes: row?.codes ?? {} };
}

async function found(db: Kysely<DB>, kind: Example['kind'], query: RawBuilder<unknown>): Promise<Found> {
  const { rows } = await sql<{
    amount: number;
    examples: { id: string; name: string; note: string | null }[];
  }>`
    with matching as not materialized (${query})
    select (select count(*) from matching)::int8 as amount,
      (select coalesce(json_agg(json_build_object('id', e.id, 'name', e.name, 'note', e.note) order by e.id), '[]')
        from (select m.id, m.name, m.note from matching m order by m.id limit ${MOST_EXAMPLES}) e) as examples`.execute(
    db,
  );
  const [row] = rows;
  if (row === undefined) throw new Error('A count was not answered with.');
  return {
    count: row.amount,
    examples: row.examples.map(({ id, name, note }) => ({ kind, id, name, note })),
  };
}
