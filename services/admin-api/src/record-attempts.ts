import type { Actor } from '@rollcall/domain/actor';
import type { AuditEventInput } from '@rollcall/domain/events/audit-event';
import type { JsonObject } from '@rollcall/domain/json';
import type { Foreign } from './authenticate.ts';
import type { AdminApi } from './build-server.ts';

/** Something that a known caller tried in vain: `code` is what the answer says, and what stood in the way is beside it. */
export function refusedAttempt(detail: JsonObject & { code: string }): AuditEventInput {
  return { kind: 'attempt.refused', target: { kind: 'account' }, detail };
}

/** Records what a known caller tried in vain before they are answered. The answer does not depend on it. */
export async function recordAttempts(
  { attempts, logger }: Pick<AdminApi, 'attempts' | 'logger'>,
  actor: Actor,
  accountId: string,
  events: readonly AuditEventInput[],
  now: Date,
): Promise<void> {
  try {
    await attempts.record(actor, accountId, events, now);
  } catch (error) {
    const requestId = 'request' in actor ? actor.request?.id : undefined;
    logger.error({ err: error, requestId }, 'refused attempts were not recorded');
  }
}

/** The same for a page of another site that used somebody's session. */
export function recordForeign(
  api: Pick<AdminApi, 'attempts' | 'logger'>,
  { foreign: { accountId, caller } }: Foreign,
  now: Date,
): Promise<void> {
  return recordAttempts(api, caller.actor, accountId, [refusedAttempt({ code: 'FOREIGN_REQUEST' })], now);
}
