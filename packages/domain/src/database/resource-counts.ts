import { sql } from 'kysely';
import { atCommit, type Trx } from './transaction.ts';

const BUCKETS = 32;

/**
 * Counts users or groups that SCIM can see up or down, with the commit. Each connection has a bucket of its own, so
 * writers do not queue for one row; lists add the buckets up.
 */
export function countResources(
  trx: Trx,
  accountId: string,
  resource: 'user' | 'group',
  change: number,
): void {
  atCommit(
    trx,
    sql`
      insert into resource_counts as c (account_id, resource, bucket, amount)
      values (${accountId}, ${resource}, pg_backend_pid() % ${sql.lit(BUCKETS)}, ${change})
      on conflict (account_id, resource, bucket) do update set amount = c.amount + excluded.amount`.compile(
      trx,
    ),
  );
}
