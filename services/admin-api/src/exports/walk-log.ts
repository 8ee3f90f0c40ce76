import { inAccount } from '@rollcall/domain/database/tenancy/account-scope';
import type { LogPage } from '@rollcall/domain/events/log-page';

/** What is held in memory of a log at any time, however long it is. */
export const BATCH = 250;

/**
 * The entries of a log in batches. The next one is read when it is asked for, and no connection is held between: whoever reads slowly
 * waits for nobody and keeps nobody waiting.
 */
export async function* walkLog<Entry extends { id: string }>(
  accountId: string,
  newestFirst: boolean,
  readPage: (page: LogPage) => Promise<readonly Entry[]>,
): AsyncGenerator<readonly Entry[], void, void> {
  for (let last: string | undefined; ;) {
    const place = newestFirst ? { olderThan: last } : { newerThan: last };
    // The stream that asks belongs to no account.
    const entries = await inAccount(accountId, () => readPage({ ...place, newestFirst, limit: BATCH }));
    if (entries.length > 0) yield entries;
    if (entries.length < BATCH) return;
    last = entries.at(-1)?.id;
  }
}
