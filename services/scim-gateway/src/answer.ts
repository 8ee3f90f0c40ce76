import type { Readable } from 'node:stream';
import type { JsonObject } from '@rollcall/scim-protocol/json';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { exchangeOf } from './exchange.ts';
import { answerType, SCIM_JSON } from './media-types.ts';

/** What a handler answers with: nothing, or JSON as text or, when it may be long, as a stream of text. */
export type Answer =
  | { readonly status: 204; readonly resourceId?: string }
  | {
      readonly status: 200 | 201;
      readonly json: string | Readable;
      /** The id of the resource that was made. */
      readonly resourceId?: string;
      readonly location?: string;
    };

export const NO_CONTENT: Answer = { status: 204 };

export function ok(resource: JsonObject): Answer {
  return { status: 200, json: JSON.stringify(resource) };
}

/** RFC 7644 3.3: `Location` is the new resource's own URI, whatever attributes were asked for. */
export function created(json: string | Readable, id: string, location: string): Answer {
  return { status: 201, json, resourceId: id, location };
}

export function render(request: FastifyRequest, reply: FastifyReply, answer: Answer): FastifyReply {
  const { resource } = exchangeOf(request);
  if (resource !== undefined && answer.resourceId !== undefined) resource.id = answer.resourceId;
  reply.code(answer.status);
  if (answer.status === 204) return reply.send();
  if (answer.location !== undefined) reply.header('location', answer.location);
  if (typeof answer.json !== 'string') {
    // The status is sent: all that is left is to break the connection off, which Fastify does, and to say why.
    answer.json.once('error', (err) => request.log.error({ err, requestId: request.id }, 'answer broke off'));
  }
  return sendJson(request, reply, answer.json);
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
      // Fastify would else add a charset, which neither media type has.
      .serializer((text: string) => text)
      .send(json)
  );
}
