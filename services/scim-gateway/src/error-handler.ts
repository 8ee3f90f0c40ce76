import { setTimeout } from 'node:timers/promises';
import { type ScimError, scimErrorBody } from '@rollcall/scim-protocol/errors';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { sendJson } from './answer.ts';
import { UnauthorizedError } from './authenticate.ts';
import { errorAnswer } from './error-answer.ts';
import { isWaitingToSend } from './expectations.ts';

/** Answers whatever was thrown with a SCIM error (RFC 7644 3.12). Only faults of our own are logged as errors. */
export async function answerError(
  error: unknown,
  request: FastifyRequest,
  reply: FastifyReply,
): Promise<FastifyReply> {
  const answer = errorAnswer(error, request.routeOptions.bodyLimit);
  if (answer.isOurs) request.log.error({ err: error, requestId: request.id }, 'request failed');
  const { exchange } = request;
  if (exchange !== null) {
    exchange.refusal = { scimType: answer.error.scimType, detail: answer.error.detail };
    if (answer.alert !== undefined)
      await exchange.access.raiseAlert(exchange.actor, exchange.accountId, answer.alert);
  }
  if (answer.error.status === 413 && !isWaitingToSend(request)) await discardRest(request);
  // Fastify ends the connection after each body that it could not read; after a whole one there is no need to.
  if (request.raw.readableEnded) reply.removeHeader('connection');
  if (answer.retryAfter !== undefined) reply.header('retry-after', answer.retryAfter);
  return sendScimError(request, reply, answer.error);
}

export function sendScimError(request: FastifyRequest, reply: FastifyReply, error: ScimError): FastifyReply {
  // RFC 6750 3: how to authenticate, without a hint at what was wrong.
  if (error instanceof UnauthorizedError) reply.header('www-authenticate', 'Bearer realm="SCIM"');
  reply.code(error.status);
  return sendJson(request, reply, JSON.stringify(scimErrorBody(error.status, error.scimType, error.detail)));
}

/** Most that is read of a body that is too large, and for how long. */
const MOST_DISCARDED_BYTES = 64 * 1024 * 1024;
const LONGEST_DISCARD_MS = 10_000;

// A connection closed while the client still sends is reset, and the client never sees the answer: so let it finish,
// within bounds.
async function discardRest(request: FastifyRequest): Promise<void> {
  const { raw } = request;
  const announced = Number(request.headers['content-length'] ?? 0);
  if (announced > MOST_DISCARDED_BYTES || raw.readableEnded || raw.destroyed) return;
  const abort = new AbortController();
  let received = 0;
  raw.on('data', (chunk: Buffer) => {
    received += chunk.length;
    if (received > MOST_DISCARDED_BYTES) abort.abort();
  });
  const ended = new Promise<void>((resolve) => {
    raw.once('close', resolve).once('end', resolve);
    abort.signal.addEventListener('abort', () => resolve());
  });
  raw.resume();
  await Promise.race([
    ended,
    setTimeout(LONGEST_DISCARD_MS, undefined, { signal: abort.signal, ref: false }).catch(() => undefined),
  ]);
}
