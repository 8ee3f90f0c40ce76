import type { JsonObject, JsonValue } from '../json.ts';

/** One SCIM request with a valid token, and what became of it. */
export interface ProvisioningEventInput {
  /** The request's id, which its audit events carry too. */
  id: string;
  accountId: string;
  /** When the request arrived. */
  at: Date;
  tokenId: string;
  address: string;
  userAgent: string | null;
  method: string;
  /** With its query, as received. */
  path: string;
  status: number;
  durationMs: number;
  resourceType: string | null;
  resourceId: string | null;
  scimType: string | null;
  errorDetail: string | null;
  /** What was read although the RFC does not allow it. */
  leniencies: readonly { code: string; text: string }[];
  /** The conditions that it was sent under; null for none. */
  preconditions: Preconditions | null;
  /** As parsed; undefined when there was none, or it was no JSON: a broken text cannot be cleaned of secrets. */
  requestBody: JsonValue | undefined;
  /**
   * What the answer said beyond status, resource and refusal: the version that a write made, the total of a list, what became of
   * each operation of a bulk request. Null for nothing.
   */
  answer: JsonObject | null;
}

/** The headers of a conditional request (RFC 9110 13.1), as they were sent. */
export interface Preconditions {
  ifMatch?: string;
  ifNoneMatch?: string;
}

/** As it is kept: without secrets, and with a body of bounded size. */
export interface ProvisioningEvent extends Omit<ProvisioningEventInput, 'requestBody'> {
  requestBody: JsonValue;
}
