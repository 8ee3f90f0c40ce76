import type { ProvisioningEvent } from '@rollcall/domain/provisioning-log/provisioning-event';
import { isJsonArray, isJsonObject, type JsonValue } from '@rollcall/scim-protocol/json';
import type { InjectOptions } from 'fastify';
import { SCIM_JSON } from '../media-types.ts';

/** What was recorded is not the request as it came. The message says what is missing. */
export class NotReplayableError extends Error {
  override readonly name = 'NotReplayableError';
}

const WRITES_WITH_A_BODY: ReadonlySet<string> = new Set(['POST', 'PUT', 'PATCH']);
const METHODS = ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS'] as const;
/** Refusals of what is not kept: media types, sizes, expectations. */
const REFUSED_FOR_HEADERS: ReadonlySet<number> = new Set([406, 413, 415, 417]);

/**
 * The request of a provisioning event, fit to be sent again: without its token, and with the password that nobody keeps as a mark.
 * Throws NotReplayableError where the record is cut or redacted in a way that bears on the outcome.
 */
export function replayableRequest(event: ProvisioningEvent): InjectOptions {
  const method = METHODS.find((known) => known === event.method);
  if (method === undefined) throw new NotReplayableError(`${event.method} requests cannot be replayed.`);
  if (REFUSED_FOR_HEADERS.has(event.status)) {
    throw new NotReplayableError(
      `The request was refused with ${event.status} for headers or a size that are not kept, so it cannot be sent again as it was.`,
    );
  }
  if (hasMark(event.path)) {
    throw new NotReplayableError('The path was recorded in part: it was long, or held a secret.');
  }
  const { ifMatch, ifNoneMatch } = event.preconditions ?? {};
  const headers = {
    ...(ifMatch !== undefined && { 'if-match': ifMatch }),
    ...(ifNoneMatch !== undefined && { 'if-none-match': ifNoneMatch }),
  };
  const url = event.path.replace(/^\/{2,}/u, '/');
  if (!WRITES_WITH_A_BODY.has(method)) return { method, url, headers };
  return {
    method,
    url,
    headers: { ...headers, 'content-type': SCIM_JSON },
    payload: JSON.stringify(replayableBody(event.requestBody)),
  };
}

function replayableBody(body: JsonValue): JsonValue {
  if (body === null) {
    throw new NotReplayableError('The body is not kept: there was none, or it was no JSON.');
  }
  const places = [...marksIn(body, [])];
  if (places.length === 0) return body;
  const named = places.slice(0, 5).join(', ');
  throw new NotReplayableError(
    `The body was recorded in part, since it was long or held secrets; it is incomplete at ${named}${places.length > 5 ? ' and more places' : ''}.`,
  );
}

/** Where values are left out that bear on the outcome. Passwords are accepted and not kept, so they do not. */
function* marksIn(value: JsonValue, path: readonly string[]): Generator<string> {
  if (typeof value === 'string') {
    if (hasMark(value)) yield path.join('.') || 'the whole of it';
  } else if (isJsonArray(value)) {
    for (const [index, entry] of value.entries()) yield* marksIn(entry, [...path, String(index)]);
  } else if (isJsonObject(value)) {
    const setsPassword = isPassword(value['path'] ?? value['Path']);
    for (const [name, entry] of Object.entries(value)) {
      if (name === '[cut]') yield [...path, '…'].join('.');
      else if (!isPassword(name) && !(setsPassword && name.toLowerCase() === 'value')) {
        yield* marksIn(entry, [...path, name]);
      }
    }
  }
}

function hasMark(text: string): boolean {
  return text.includes('[cut]') || text.includes('[redacted]');
}

function isPassword(name: JsonValue | undefined): boolean {
  return (
    typeof name === 'string' && /^(?:urn:ietf:params:scim:schemas:core:2\.0:User:)?password$/iu.test(name)
  );
}
