import type { Actor } from '@rollcall/domain/actor';
import { boundedQuery } from '@rollcall/domain/database/bounded-query';
import type { Database, Queryable } from '@rollcall/domain/database/connection';
import { inTransaction, type Trx } from '@rollcall/domain/database/transaction';
import type { RefusalAlert } from '@rollcall/domain/events/audit-event';
import { recordRefusal } from '@rollcall/domain/events/record-refusal';
import type { FastifyBaseLogger } from 'fastify';

/** How a request gets at the account's data. That of a replay sees its own writes, and leaves nothing behind. */
export interface Access {
  /** For look-ups of a known cost. */
  readonly db: Queryable;
  /** For lists, whose cost the client decides. */
  readonly search: <T>(search: (db: Queryable) => Promise<T>) => Promise<T>;
  /**
   * Writes in one transaction: the request's own, or that of a circle of bulk operations. A transaction of the request's
   * own may have a shortcut, which does the same in one round trip, or nothing and resolves to undefined.
   */
  readonly write: <T>(
    work: (trx: Trx) => Promise<T>,
    shortcut?: (db: Database) => Promise<T | undefined>,
  ) => Promise<T>;
  /** Tells administrators of a write that was refused and rolled back. The client's answer does not depend on it. */
  readonly raiseAlert: (actor: Actor, accountId: string, alert: RefusalAlert) => Promise<void>;
}

/** Of requests that identity providers send. */
export function directAccess(db: Database, log: FastifyBaseLogger): Access {
  return {
    db,
    search: (search) => boundedQuery(db, search),
    write: async (work, shortcut) => (await shortcut?.(db)) ?? inTransaction(db, work),
    async raiseAlert(actor, accountId, alert) {
      try {
        await recordRefusal(db, actor, accountId, alert, new Date());
      } catch (error) {
        const requestId = 'request' in actor ? actor.request?.id : undefined;
        log.error({ err: error, requestId }, 'alert of a refused request was not recorded');
      }
    },
  };
}
