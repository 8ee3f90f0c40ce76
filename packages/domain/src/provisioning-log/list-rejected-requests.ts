import { type Kysely, sql } from 'kysely';
import type { DB } from '../database/schema.generated.ts';

/** Requests without a valid token, of one hour and from one address: all that is kept of them. */
export interface RejectedRequests {
  /** When the hour began. */
  hour: Date;
  address: string;
  amount: number;
}

/** The latest hours first, from the one behind `after`. */
export async function listRejectedRequests(
  db: Kysely<DB>,
  accountId: string,
  page: {
    since?: Date | undefined;
    after?: Pick<RejectedRequests, 'hour' | 'address'> | undefined;
    limit: number;
  },
): Promise<RejectedRequests[]> {
  const { since, after, limit } = page;
  const { rows } = await sql<RejectedRequests>`
    select c.hour, c.address, c.amount from rejected_request_counts c
    where c.account_id = ${accountId}
      and ${since === undefined ? sql`true` : sql`c.hour >= ${since}`}
      and ${after === undefined ? sql`true` : sql`(c.hour, c.address) < (${after.hour}, ${after.address})`}
    order by c.hour desc, c.address desc limit ${limit}`.execute(db);
  return rows;
}
