import { isDatabaseUnavailable } from '@rollcall/domain/database/unavailable';
import { DomainError } from '@rollcall/domain/errors';
import type { FastifyReply } from 'fastify';
import { asUserError, Busy, Forbidden, InvalidInput, type UserError } from '../graphql/user-errors.ts';

export interface Answer {
  readonly status: number;
  readonly code: string;
  readonly message: string;
}

/** What is told of a refusal; undefined for what nobody expects. */
export function refusalOf(error: unknown): Answer | undefined {
  if (isDatabaseUnavailable(error)) {
    return answer(
      503,
      new Busy('The service cannot reach its database at the moment. Try again in a few seconds.'),
    );
  }
  const refusal = error instanceof DomainError ? asUserError(error) : error;
  if (refusal instanceof InvalidInput) return answer(400, refusal);
  if (refusal instanceof Forbidden) return answer(403, refusal);
  return refusal instanceof Busy ? answer(503, refusal) : undefined;
}

function answer(status: number, { code, message }: UserError): Answer {
  return { status, code, message };
}

/** In the form of a GraphQL answer, so that every client can show it. */
export function sendRefusal(
  reply: FastifyReply,
  requestId: string,
  { status, code, message }: Answer,
): FastifyReply {
  if (status === 401) reply.header('www-authenticate', 'Bearer realm="Rollcall"');
  return reply.code(status).send({ errors: [{ message, extensions: { code, requestId } }] });
}
