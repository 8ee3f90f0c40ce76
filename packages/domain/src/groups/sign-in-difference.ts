import { type Kysely, type RawBuilder, sql } from 'kysely';
import type { DB } from '../database/schema.generated.ts';

/** One group that a sign-in would bring somebody into, or take them out of. */
export interface SignInDifference {
  userId: string;
  groupId: string;
  displayName: string;
  /** As what they would join; null: they would leave. */
  joinsAs: 'sso_mapping' | 'default' | null;
  /** Whether the group carries `account_admin`. */
  administers: boolean;
  version: number;
}

/** One group's mapping, taken to be another than it is. */
export interface SupposedMapping {
  groupId: string;
  idpGroups: readonly string[];
}

interface DifferenceRow {
  user_id: string;
  group_id: string;
  display_name: string;
  joins_as: 'sso_mapping' | 'default' | null;
  administers: boolean;
  version: number;
}

/** The differences with what is to be known of their groups, ordered by person and group. */
export async function selectSignInDifferences(
  db: Kysely<DB>,
  accountId: string,
  people: RawBuilder<unknown>,
  supposed?: SupposedMapping,
): Promise<readonly SignInDifference[]> {
  const { rows } = await sql<DifferenceRow>`
    with ${signInDifferences(accountId, people, supposed)}
    select d.user_id, d.group_id, d.joins_as, g.display_name, g.version, exists (
        select from group_permission_sets p
        where p.account_id = ${accountId} and p.group_id = d.group_id and p.permission_set = 'account_admin'
      ) as administers
    from differences d join groups g on g.account_id = ${accountId} and g.id = d.group_id
    order by d.user_id, d.group_id`.execute(db);
  return rows.map((row) => ({
    userId: row.user_id,
    groupId: row.group_id,
    displayName: row.display_name,
    joinsAs: row.joins_as,
    administers: row.administers,
    version: row.version,
  }));
}

/** The person, with what a sign-in says. */
export function personSigningIn(userId: string, idpGroups: readonly string[]): RawBuilder<unknown> {
  return sql`select ${userId}::uuid as user_id, ${[...idpGroups]}::text[] as idp_groups`;
}

/**
 * Common table expressions, the last of them `differences (user_id, group_id, joins_as)`: what a sign-in of each of the people
 * would change. They join the groups whose SSO group mapping names one of their groups at the identity provider, and those
 * with `assignByDefault`; they leave the other groups that have a mapping. `people` is a query for (user_id, idp_groups).
 */
function signInDifferences(
  accountId: string,
  people: RawBuilder<unknown>,
  supposed: SupposedMapping | undefined,
): RawBuilder<unknown> {
  // Mappings are looked into from two sides and never whole, so they must not become a table of their own.
  return sql`
    people as (${people}),
    mappings as not materialized (${mappings(accountId, supposed)}),
    wanted as (
      select w.user_id, w.group_id, bool_or(w.is_mapped) as is_mapped
      from (
        select p.user_id, m.group_id, true as is_mapped
        from people p cross join unnest(p.idp_groups) as claimed (idp_group)
        join mappings m on m.idp_group = claimed.idp_group
        union all
        select p.user_id, g.id, false
        from people p cross join groups g
        where g.account_id = ${accountId} and g.assign_by_default
      ) w
      group by w.user_id, w.group_id
    ),
    differences as (
      select w.user_id, w.group_id, case when w.is_mapped then 'sso_mapping' else 'default' end as joins_as
      from wanted w
      where not exists (
        select from group_members m
        where m.account_id = ${accountId} and m.group_id = w.group_id and m.user_id = w.user_id
      )
      union all
      select p.user_id, m.group_id, null
      from people p join group_members m on m.account_id = ${accountId} and m.user_id = p.user_id
      where exists (select from mappings s where s.group_id = m.group_id)
        and not exists (select from wanted w where w.user_id = p.user_id and w.group_id = m.group_id)
    )`;
}

function mappings(accountId: string, supposed: SupposedMapping | undefined): RawBuilder<unknown> {
  if (supposed === undefined) {
    return sql`select m.group_id, m.idp_group from sso_group_mappings m where m.account_id = ${accountId}`;
  }
  return sql`
    select m.group_id, m.idp_group from sso_group_mappings m
    where m.account_id = ${accountId} and m.group_id <> ${supposed.groupId}
    union all
    select ${supposed.groupId}::uuid, idp_group from unnest(${[...supposed.idpGroups]}::text[]) as idp_group`;
}
