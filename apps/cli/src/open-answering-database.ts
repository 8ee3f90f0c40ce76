import { setTimeout as delay } from 'node:timers/promises';
import { type Database, openDatabase } from '@rollcall/domain/database/connection';
import { isReachable } from '@rollcall/domain/database/is-reachable';
import { CommandFailure } from './command-failure.ts';

const PATIENCE_MS = 10_000;

/**
 * Opens the database. Throws CommandFailure when nothing comes back from it at all, as through a firewall that drops
 * packets: a command must not hang. An error that comes back is left to the next statement, which says more.
 */
export async function openAnsweringDatabase(url: string): Promise<Database> {
  const db = await openDatabase({
    url,
    poolSize: 2,
    applicationName: 'rollcall command',
    // A broken connection shows in the statement that wants it next.
    onIdleConnectionError: () => undefined,
  });
  const answered = new AbortController();
  const silence = delay(PATIENCE_MS, 'silence', { signal: answered.signal }).catch(() => 'answered');
  const outcome = await Promise.race([isReachable(db), silence]);
  answered.abort();
  if (outcome !== 'silence') return db;
  // Not closed: that would wait for the same answer.
  throw new CommandFailure(
    `The database did not answer within ${PATIENCE_MS / 1000} seconds. Look after its network and its load, and check DATABASE_URL.`,
  );
}
