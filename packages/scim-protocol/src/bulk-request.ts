import { invalidPath, invalidSyntax, invalidValue, ScimError } from './errors.ts';
import { isJsonArray, isJsonObject, type JsonObject, type JsonValue } from './json.ts';
import { messageMember, readMessage } from './message.ts';
import type { Reading } from './reading.ts';

export const BULK_REQUEST_URN = 'urn:ietf:params:scim:api:messages:2.0:BulkRequest';

const METHODS = ['POST', 'PUT', 'PATCH', 'DELETE'] as const;
export type BulkMethod = (typeof METHODS)[number];

export interface BulkOperation {
  readonly method: BulkMethod;
  /** Below the account's base URL, with a slash at its start and none at its end. May end in `bulkId:` and a name. */
  readonly path: string;
  readonly bulkId: string | undefined;
  /** What a single request would say in `If-Match`. */
  readonly version: string | undefined;
  /** Undefined for a DELETE. */
  readonly data: JsonValue | undefined;
}

/** One that cannot be carried out; the others are. */
export interface RefusedOperation {
  /** As sent, where that was text. */
  readonly method: string | undefined;
  readonly bulkId: string | undefined;
  readonly refusal: ScimError;
}

export interface BulkRequest {
  /** After so many errors nothing more is done; undefined: all operations are tried. */
  readonly failOnErrors: number | undefined;
  readonly operations: readonly (BulkOperation | RefusedOperation)[];
}

export interface BulkLimits {
  readonly maxOperations: number;
  /** The account's base URL: a path may begin with it. */
  readonly baseUrl: string;
}

export function isRefused(operation: BulkOperation | RefusedOperation): operation is RefusedOperation {
  return 'refusal' in operation;
}

/**
 * Reads the body of a bulk request (RFC 7644 3.7). Throws where the request as a whole cannot be read, and a 413 for more operations
 * than announced; an operation that cannot be read is refused by itself.
 */
export function parseBulkRequest(body: JsonValue, limits: BulkLimits, reading: Reading): BulkRequest {
  const message = readMessage(body, BULK_REQUEST_URN, 'bulk request', reading);
  const failOnErrors = readFailOnErrors(messageMember(message, 'failOnErrors'));
  const operations = messageMember(message, 'Operations');
  if (!isJsonArray(operations) || operations.length === 0) {
    throw invalidSyntax('A bulk request needs "Operations", a list of at least one operation.');
  }
  if (operations.length > limits.maxOperations) {
    throw new ScimError(
      413,
      undefined,
      `The request has ${operations.length} operations, but at most ${limits.maxOperations} are done at once (bulk.maxOperations in ServiceProviderConfig). Send several smaller requests.`,
    );
  }
  return {
    failOnErrors,
    operations: operations.map((operation, index) =>
      readOrRefuse(operation, `Operations[${index}]`, limits, reading),
    ),
  };
}

function readFailOnErrors(value: JsonValue): number | undefined {
  if (value === null) return undefined;
  if (typeof value === 'number' && Number.isInteger(value) && value >= 1) return value;
  throw invalidValue(
    '"failOnErrors" must be a whole number of 1 or more; leave it out to try all operations.',
  );
}

function readOrRefuse(
  operation: JsonValue,
  where: string,
  limits: BulkLimits,
  reading: Reading,
): BulkOperation | RefusedOperation {
  try {
    return readOperation(operation, where, limits, reading);
  } catch (error) {
    if (!(error instanceof ScimError)) throw error;
    return { method: sentText(operation, 'method'), bulkId: sentText(operation, 'bulkId'), refusal: error };
  }
}

function readOperation(
  operation: JsonValue,
  where: string,
  limits: BulkLimits,
  reading: Reading,
): BulkOperation {
  if (!isJsonObject(operation)) throw invalidSyntax(`${where} must be an object.`);
  const method = readMethod(messageMember(operation, 'method'), where, reading);
  const bulkId = readText(operation, 'bulkId', where);
  if (method === 'POST' && bulkId === undefined) {
    throw invalidValue(`${where} is a POST and needs a "bulkId", by which its result is told apart.`);
  }
  const path = readPath(messageMember(operation, 'path'), where, limits, reading);
  const version = readText(operation, 'version', where);
  if (method === 'DELETE') return { method, path, bulkId, version, data: undefined };
  const data = messageMember(operation, 'data');
  if (data === null)
    throw invalidSyntax(`${where} is a ${method} and needs "data", the body of the request.`);
  return { method, path, bulkId, version, data };
}

function readMethod(value: JsonValue, where: string, reading: Reading): BulkMethod {
  const upper = typeof value === 'string' ? value.toUpperCase() : '';
  const method = METHODS.find((each) => each === upper);
  if (method === undefined) throw invalidSyntax(`${where}.method must be one of ${METHODS.join(', ')}.`);
  if (value !== method) {
    reading.leniency('bulk-method-case', 'Read the methods of a bulk request ignoring case', 'invalidSyntax');
  }
  return method;
}

function readText(operation: JsonObject, name: string, where: string): string | undefined {
  const value = messageMember(operation, name);
  if (value === null || value === '') return undefined;
  if (typeof value !== 'string') throw invalidSyntax(`${where}.${name} must be text.`);
  return value;
}

function readPath(value: JsonValue, where: string, { baseUrl }: BulkLimits, reading: Reading): string {
  if (typeof value !== 'string' || value === '') {
    throw invalidPath(`${where} needs a "path" such as /Users or /Users/{id}.`);
  }
  if (value.includes('?')) throw invalidPath(`${where}.path has a query; operations of a bulk have none.`);
  const below = belowBase(value, baseUrl);
  if (below !== value) {
    reading.leniency(
      'bulk-path-form',
      'Read a path of a bulk request that does not begin below the base URL',
      'invalidPath',
    );
  }
  return withoutSlashesAtEnd(below);
}

function withoutSlashesAtEnd(path: string): string {
  let end = path.length;
  while (path[end - 1] === '/') end -= 1;
  return path.slice(0, end);
}

// Clients put in what they have: a resource's `meta.location`, whole or without the host, or a path without its slash.
function belowBase(path: string, baseUrl: string): string {
  if (path.startsWith(`${baseUrl}/`)) return path.slice(baseUrl.length);
  const basePath = baseUrl.replace(/^[a-z]+:\/\/[^/]+/iu, '');
  if (path.startsWith(`${basePath}/`)) return path.slice(basePath.length);
  return path.startsWith('/') ? path : `/${path}`;
}

function sentText(operation: JsonValue, name: string): string | undefined {
  if (!isJsonObject(operation)) return undefined;
  const key = Object.keys(operation).find((each) => each.toLowerCase() === name.toLowerCase());
  const value = key === undefined ? undefined : operation[key];
  return typeof value === 'string' ? value : undefined;
}
