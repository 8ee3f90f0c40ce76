import type { JsonObject } from '@rollcall/scim-protocol/json';
import { listResponse, type PagePlace } from '@rollcall/scim-protocol/list-response';
import type { Answer } from '../answer.ts';

export function listAnswer(resources: readonly JsonObject[], totalResults: number, place: PagePlace): Answer {
  const json = JSON.stringify(listResponse({ resources, totalResults, place }));
  return { status: 200, json, summary: listSummary(totalResults, resources.length) };
}

/** What the record says of a list: an identity provider that finds nobody creates somebody next. */
export function listSummary(totalResults: number, itemsPerPage: number): JsonObject {
  return { totalResults, itemsPerPage };
}
