import type { PlacedOperation } from '@rollcall/scim-protocol/bulk-plan';
import { referencesIn, resolveReferences } from '@rollcall/scim-protocol/bulk-references';
import type { BulkMethod, BulkOperation } from '@rollcall/scim-protocol/bulk-request';
import { invalidSyntax, notFound, ScimError } from '@rollcall/scim-protocol/errors';
import type { QueryParameters } from '@rollcall/scim-protocol/list-query';
import type { Answer } from '../answer.ts';
import type { Call, Endpoint, Handler } from '../endpoint.ts';
import { parseTags } from '../entity-tag.ts';
import { bySettingsInForce } from '../settings-in-force.ts';
import type { BulkRun, BulkServer } from './bulk-run.ts';

/** Carries out one operation as its single request would be, and records what became of it. */
export async function performOperation(run: BulkRun, placed: PlacedOperation): Promise<void> {
  try {
    await run.requireLeave();
    const operation = withIds(placed, run);
    run.succeed({ ...placed, operation }, await performAs(run.server, run.call, operation));
  } catch (error) {
    await run.fail(placed.index, placed.operation, error);
  }
}

/** The answer of the single request; throws what that would throw. */
export async function performAs(server: BulkServer, call: Call, operation: BulkOperation): Promise<Answer> {
  const { handler, endpoint, id } = targetOf(server, operation);
  requireSize(operation, endpoint);
  return bySettingsInForce(callFor(call, operation, endpoint, id), handler);
}

/** The call of an operation that creates a user, for whoever creates several at once. Throws what the single request would. */
export function creationCall(run: BulkRun, operation: BulkOperation): Call {
  const { endpoint, id } = targetOf(run.server, operation);
  requireSize(operation, endpoint);
  return callFor(run.call, operation, endpoint, id);
}

/** Puts in the ids of what earlier operations made; throws for what they did not make, unless it is one `toCome`. */
export function withIds(
  { operation, references }: PlacedOperation,
  run: BulkRun,
  toCome: ReadonlySet<string> = new Set(),
): BulkOperation {
  if (references.size === 0) return operation;
  const resolved = resolveReferences(operation, (bulkId) => run.idOf(bulkId));
  const missing = [...referencesIn(resolved)].find((bulkId) => !toCome.has(bulkId));
  if (missing === undefined) return resolved;
  throw new ScimError(
    409,
    undefined,
    `The operation was not done: the one with bulkId ${JSON.stringify(missing)}, which it refers to, failed.`,
  );
}

interface Target {
  readonly handler: Handler;
  readonly endpoint: Endpoint;
  readonly id: string;
}

/** What serves the single request. Queries and other bulk requests are no operations (RFC 7644 3.7). */
function targetOf({ endpoints }: BulkServer, { method, path }: BulkOperation): Target {
  const [, collection = '', id, ...more] = path.split('/');
  const wanted = id === undefined ? `/${collection}` : `/${collection}/:id`;
  const endpoint = more.length > 0 ? undefined : endpoints.find((each) => each.path === wanted);
  if (endpoint === undefined) {
    throw notFound(
      'There is nothing at this path that a bulk operation could change; /Users and /Groups are.',
    );
  }
  const handler = endpoint.handlers[method];
  if (handler === undefined) {
    throw new ScimError(
      405,
      undefined,
      `${method} is not possible here, only ${writesOf(endpoint).join(', ')}.`,
    );
  }
  return { handler, endpoint, id: id ?? '' };
}

function writesOf({ handlers }: Endpoint): readonly string[] {
  return Object.keys(handlers).filter((method) => method !== 'GET');
}

// The bound of the single request: what it lets through can be sent back.
function requireSize({ data }: BulkOperation, { bodyLimit }: Endpoint): void {
  if (data === undefined || bodyLimit === undefined) return;
  if (Buffer.byteLength(JSON.stringify(data)) <= bodyLimit) return;
  throw new ScimError(
    413,
    undefined,
    `The operation's data is larger than the ${bodyLimit} bytes that are read here. Send fewer values at a time.`,
  );
}

function callFor(call: Call, operation: BulkOperation, endpoint: Endpoint, id: string): Call {
  requireTag(operation);
  return {
    ...call,
    id,
    ifMatch: operation.version,
    ifNoneMatch: undefined,
    query: queryFor(operation.method, endpoint),
    body: operation.data,
    now: new Date(),
  };
}

// The header would be refused just so, but the client sent none. A creation has no version to ask for.
function requireTag({ method, version }: BulkOperation): void {
  if (method === 'POST' || version === undefined || parseTags(version) !== undefined) return;
  throw invalidSyntax(
    `"version" of a bulk operation must be an entity tag as "meta.version" gives it, such as W/"7"; it is ${JSON.stringify(version)}.`,
  );
}

/** Members are not read for an answer that nobody sees. A PATCH of a group has none unless attributes are asked for. */
function queryFor(method: BulkMethod, { resourceType }: Endpoint): QueryParameters {
  return resourceType === 'Group' && method !== 'PATCH' ? { excludedAttributes: 'members' } : {};
}
