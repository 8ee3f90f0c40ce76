import { type ScimError, scimErrorBody } from './errors.ts';

export const BULK_RESPONSE_URN = 'urn:ietf:params:scim:api:messages:2.0:BulkResponse';

/** What became of one operation. */
export interface BulkResult {
  /** Undefined where the request had no text there. */
  readonly method: string | undefined;
  readonly bulkId: string | undefined;
  /** Absent for a POST that failed. */
  readonly location: string | undefined;
  readonly version: string | undefined;
  /** The status of the single request, or its refusal. */
  readonly outcome: number | ScimError;
}

/**
 * The answer to a bulk request (RFC 7644 3.7.3). Resources are not repeated in it, only refusals; what undefined stands for is left out.
 */
export function bulkResponse(results: readonly BulkResult[]): object {
  return {
    schemas: [BULK_RESPONSE_URN],
    Operations: results.map(({ outcome, ...sent }) =>
      typeof outcome === 'number'
        ? { ...sent, status: String(outcome) }
        : {
            ...sent,
            status: String(outcome.status),
            response: scimErrorBody(outcome.status, outcome.scimType, outcome.detail),
          },
    ),
  };
}
