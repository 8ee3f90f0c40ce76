import type { PlacedOperation } from '@rollcall/scim-protocol/bulk-plan';
import type { BulkOperation, RefusedOperation } from '@rollcall/scim-protocol/bulk-request';
import type { BulkResult } from '@rollcall/scim-protocol/bulk-response';
import { ScimError } from '@rollcall/scim-protocol/errors';
import type { JsonObject } from '@rollcall/scim-protocol/json';
import type { FastifyBaseLogger } from 'fastify';
import type { Call, Endpoint } from '../endpoint.ts';
import { errorAnswer } from '../error-answer.ts';
import type { Exchange } from '../exchange.ts';
import type { Places } from './batch-places.ts';

/** What carries out the operations of any bulk request. */
export interface BulkServer {
  /** Those of users and groups. */
  readonly endpoints: readonly Endpoint[];
  readonly log: FastifyBaseLogger;
  /** How long one request may be worked at; what is then left is refused. */
  readonly longestMs: number;
  /** For transactions that write many people: each holds hundreds of places in the database server's table of locks. */
  readonly inBatchPlace: Places;
}

/** What a single request would be answered with, but for the body: nobody gets to see it. */
export interface Done {
  readonly status: number;
  readonly tag?: string;
  readonly resourceId?: string;
  readonly location?: string;
}

/** One bulk request while it is carried out: what became of its operations so far, and whether to go on. */
export interface BulkRun {
  readonly server: BulkServer;
  readonly call: Call;
  /** Throws when the time is over, or the token was revoked or expired meanwhile. */
  requireLeave(): Promise<void>;
  /** Throws when the time is over: for work that holds a connection, and must not wait for another. */
  requireTime(): void;
  /** The id of what an operation made, by its bulkId. */
  idOf(bulkId: string): string | undefined;
  succeed(placed: PlacedOperation, answer: Done): void;
  /** Records whatever an operation was refused or failed with, as the single request would have been answered. */
  fail(index: number, operation: BulkOperation | RefusedOperation, error: unknown): Promise<void>;
  /** Reports an error to the operator if it is our own fault. */
  report(error: unknown, index?: number): void;
  /** How many more errors the client bears; Infinity where it did not say. */
  errorsLeft(): number;
  /** In the order of the request; operations that were not tried are not there. */
  results(): readonly BulkResult[];
}

export function beginRun(server: BulkServer, call: Call, failOnErrors: number | undefined): BulkRun {
  const ids = new Map<string, string>();
  const results: BulkResult[] = [];
  const deadline = performance.now() + server.longestMs;
  let errors = 0;

  function locationOf({ method, path }: BulkOperation): string | undefined {
    return method === 'POST' ? undefined : `${call.baseUrl}${path}`;
  }

  function requireTime(): void {
    if (performance.now() >= deadline) throw outOfTime();
  }

  function report(error: unknown, index?: number): void {
    if (!errorAnswer(error, 0).isOurs) return;
    const { actor } = call;
    const requestId = 'request' in actor ? actor.request?.id : undefined;
    server.log.error({ err: error, requestId, operation: index }, 'bulk operation failed');
  }

  return {
    server,
    call,
    report,
    requireTime,

    async requireLeave() {
      requireTime();
      await call.requireStillAdmitted();
    },

    idOf: (bulkId) => ids.get(bulkId),
    errorsLeft: () => (failOnErrors === undefined ? Infinity : failOnErrors - errors),
    // Holes are skipped.
    results: () => results.flat(),

    succeed({ index, operation }, { status, tag, resourceId, location = locationOf(operation) }) {
      const { method, bulkId } = operation;
      if (bulkId !== undefined && resourceId !== undefined) ids.set(bulkId, resourceId);
      results[index] = { method, bulkId, location, version: tag, outcome: status };
    },

    async fail(index, operation, error) {
      errors += 1;
      const { method, bulkId } = operation;
      const { error: outcome, alert } = errorAnswer(error, 0);
      const location = 'path' in operation ? locationOf(operation) : undefined;
      results[index] = { method, bulkId, location, version: undefined, outcome };
      const { actor, accountId } = call;
      report(error, index);
      if (alert !== undefined) await call.raiseAlert(actor, accountId, alert);
    },
  };
}

/** The refusals in one line, for the record of the request: its own answer is a 200 whatever they are. */
export function refusalsIn(results: readonly BulkResult[]): Exchange['refusal'] {
  const refused = results.flatMap(({ outcome }) => (outcome instanceof ScimError ? [outcome] : []));
  const [first] = refused;
  if (first === undefined) return undefined;
  return {
    scimType: first.scimType,
    detail: `${refused.length} of ${results.length} operations were refused; the first: ${first.detail}`,
  };
}

/** The answer in short, for the record of the request. */
export function summaryOf(results: readonly BulkResult[]): JsonObject {
  const operations = results.map(({ method = null, location, outcome }) => ({
    method,
    ...(location !== undefined && { location }),
    ...(typeof outcome === 'number'
      ? { status: outcome }
      : { status: outcome.status, detail: outcome.detail }),
  }));
  return { operations };
}

function outOfTime(): ScimError {
  return new ScimError(
    503,
    undefined,
    'The operation was not done: the bulk request took too long before it. Send it again, in a smaller request.',
  );
}
