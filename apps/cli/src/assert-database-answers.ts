import { setTimeout as delay } from 'node:timers/promises';
import { openDatabase } from '@rollcall/domain/database/connection';
import { isReachable } from '@rollcall/domain/database/is-reachable';
import { CommandFailure } from './command-failure.ts';

const PATIENCE_MS = 10_000;

/**
 * Throws CommandFailure when nothing comes back from the database at all, as through a firewall that drops packets: a
 * command must not hang. An error that comes back is left to the statement that meets it next, which says more.
 */
export async function assertDatabaseAnswers(url: string): Promise<void> {
  const db = await openDatabase({ url, poolSize: 1, onIdleConnectionError: () => undefined });
  const answered = new AbortController();
  const silence = delay(PATIENCE_MS, 'silence', { signal: answered.signal }).catch(() => 'answered');
  const outcome = await Promise.race([isReachable(db), silence]);
  if (outcome === 'silence') {
    throw new CommandFailure(
      `The database did not answer within ${PATIENCE_MS / 1000} seconds. Look after its network and its load, and check DATABASE_URL.`,
    );
  }
  answered.abort();
  await db.destroy();
}
