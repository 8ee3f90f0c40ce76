import type { JsonObject } from './json.ts';

export const LIST_RESPONSE_URN = 'urn:ietf:params:scim:api:messages:2.0:ListResponse';

export interface ListResponse {
  readonly schemas: readonly [typeof LIST_RESPONSE_URN];
  readonly totalResults: number;
  /** Not in a page by cursor, which does not know its number. */
  readonly startIndex?: number;
  readonly itemsPerPage: number;
  readonly nextCursor?: string;
  readonly previousCursor?: string;
  readonly Resources: readonly JsonObject[];
}

/** Where a page stands in its list: by its first number (RFC 7644 3.4.2.4), or between its neighbours' cursors (RFC 9865 2). */
export type PagePlace =
  | { readonly startIndex: number }
  | { readonly nextCursor: string | undefined; readonly previousCursor: string | undefined };

/** RFC 7644 3.4.2: `totalResults` counts every match, `itemsPerPage` the resources of this page; `Resources` is there even when empty. */
export function listResponse(page: {
  readonly resources: readonly JsonObject[];
  readonly totalResults: number;
  readonly place: PagePlace;
}): ListResponse {
  return {
    schemas: [LIST_RESPONSE_URN],
    totalResults: page.totalResults,
    ...('startIndex' in page.place ? { startIndex: page.place.startIndex } : {}),
    itemsPerPage: page.resources.length,
    ...('startIndex' in page.place ? {} : neighbours(page.place)),
    Resources: page.resources,
  };
}

function neighbours({
  nextCursor,
  previousCursor,
}: Exclude<PagePlace, { startIndex: number }>): Pick<ListResponse, 'nextCursor' | 'previousCursor'> {
  return {
    ...(nextCursor === undefined ? {} : { nextCursor }),
    ...(previousCursor === undefined ? {} : { previousCursor }),
  };
}
