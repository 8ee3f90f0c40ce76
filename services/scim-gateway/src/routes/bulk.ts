import { parseBulkRequest } from '@rollcall/scim-protocol/bulk-request';
import { bulkResponse } from '@rollcall/scim-protocol/bulk-response';
import type { FastifyBaseLogger } from 'fastify';
import type { Answer } from '../answer.ts';
import { openPlaces } from '../bulk/batch-places.ts';
import { refusalsIn, summaryOf } from '../bulk/bulk-run.ts';
import { runBulk } from '../bulk/run-bulk.ts';
import { bodyOf, type Call, type Endpoint } from '../endpoint.ts';
import type { Limits } from '../limits.ts';

/** Two keep a core of the database busy; more would only take places in its table of locks. */
const BATCHES_AT_ONCE = 2;

/** RFC 7644 3.7. `endpoints` are those that serve the operations as single requests. */
export function bulkEndpoints(
  { bulk }: Limits,
  endpoints: readonly Endpoint[],
  log: FastifyBaseLogger,
): readonly Endpoint[] {
  const server = { endpoints, log, longestMs: bulk.longestMs, inBatchPlace: openPlaces(BATCHES_AT_ONCE) };
  async function perform(call: Call): Promise<Answer> {
    const limits = { maxOperations: bulk.maxOperations, baseUrl: call.baseUrl };
    const request = parseBulkRequest(bodyOf(call), limits, call.reading);
    const results = await runBulk(server, call, request);
    const json = JSON.stringify(bulkResponse(results));
    return { status: 200, json, refusal: refusalsIn(results), summary: summaryOf(results) };
  }
  return [{ path: '/Bulk', bodyLimit: bulk.bodyBytes, handlers: { POST: perform } }];
}
