import { setTimeout as delay } from 'node:timers/promises';
import { sql } from 'kysely';
import type { Database } from '../database/connection.ts';
import { atCommit, type Trx } from '../database/transaction.ts';

const CHANNEL = 'rollcall_scim_access';
const SHORTEST_RETRY_MS = 250;
const LONGEST_RETRY_MS = 10_000;

/** Raises, with the commit, the version of the account's settings, and tells every process. The account must be locked. */
export function announceSettingsChange(trx: Trx, accountId: string): void {
  atCommit(
    trx,
    sql`update scim_configurations c set settings_version = c.settings_version + 1
      where c.account_id = ${accountId}`.compile(trx),
  );
  announceAccessChange(trx, accountId);
}

/**
 * Tells every process, with the commit, that a token or a setting of the account changed. For rare writes only:
 * PostgreSQL lets transactions that notify commit one at a time.
 */
export function announceAccessChange(trx: Trx, accountId: string): void {
  atCommit(trx, sql`select pg_notify(${CHANNEL}, ${accountId})`.compile(trx));
}

export interface AccessChangeListener extends AsyncDisposable {}

/**
 * Calls `onChange` with the account of each announcement, and with undefined whenever announcements may have been missed.
 * It only makes things faster: a proxy, a half-open connection or a restart can silence it, so nothing may rely on it.
 */
export function listenForAccessChanges(
  db: Database,
  onChange: (accountId: string | undefined) => void,
  onError: (error: unknown) => void,
): AccessChangeListener {
  const stop = new AbortController();
  const listening = keepListening(db, onChange, onError, stop.signal);
  return {
    async [Symbol.asyncDispose]() {
      stop.abort();
      await listening;
    },
  };
}

async function keepListening(
  db: Database,
  onChange: (accountId: string | undefined) => void,
  onError: (error: unknown) => void,
  stop: AbortSignal,
): Promise<void> {
  let retryAfter = SHORTEST_RETRY_MS;
  while (!stop.aborted) {
    try {
      await listenOnce(db, onChange, stop, () => {
        retryAfter = SHORTEST_RETRY_MS;
      });
    } catch (error) {
      onError(error);
    }
    onChange(undefined);
    await waitUnlessStopped(retryAfter, stop);
    retryAfter = Math.min(retryAfter * 2, LONGEST_RETRY_MS);
  }
}

/** Resolves when stopped; rejects when the connection is lost. */
async function listenOnce(
  db: Database,
  onChange: (accountId: string | undefined) => void,
  stop: AbortSignal,
  onListening: () => void,
): Promise<void> {
  const client = await db.borrowClient();
  const ended = new Promise<void>((resolve, reject) => {
    client.on('error', reject);
    client.on('end', () => reject(new Error('The connection that listens for token changes was closed.')));
    stop.addEventListener('abort', () => resolve(), { once: true });
    if (stop.aborted) resolve();
  });
  client.on('notification', ({ payload }) => onChange(payload));
  try {
    await Promise.race([ended, client.query(`listen ${CHANNEL}`)]);
    onListening();
    onChange(undefined);
    await ended;
  } finally {
    // Destroyed: a connection that listens must not serve others.
    client.release(true);
  }
}

async function waitUnlessStopped(milliseconds: number, stop: AbortSignal): Promise<void> {
  if (stop.aborted) return;
  try {
    await delay(milliseconds, undefined, { signal: stop, ref: false });
  } catch {
    // Stopped: there is nothing to wait for.
  }
}
