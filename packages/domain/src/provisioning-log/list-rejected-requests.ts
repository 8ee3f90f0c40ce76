import { type Kysely, type RawBuilder, sql } from 'kysely';
import type { DB } from '../database/schema.generated.ts';
import { InvalidInputError } from '../errors.ts';
import { equalsText } from '../events/log-page.ts';
import type { Slice } from '../pages/slice.ts';
import type { PlacedRow } from '../pages/turn-page.ts';

/** Requests without a valid token, of one hour and from one address: all that is kept of them. */
export interface RejectedRequests {
  /** When the hour began. */
  hour: Date;
  address: string;
  amount: number;
}

export interface RejectedRequestsFilter {
  /** Hours that began then or later. */
  since?: Date | undefined;
  /** Hours that began before. */
  until?: Date | undefined;
  address?: string | undefined;
}

/** No row of theirs has an id: hour and address together are the key. */
const NO_ID = '00000000-0000-0000-0000-000000000000';

/** The latest hours first. Throws InvalidInputError for a place in another list. */
export async function listRejectedRequests(
  db: Kysely<DB>,
  accountId: string,
  filter: RejectedRequestsFilter,
  { behind, backward, limit }: Slice,
): Promise<readonly PlacedRow<RejectedRequests>[]> {
  const order = backward ? sql`asc` : sql`desc`;
  const { rows } = await sql<RejectedRequests>`
    select c.hour, c.address, c.amount from rejected_request_counts c
    where c.account_id = ${accountId} and ${conditions(filter)} and ${behind === undefined ? sql`true` : beyond(behind.key, backward)}
    order by c.hour ${order}, c.address ${order} limit ${limit}`.execute(db);
  return rows.map((item) => ({
    item,
    position: { key: `${item.hour.toISOString()} ${item.address}`, id: NO_ID },
  }));
}

/** Of how many hours and addresses there are any. */
export async function countRejectedRequests(
  db: Kysely<DB>,
  accountId: string,
  filter: RejectedRequestsFilter,
): Promise<number> {
  const { rows } = await sql<{ amount: number }>`
    select count(*) as amount from rejected_request_counts c
    where c.account_id = ${accountId} and ${conditions(filter)}`.execute(db);
  return rows[0]?.amount ?? 0;
}

function conditions({ since, until, address }: RejectedRequestsFilter): RawBuilder<unknown> {
  return sql`${since === undefined ? sql`true` : sql`c.hour >= ${since}`}
    and ${until === undefined ? sql`true` : sql`c.hour < ${until}`}
    and ${address === undefined ? sql`true` : equalsText(sql`c.address`, address)}`;
}

function beyond(key: string | null, backward: boolean): RawBuilder<unknown> {
  const [, hour, address] = /^(\S+) (.*)$/su.exec(key ?? '') ?? [];
  const time = new Date(hour ?? '');
  if (address === undefined || Number.isNaN(time.getTime())) {
    throw new InvalidInputError('The cursor belongs to no place in this list.', 'after');
  }
  return backward
    ? sql`(c.hour, c.address) > (${time}, ${address})`
    : sql`(c.hour, c.address) < (${time}, ${address})`;
}
