import { isDatabaseUnavailable } from '@rollcall/domain/database/unavailable';
import { BusyError, RefusedError } from '@rollcall/domain/errors';
import { OidcError } from '@rollcall/oidc-protocol/oidc-error';
import { SamlError } from '@rollcall/saml-protocol/saml-error';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { AdminApi } from '../build-server.ts';
import { sendNotice } from './notices.ts';

/** What went wrong with a sign-in, as a page for the person; what administrators or the operator should see is in the log. */
export function answerFailure(
  { logger }: AdminApi,
  error: unknown,
  request: FastifyRequest,
  reply: FastifyReply,
): FastifyReply {
  if (error instanceof OidcError) {
    const isOurs = error.fault === 'declined' || error.fault === 'not_believed';
    if (!isOurs) logger.warn({ err: error, requestId: request.id }, 'a provider could not be used');
    return sendNotice(reply, isOurs ? 400 : 502, {
      title: 'The sign-in failed',
      paragraphs: [error.message],
    });
  }
  if (error instanceof SamlError) {
    if (error.fault !== 'declined')
      logger.warn({ err: error, requestId: request.id }, 'a SAML response was refused');
    return sendNotice(reply, 400, { title: 'The sign-in failed', paragraphs: [error.message] });
  }
  if (error instanceof RefusedError) {
    return sendNotice(reply, 409, { title: 'The sign-in failed', paragraphs: [error.message] });
  }
  if (error instanceof BusyError || isDatabaseUnavailable(error)) {
    return sendNotice(reply, 503, {
      title: 'Try again in a moment',
      paragraphs: ['The service is busy. Nothing is wrong with your sign-in.'],
    });
  }
  const status = statusOf(error);
  if (status === undefined) logger.error({ err: error, requestId: request.id }, 'request failed');
  return sendNotice(reply, status ?? 500, {
    title: status === undefined ? 'Something went wrong' : 'This request cannot be read',
    paragraphs: [`If it happens again, name the request ${request.id} to the operator.`],
  });
}

function statusOf(error: unknown): number | undefined {
  if (!(error instanceof Error) || !('statusCode' in error)) return undefined;
  const { statusCode } = error;
  return typeof statusCode === 'number' && statusCode >= 400 && statusCode < 500 ? statusCode : undefined;
}
