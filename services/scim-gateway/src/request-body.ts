import { isUtf8 } from 'node:buffer';
import { invalidSyntax } from '@rollcall/scim-protocol/errors';
import { type JsonValue, parseJsonBody } from '@rollcall/scim-protocol/json';
import type { FastifyInstance } from 'fastify';
import { exchangeOf } from './exchange.ts';

const WRITES_WITH_A_BODY: ReadonlySet<string> = new Set(['POST', 'PUT', 'PATCH']);

/**
 * Parses the bodies of writes into their exchange; those of other requests are read and ignored, whatever they are (some
 * clients send a media type or an empty object with DELETE). The media type was judged before.
 */
export function addBodyParser(app: FastifyInstance): void {
  app.removeAllContentTypeParsers();
  app.addContentTypeParser<Buffer>('*', { parseAs: 'buffer' }, (request, body, done) => {
    if (request.is404 || !WRITES_WITH_A_BODY.has(request.method)) {
      done(null, undefined);
      return;
    }
    try {
      exchangeOf(request).body = parseBody(body);
      done(null, undefined);
    } catch (error) {
      done(error instanceof Error ? error : new Error(String(error)), undefined);
    }
  });
}

/** Undefined for an empty body; throws `invalidSyntax` for bytes that are not JSON in UTF-8. */
function parseBody(bytes: Buffer): JsonValue | undefined {
  if (!isUtf8(bytes)) throw invalidSyntax('The request body is not UTF-8.');
  const text = bytes.toString('utf8');
  // RFC 8259 8.1 lets a parser ignore a byte order mark; Windows tools write one.
  const json = text.startsWith('\uFEFF') ? text.slice(1) : text;
  return json.trim() === '' ? undefined : parseJsonBody(json);
}
