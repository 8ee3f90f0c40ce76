import type { JsonValue } from '../json.ts';

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
  /** As parsed; undefined when there was none, or it was no JSON: a broken text cannot be cleaned of secrets. */
  requestBody: JsonValue | undefined;
}

/** As it is kept: without secrets, and with a body of bounded size. */
export interface ProvisioningEvent extends Omit<ProvisioningEventInput, 'requestBody'> {
  requestBody: JsonValue;
}
