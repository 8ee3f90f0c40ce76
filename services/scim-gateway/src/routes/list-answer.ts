import type { JsonObject } from '@rollcall/scim-protocol/json';
import { listResponse, type PagePlace } from '@rollcall/scim-protocol/list-response';
import type { Answer } from '../answer.ts';

export function listAnswer(resources: readonly JsonObject[], totalResults: number, place: PagePlace): Answer {
  return { status: 200, json: JSON.stringify(listResponse({ resources, totalResults, place })) };
}
