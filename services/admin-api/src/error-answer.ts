import type { FastifyReply, FastifyRequest } from 'fastify';

/** What is wrong, in the form of a GraphQL answer, so that every client can show it. */
export interface ErrorAnswer {
  readonly status: number;
  readonly code: string;
  readonly message: string;
}

export function sendError(
  request: FastifyRequest,
  reply: FastifyReply,
  { status, code, message }: ErrorAnswer,
): FastifyReply {
  return reply.code(status).send({ errors: [{ message, extensions: { code, requestId: request.id } }] });
}

/** The same words for everybody who cannot say who they are. */
export function refuseStranger(request: FastifyRequest, reply: FastifyReply): FastifyReply {
  const message =
    'Nobody is signed in, and there is no valid service token in the Authorization header (Bearer rct_…). It may be mistyped, expired or revoked.';
  reply.header('www-authenticate', 'Bearer realm="Rollcall"');
  return sendError(request, reply, { status: 401, code: 'UNAUTHENTICATED', message });
}
