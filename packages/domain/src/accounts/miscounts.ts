import { type Kysely, sql } from 'kysely';
import type { DB } from '../database/schema.generated.ts';

/** A counter that disagrees with the rows that it counts. */
export interface Miscount {
  accountId: string;
  slug: string;
  /** `users`, `groups`, or `<license type> seats`. */
  what: string;
  counted: number;
  actual: number;
}

/** Compares the counters of every account with their rows: lists and seats rely on them. Reads every user and group once. */
export async function findMiscounts(db: Kysely<DB>): Promise<Miscount[]> {
  const { rows } = await sql<Miscount>`
    /* every account: the operator checks the counters of all */
    select x.account_id as "accountId", x.slug, x.what, x.counted, x.actual from (
      select a.id as account_id, a.slug, 'users' as what,
        (select coalesce(sum(c.amount), 0)::int8 from resource_counts c
          where c.account_id = a.id and c.resource = 'user') as counted,
        (select count(*) from users u where u.account_id = a.id and u.in_scim) as actual
      from accounts a
      union all
      select a.id, a.slug, 'groups',
        (select coalesce(sum(c.amount), 0)::int8 from resource_counts c
          where c.account_id = a.id and c.resource = 'group'),
        (select count(*) from groups g where g.account_id = a.id and g.default_group is null)
      from accounts a
      union all
      select a.id, a.slug, s.license_type || ' seats', s.seats_used::int8,
        (select count(*) from users u
          where u.account_id = a.id and u.state = 'active' and u.license_type = s.license_type)
      from accounts a join license_seats s on s.account_id = a.id
    ) as x
    where x.counted <> x.actual
    order by x.slug, x.what`.execute(db);
  return rows;
}
