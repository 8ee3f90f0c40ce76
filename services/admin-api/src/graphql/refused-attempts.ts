import type { ApolloServerPlugin } from '@apollo/server';
import type { AttemptLog } from '@rollcall/domain/events/attempt-log';
import type { AuditEventInput } from '@rollcall/domain/events/audit-event';
import type { JsonObject } from '@rollcall/domain/json';
import { recordAttempts, refusedAttempt } from '../record-attempts.ts';
import type { AdminContext } from './context.ts';
import {
  Forbidden,
  LastAccountAdmin,
  LicenseDecidedElsewhere,
  ManualUpdatesLocked,
  NoFreeSeat,
  Refused,
  UserError,
} from './user-errors.ts';

/** What one request tried in vain, each thing once, however many things it asked it of. */
export interface RefusedAttempts {
  /** `field` as in `Mutation.groupRename`. What is wrong with the request itself is not noted. */
  note(field: string, error: unknown): void;
  /** The error is recorded elsewhere. */
  omit(error: UserError): void;
  take(): readonly AuditEventInput[];
}

const byContext = new WeakMap<object, RefusedAttempts>();

/** Those of the request that has the context. */
export function refusalsOf(context: object): RefusedAttempts {
  const known = byContext.get(context);
  if (known !== undefined) return known;
  const refusals = collectRefusals();
  byContext.set(context, refusals);
  return refusals;
}

function collectRefusals(): RefusedAttempts {
  const events = new Map<string, AuditEventInput>();
  const omitted = new WeakSet<UserError>();
  return {
    note(field, error) {
      if (!(error instanceof UserError) || omitted.has(error)) return;
      const { code } = error;
      const rule = ruleOf(error);
      if (rule !== undefined) events.set(`${field} ${code}`, refusedAttempt({ field, code, ...rule }));
    },
    omit: (error) => void omitted.add(error),
    take: () => [...events.values()],
  };
}

/** Records what a request tried in vain before it is answered. */
export function recordRefusals(attempts: AttemptLog): ApolloServerPlugin<AdminContext> {
  return {
    async requestDidStart() {
      return {
        async willSendResponse({ contextValue }) {
          const events = refusalsOf(contextValue).take();
          const { caller, accountId, now, logger } = contextValue;
          if (events.length > 0)
            await recordAttempts({ attempts, logger }, caller.actor, accountId, events, now);
        },
      };
    },
  };
}

/**
 * The rule that stood in the way; undefined for faults of the request. Neither ids nor names that the request made up: equal
 * attempts have to be equal here, so that they are counted.
 */
function ruleOf(error: UserError): JsonObject | undefined {
  if (error instanceof Forbidden) return { right: error.right };
  if (error instanceof ManualUpdatesLocked) return { setting: error.setting };
  if (error instanceof LicenseDecidedElsewhere) return { rule: error.rule };
  if (error instanceof NoFreeSeat) return { licenseType: error.licenseType };
  if (error instanceof Refused) return { reason: error.reason };
  if (error instanceof LastAccountAdmin) return {};
  return undefined;
}
