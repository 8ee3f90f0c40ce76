import type { ListLimits } from '@rollcall/scim-protocol/list-query';

/** How large requests may be. */
export interface Limits {
  readonly userBodyBytes: number;
  readonly groupBodyBytes: number;
  /** Announced in ServiceProviderConfig, but for the time that one request may take. */
  readonly bulk: { readonly maxOperations: number; readonly bodyBytes: number; readonly longestMs: number };
}

export const DEFAULT_LIMITS: Limits = {
  userBodyBytes: 1024 * 1024,
  // Okta's "Push now" names every member of a group in one request: 100,000 of them are some 10 MB.
  groupBodyBytes: 16 * 1024 * 1024,
  // A server that stops waits half a minute for what it has begun.
  bulk: { maxOperations: 1000, bodyBytes: 16 * 1024 * 1024, longestMs: 25_000 },
};

/** Announced in ServiceProviderConfig as filter.maxResults. */
export const LIST_LIMITS: ListLimits = { defaultCount: 100, maxCount: 1000 };
