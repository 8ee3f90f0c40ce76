import type { Actor } from '../actor.ts';
import type { Database } from '../database/connection.ts';
import { inTransaction } from '../database/transaction.ts';
import type { AuditEventInput } from './audit-event.ts';
import { type Attempt, fingerprintOf, joinAttempts } from './record-attempt.ts';

/** Attempts that were refused for the price of a look at the caller's rights, so that anyone can make many of them. */
export interface AttemptLog extends AsyncDisposable {
  /**
   * Records what one request tried in vain. The first of equal ones is in the audit log when this resolves; those that follow it
   * within a second are counted, and written together. A crash loses no more than their number.
   */
  record(actor: Actor, accountId: string, events: readonly AuditEventInput[], now: Date): Promise<void>;
  /** Writes what was counted. */
  flush(): Promise<void>;
}

interface Repeats extends Attempt {
  at: Date;
  times: number;
}

const COUNTED_FOR_MS = 1_000;
/** Of one account; beyond, each is written by itself. */
const MOST_COUNTED = 1_000;

/** Counts in the process what the database would have to count. `onFailure` hears of numbers that could not be written. */
export function openAttemptLog(
  db: Database,
  onFailure: (error: unknown) => void,
  countedForMs = COUNTED_FOR_MS,
): AttemptLog {
  const counted = new Map<string, Map<string, Repeats>>();
  const writing = new Set<Promise<void>>();

  // A timer for each account: what it does is done in the scope of whoever sets it.
  function repeatsOf(accountId: string): Map<string, Repeats> {
    const known = counted.get(accountId);
    if (known !== undefined) return known;
    const repeats = new Map<string, Repeats>();
    counted.set(accountId, repeats);
    setTimeout(() => write(accountId, repeats), countedForMs).unref();
    return repeats;
  }

  function isFirst(repeats: Map<string, Repeats>, attempt: Attempt): boolean {
    const fingerprint = fingerprintOf(attempt);
    const known = repeats.get(fingerprint);
    if (known === undefined) {
      if (repeats.size < MOST_COUNTED) repeats.set(fingerprint, { ...attempt, times: 0 });
      return true;
    }
    known.times += 1;
    known.at = attempt.at;
    return false;
  }

  function write(accountId: string, repeats: Map<string, Repeats>): void {
    if (counted.get(accountId) !== repeats) return;
    counted.delete(accountId);
    const attempts = [...repeats.values()].filter(({ times }) => times > 0);
    if (attempts.length === 0) return;
    const written = inTransaction(db, (trx) => joinAttempts(trx, accountId, attempts))
      .catch(onFailure)
      .finally(() => writing.delete(written));
    writing.add(written);
  }

  async function flush(): Promise<void> {
    for (const [accountId, repeats] of counted) write(accountId, repeats);
    await Promise.all(writing);
  }

  return {
    async record(actor, accountId, events, now) {
      const repeats = repeatsOf(accountId);
      const first = events
        .map((event): Attempt => ({ actor, event, at: now, times: 1 }))
        .filter((attempt) => isFirst(repeats, attempt));
      if (first.length > 0) await inTransaction(db, (trx) => joinAttempts(trx, accountId, first));
    },
    flush,
    [Symbol.asyncDispose]: flush,
  };
}
