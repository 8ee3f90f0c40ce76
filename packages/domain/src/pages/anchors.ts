import { type Kysely, sql } from 'kysely';
import type { Database } from '../database/connection.ts';
import { repeat } from '../database/repeat.ts';
import type { DB } from '../database/schema.generated.ts';
import type { Trx } from '../database/transaction.ts';
import type { Position } from './position.ts';

/** Who walks through which list by `startIndex`. */
export interface Walk {
  /** The token that asks: another client that asks for the same number may mean another place. */
  readonly walkerId: string;
  /** Of everything that decides which resources are in the list and in which order; made only where it is needed. */
  readonly queryDigest: () => Uint8Array;
  readonly now: Date;
}

const KEPT_FOR_MS = 10 * 60 * 1000;
const SWEEP_EVERY_MS = 60 * 1000;

/** Behind which place the page goes on that begins at `startIndex`, if the page before it was served lately. */
export async function findAnchor(
  db: Kysely<DB>,
  accountId: string,
  walk: Walk,
  startIndex: number,
): Promise<Position | undefined> {
  const { rows } = await sql<{ position: Position }>`
    select a.position from page_anchors a
    where a.account_id = ${accountId} and a.walker_id = ${walk.walkerId}
      and a.query_digest = ${walk.queryDigest()} and a.start_index = ${startIndex}
      and a.created_at > ${new Date(walk.now.getTime() - KEPT_FOR_MS)}`.execute(db);
  return rows[0]?.position;
}

/** Remembers, for every process, where the page that begins at `startIndex` goes on. */
export async function keepAnchor(
  db: Kysely<DB>,
  accountId: string,
  walk: Walk,
  startIndex: number,
  position: Position,
): Promise<void> {
  const { key, id } = position;
  await sql`
    insert into page_anchors as a (account_id, walker_id, query_digest, start_index, position, created_at)
    values (${accountId}, ${walk.walkerId}, ${walk.queryDigest()}, ${startIndex}, ${JSON.stringify({ key, id })}, ${walk.now})
    on conflict (account_id, walker_id, query_digest, start_index)
    do update set position = excluded.position, created_at = excluded.created_at`.execute(db);
}

/** Deletes the places of the account's walks, which may name people by what they are sorted by; the walks count again. */
export async function forgetAnchors(trx: Trx, accountId: string): Promise<void> {
  await sql`delete from page_anchors a where a.account_id = ${accountId}`.execute(trx);
}

/** Deletes what no walk may use any more, of all accounts. */
export async function deleteOldAnchors(db: Kysely<DB>, now: Date): Promise<void> {
  await sql`/* every account: anchors expire by age alone */
    delete from page_anchors a where a.created_at <= ${new Date(now.getTime() - KEPT_FOR_MS)}`.execute(db);
}

/** Deletes old anchors from time to time. Every process may do so; none waits for another. */
export function sweepAnchors(
  db: Database,
  { onError, everyMs = SWEEP_EVERY_MS }: { onError: (error: unknown) => void; everyMs?: number },
): AsyncDisposable {
  return repeat(() => deleteOldAnchors(db, new Date()), { onError, everyMs });
}
