import { lockAccountShared, lockUserNames } from '../database/locks.ts';
import type { Trx } from '../database/transaction.ts';

/**
 * Locks the user names that a transaction will claim one after the other, all at once and in the common order: two
 * transactions that claim the same ones would else wait for each other.
 */
export async function claimUserNames(
  trx: Trx,
  accountId: string,
  userNames: readonly string[],
): Promise<void> {
  await Promise.all([lockAccountShared(trx, accountId), lockUserNames(trx, accountId, userNames)]);
}
