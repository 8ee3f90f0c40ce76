import { invalidCount, invalidValue } from './errors.ts';
import { isJsonArray, type JsonObject, type JsonValue } from './json.ts';
import { messageMember, readMessage } from './message.ts';
import { noteSelectionFilter } from './query-dialects.ts';
import type { Reading } from './reading.ts';

/** A query string as parsed by the server: a name that is there twice has a list. */
export interface QueryParameters {
  readonly [name: string]: string | readonly string[] | undefined;
}

export interface ListLimits {
  readonly defaultCount: number;
  readonly maxCount: number;
}

export interface ListQuery {
  readonly startIndex: number;
  readonly count: number;
  /** Undefined: pages are asked for by `startIndex`. Empty: the first page of a walk by cursors (RFC 9865 2). */
  readonly cursor: string | undefined;
  readonly filter: string | undefined;
  readonly sortBy: string | undefined;
  readonly sortOrder: 'ascending' | 'descending';
  readonly attributes: readonly string[] | undefined;
  readonly excludedAttributes: readonly string[] | undefined;
}

export const SEARCH_REQUEST_URN = 'urn:ietf:params:scim:api:messages:2.0:SearchRequest';

/** No page starts further out, so that the number fits a 32-bit integer wherever it is used. */
const MAX_START_INDEX = 2_147_483_647;

/**
 * Reads the parameters of a list request (RFC 7644 3.4.2): names in any case (Entra sends `startindex`), a count below 0 as 0 and above the
 * maximum as the maximum, a start below 1 as 1; unknown parameters are ignored, unreadable or repeated ones are `invalidValue`. With a cursor
 * a count above the maximum is `invalidCount` (RFC 9865 2.1), and `startIndex`, which asks for another page, is refused.
 */
export function parseListQuery(query: QueryParameters, limits: ListLimits): ListQuery {
  const startIndex = integer(queryValue(query, 'startIndex'), 'startIndex');
  const count = integer(queryValue(query, 'count'), 'count');
  return {
    ...page({ startIndex, count, cursor: queryValue(query, 'cursor') }, limits),
    filter: queryValue(query, 'filter'),
    sortBy: queryValue(query, 'sortBy'),
    sortOrder: readSortOrder(queryValue(query, 'sortOrder')),
    ...selectionParameters(query),
  };
}

/** The same from the body of a POST to `/.search` (RFC 7644 3.4.3). */
export function parseSearchRequest(body: JsonValue, limits: ListLimits, reading: Reading): ListQuery {
  const message = readMessage(body, SEARCH_REQUEST_URN, 'search request', reading);
  const startIndex = bodyInteger(message, 'startIndex');
  const count = bodyInteger(message, 'count');
  return {
    ...page({ startIndex, count, cursor: bodyText(message, 'cursor') }, limits),
    filter: bodyText(message, 'filter'),
    sortBy: bodyText(message, 'sortBy'),
    sortOrder: readSortOrder(bodyText(message, 'sortOrder')),
    attributes: bodySelection(message, 'attributes', reading),
    excludedAttributes: bodySelection(message, 'excludedAttributes', reading),
  };
}

/** `attributes` and `excludedAttributes`, which every operation that answers with a resource takes (RFC 7644 3.9). */
export function selectionParameters(query: QueryParameters): {
  readonly attributes: readonly string[] | undefined;
  readonly excludedAttributes: readonly string[] | undefined;
} {
  return {
    attributes: queryValues(query, 'attributes'),
    excludedAttributes: queryValues(query, 'excludedAttributes'),
  };
}

/** A parameter's one value, its name in any case. */
export function queryValue(query: QueryParameters, name: string): string | undefined {
  const values = queryValues(query, name);
  if (values !== undefined && values.length > 1) {
    throw invalidValue(`The query parameter "${name}" is there ${values.length} times; send it once.`);
  }
  return values?.[0];
}

function queryValues(query: QueryParameters, name: string): readonly string[] | undefined {
  const lower = name.toLowerCase();
  const values = Object.entries(query)
    .filter(([key]) => key.toLowerCase() === lower)
    .flatMap(([, value]) => value ?? []);
  return values.length === 0 ? undefined : values;
}

interface AskedPage {
  readonly startIndex: number | undefined;
  readonly count: number | undefined;
  readonly cursor: string | undefined;
}

function page(
  { startIndex, count, cursor }: AskedPage,
  { defaultCount, maxCount }: ListLimits,
): Pick<ListQuery, 'startIndex' | 'count' | 'cursor'> {
  if (cursor !== undefined && startIndex !== undefined) {
    throw invalidValue('"startIndex" and "cursor" ask for different pages; send one of them.');
  }
  if (cursor !== undefined && count !== undefined && count > maxCount) {
    throw invalidCount(`"count" must be between 0 and ${maxCount}.`);
  }
  return {
    startIndex: Math.min(Math.max(startIndex ?? 1, 1), MAX_START_INDEX),
    count: Math.min(Math.max(count ?? defaultCount, 0), maxCount),
    cursor,
  };
}

function integer(text: string | undefined, name: string): number | undefined {
  if (text === undefined) return undefined;
  if (!/^-?\d+$/.test(text)) throw notAnInteger(name);
  // Digits beyond a number's range give Infinity, which the limits cut like any other.
  return Number(text);
}

function readSortOrder(text: string | undefined): 'ascending' | 'descending' {
  const order = text?.toLowerCase() ?? 'ascending';
  if (order === 'ascending' || order === 'descending') return order;
  throw invalidValue('"sortOrder" must be "ascending" or "descending".');
}

function bodyText(message: JsonObject, name: string): string | undefined {
  const value = messageMember(message, name);
  if (value === null) return undefined;
  if (typeof value === 'string') return value;
  throw invalidValue(`"${name}" must be text.`);
}

function bodySelection(
  message: JsonObject,
  name: 'attributes' | 'excludedAttributes',
  reading: Reading,
): readonly string[] | undefined {
  const names = bodyTexts(message, name);
  noteSelectionFilter(name, names ?? [], reading);
  return names;
}

function bodyTexts(message: JsonObject, name: string): readonly string[] | undefined {
  const value = messageMember(message, name);
  if (value === null) return undefined;
  return (isJsonArray(value) ? value : [value]).map((item) => {
    if (typeof item !== 'string') throw invalidValue(`"${name}" must be a list of attribute names.`);
    return item;
  });
}

function bodyInteger(message: JsonObject, name: string): number | undefined {
  const value = messageMember(message, name);
  if (value === null) return undefined;
  if (typeof value === 'number' && Number.isInteger(value)) return value;
  throw notAnInteger(name);
}

function notAnInteger(name: string): Error {
  return invalidValue(`"${name}" must be an integer.`);
}
