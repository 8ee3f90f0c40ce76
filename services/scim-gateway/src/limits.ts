import type { ListLimits } from '@rollcall/scim-protocol/list-query';

/** How large request bodies may be. */
export interface Limits {
  readonly userBodyBytes: number;
  readonly groupBodyBytes: number;
}

export const DEFAULT_LIMITS: Limits = {
  userBodyBytes: 1024 * 1024,
  // Okta's "Push now" names every member of a group in one request: 100,000 of them are some 10 MB.
  groupBodyBytes: 16 * 1024 * 1024,
};

/** Announced in ServiceProviderConfig as filter.maxResults. */
export const LIST_LIMITS: ListLimits = { defaultCount: 100, maxCount: 1000 };
