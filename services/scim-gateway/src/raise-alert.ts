import type { Actor } from '@rollcall/domain/actor';
import type { Database } from '@rollcall/domain/database/connection';
import type { RefusalAlert } from '@rollcall/domain/events/audit-event';
import { recordRefusal } from '@rollcall/domain/events/record-refusal';
import type { FastifyBaseLogger } from 'fastify';

/** The refused write was rolled back; the alert has a transaction of its own. The client's answer does not depend on it. */
export async function raiseAlert(
  db: Database,
  log: FastifyBaseLogger,
  actor: Actor,
  accountId: string,
  alert: RefusalAlert,
): Promise<void> {
  try {
    await recordRefusal(db, actor, accountId, alert, new Date());
  } catch (error) {
    const requestId = 'request' in actor ? actor.request?.id : undefined;
    log.error({ err: error, requestId }, 'alert of a refused request was not recorded');
  }
}
