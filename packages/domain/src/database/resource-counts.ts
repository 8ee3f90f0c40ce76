import { type RawBuilder, sql } from 'kysely';
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
  atCommit(trx, resourceCount(accountId, resource, change, sql``).compile(trx));
}

/** The count as part of a larger statement: `from` is its FROM clause, and gives one row if there is something to count. */
export function resourceCount(
  accountId: string,
  resource: 'user' | 'group',
  change: number,
  from: RawBuilder<unknown>,
): RawBuilder<unknown> {
  return sql`
    insert into resource_counts as c (account_id, resource, bucket, amount)
    select ${accountId}, ${resource}, pg_backend_pid() % ${sql.lit(BUCKETS)}, ${change} ${from}
    on conflict (account_id, resource, bucket) do update set amount = c.amount + excluded.amount`;
}
