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
  readonly accountId: string;
  at: Date;
  times: number;
}

const COUNTED_FOR_MS = 1_000;
/** Of everybody who tries; beyond, each is written by itself. */
const MOST_COUNTED = 10_000;

/** Counts in the process what the database would have to count. `onFailure` hears of numbers that could not be written. */
export function openAttemptLog(db: Database, onFailure: (error: unknown) => void): AttemptLog {
  let repeats = new Map<string, Repeats>();
  let timer: NodeJS.Timeout | undefined;

  function isFirst(accountId: string, attempt: Attempt): boolean {
    const key = `${accountId} ${fingerprintOf(attempt)}`;
    const known = repeats.get(key);
    if (known === undefined) {
      if (repeats.size < MOST_COUNTED) repeats.set(key, { ...attempt, accountId, times: 0 });
      return true;
    }
    known.times += 1;
    known.at = attempt.at;
    return false;
  }

  async function flush(): Promise<void> {
    clearTimeout(timer);
    timer = undefined;
    const byAccount = Map.groupBy(
      [...repeats.values()].filter(({ times }) => times > 0),
      ({ accountId }) => accountId,
    );
    repeats = new Map();
    for (const [accountId, attempts] of byAccount) {
      await inTransaction(db, (trx) => joinAttempts(trx, accountId, attempts)).catch(onFailure);
    }
  }

  return {
    async record(actor, accountId, events, now) {
      const attempts = events.map((event): Attempt => ({ actor, event, at: now, times: 1 }));
      const first = attempts.filter((attempt) => isFirst(accountId, attempt));
      timer ??= setTimeout(() => void flush(), COUNTED_FOR_MS).unref();
      if (first.length > 0) await inTransaction(db, (trx) => joinAttempts(trx, accountId, first));
    },
    flush,
    [Symbol.asyncDispose]: flush,
  };
}
