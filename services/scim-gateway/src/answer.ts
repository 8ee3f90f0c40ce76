import { Readable } from 'node:stream';
import type { JsonObject } from '@rollcall/scim-protocol/json';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { type Exchange, exchangeOf } from './exchange.ts';
import { answerType, SCIM_JSON } from './media-types.ts';

/** What a handler answers with: nothing, or JSON as text or, when it may be long, as a stream of text. */
export type Answer =
  | { readonly status: 204; readonly tag?: string }
  | { readonly status: 304; readonly tag: string }
  | {
      readonly status: 200 | 201;
      readonly json: string | Readable;
      /** The ETag of the one resource in it. */
      readonly tag?: string;
      /** The id of the resource that was made. */
      readonly resourceId?: string;
      readonly location?: string;
      /** For the record: what was refused although the request as a whole was not. */
      readonly refusal?: Exchange['refusal'];
      /** For the record: what a list or a bulk request was answered, in short. */
      readonly summary?: JsonObject;
    };

export const NO_CONTENT: Answer = { status: 204 };

export function ok(resource: JsonObject, tag?: string): Answer {
  return { status: 200, json: JSON.stringify(resource), ...(tag === undefined ? {} : { tag }) };
}

/** RFC 9110 15.4.5: what the client has is what it would get. */
export function notModified(tag: string): Answer {
  return { status: 304, tag };
}

/** RFC 7644 3.3: `Location` is the new resource's own URI, whatever attributes were asked for. */
export function created(
  json: string | Readable,
  resource: { readonly id: string; readonly location: string; readonly tag: string },
): Answer {
  return { status: 201, json, resourceId: resource.id, location: resource.location, tag: resource.tag };
}

export function render(request: FastifyRequest, reply: FastifyReply, answer: Answer): FastifyReply {
  reply.code(answer.status);
  const exchange = exchangeOf(request);
  if (answer.tag !== undefined) {
    reply.header('etag', answer.tag);
    exchange.answer = { version: answer.tag };
  }
  if (answer.status === 204) return reply.send();
  if (answer.status === 304) return reply.header('vary', VARIES_BY).send();
  const { resource } = exchange;
  exchange.answer ??= answer.summary;
  exchange.refusal = answer.refusal;
  if (resource !== undefined && answer.resourceId !== undefined) resource.id = answer.resourceId;
  if (answer.location !== undefined) reply.header('location', answer.location);
  if (typeof answer.json === 'string') return sendJson(request, reply, answer.json);
  // Nobody gets to see the rest, which would be read from the database to the end.
  if (request.method === 'HEAD') return sendJson(request, reply, abandoned(answer.json));
  // The status is sent: all that is left is to break the connection off, which Fastify does, and to say why.
  answer.json.once('error', (err) => {
    if (!isClientGone(err)) request.log.error({ err, requestId: request.id }, 'answer broke off');
  });
  return sendJson(request, reply, answer.json);
}

// Lower case, as the compression looks for it.
const VARIES_BY = 'accept, accept-encoding';

/** In the place of a stream that is not read: no length is known for it. */
function abandoned(stream: Readable): Readable {
  stream.destroy();
  return Readable.from([]);
}

/** How the compression ends what it reads from when the client closes the connection. */
function isClientGone(error: Error & { code?: unknown }): boolean {
  return error.code === 'ERR_STREAM_PREMATURE_CLOSE';
}

/** Sends JSON as the media type that the client accepts, SCIM's when it accepts none. */
export function sendJson(
  request: FastifyRequest,
  reply: FastifyReply,
  json: string | Readable,
): FastifyReply {
  return (
    reply
      .header('content-type', answerType(request.headers.accept) ?? SCIM_JSON)
      .header('vary', VARIES_BY)
      // Fastify would else add a charset, which neither media type has.
      .serializer((text: string) => text)
      .send(json)
  );
}
