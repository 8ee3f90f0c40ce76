import { type JsonObject, isJsonObject } from './json.ts';
import { UnexpectedAnswerError, type ScimAnswer, type ScimClient } from './scim-client.ts';
import type { Journal } from './journal.ts';

export interface Page {
  readonly totalResults: number;
  readonly resources: readonly JsonObject[];
}

export type Reader = Pick<ScimClient, 'send'> & { readonly journal: Journal };

/** One page, with the three numbers that Okta needs as JSON numbers. */
export async function readPage(reader: Reader, kind: string, path: string, startIndex = 1): Promise<Page> {
  const answer = await reader.send({ kind, method: 'GET', path, expect: [200] });
  const fault = pageFault(answer, startIndex);
  if (fault !== undefined) {
    reader.journal.surprise({ why: fault, request: `GET ${path}`, answer: headOf(answer) });
    throw new UnexpectedAnswerError(fault);
  }
  const { totalResults, Resources: resources } = answer.body ?? {};
  return {
    totalResults: typeof totalResults === 'number' ? totalResults : 0,
    resources: Array.isArray(resources) ? resources.filter(isJsonObject) : [],
  };
}

/** A lookup by a unique value: more than one hit is an error to every provider. */
export async function readOnly(reader: Reader, kind: string, path: string): Promise<JsonObject | undefined> {
  const page = await readPage(reader, kind, path);
  if (page.totalResults > 1 || page.resources.length !== page.totalResults) {
    const why = `the lookup found ${page.totalResults} with ${page.resources.length} on the page instead of at most one`;
    reader.journal.surprise({ why, request: `GET ${path}`, answer: JSON.stringify(page).slice(0, 2000) });
    throw new UnexpectedAnswerError(why);
  }
  return page.resources[0];
}

/** Every resource of an endpoint, walked in pages of 100 as Okta's import does; repeats and gaps are surprises. */
export async function readEverything(
  reader: Reader,
  kind: string,
  endpoint: '/Users' | '/Groups',
): Promise<JsonObject[]> {
  const found: JsonObject[] = [];
  let total = 1;
  for (let startIndex = 1; startIndex <= total; startIndex += 100) {
    const page = await readPage(reader, kind, `${endpoint}?startIndex=${startIndex}&count=100`, startIndex);
    total = page.totalResults;
    found.push(...page.resources);
    if (page.resources.length === 0) break;
  }
  const ids = new Set(found.map((resource) => resource['id']));
  if (ids.size !== total || found.length !== total) {
    reader.journal.surprise({
      why: `the pages of ${endpoint} hold ${found.length} resources with ${ids.size} different ids, and totalResults says ${total}`,
      request: `GET ${endpoint}?startIndex=1&count=100, 101, …`,
      answer: '200 on every page',
    });
  }
  return found;
}

function pageFault(answer: ScimAnswer, asked: number): string | undefined {
  const { schemas, totalResults, startIndex, itemsPerPage, Resources: resources } = answer.body ?? {};
  if (!Array.isArray(schemas) || !schemas.includes('urn:ietf:params:scim:api:messages:2.0:ListResponse')) {
    return 'the answer is no ListResponse';
  }
  for (const [name, value] of Object.entries({ totalResults, startIndex, itemsPerPage })) {
    if (!Number.isInteger(value)) return `${name} is not an integer`;
  }
  if (startIndex !== asked) return `startIndex is ${String(startIndex)} where ${asked} was asked for`;
  const length = Array.isArray(resources) ? resources.length : 0;
  return itemsPerPage === length
    ? undefined
    : `itemsPerPage is ${String(itemsPerPage)} on a page of ${length}`;
}

function headOf(answer: ScimAnswer): string {
  return `${answer.status} ${JSON.stringify(answer.body).slice(0, 2000)}`;
}
