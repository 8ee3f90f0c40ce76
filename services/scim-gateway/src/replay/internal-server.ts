import { createHash, timingSafeEqual } from 'node:crypto';
import { BusyError, DomainError, NotFoundError } from '@rollcall/domain/errors';
import { isJsonObject, type JsonValue } from '@rollcall/scim-protocol/json';
import { type FastifyBaseLogger, fastify, type FastifyInstance, LogController } from 'fastify';
import type { Replay } from './replay.ts';
import { NotReplayableError } from './replayable-request.ts';

export interface InternalParts {
  readonly replay: Replay;
  readonly logger: FastifyBaseLogger;
  /** Undefined where nobody else can reach the listener. */
  readonly secret: string | undefined;
}

/**
 * What the admin API asks of the gateway, on a listener of its own: `POST /replays` with `accountId` and `eventId`. Not
 * listening yet.
 */
export function buildInternalServer({ replay, logger, secret }: InternalParts): FastifyInstance {
  const app = fastify({
    loggerInstance: logger,
    logController: new LogController({ disableRequestLogging: true }),
    bodyLimit: 4_096,
  });
  app.addHook('onRequest', async (request, reply) => {
    if (secret === undefined || isSame(request.headers.authorization ?? '', `Bearer ${secret}`)) return;
    await reply.code(401).send({ code: 'unauthorized', message: 'The shared secret is missing or wrong.' });
  });
  app.post<{ Body: JsonValue }>('/replays', async (request, reply) => {
    const asked = readQuestion(request.body);
    if (asked === undefined) {
      return reply.code(400).send({ code: 'invalid', message: 'Send {"accountId": …, "eventId": …}.' });
    }
    return replay.run(asked.accountId, asked.eventId);
  });
  app.setErrorHandler((error, _request, reply) => {
    const { status, code } = faultOf(error);
    if (status >= 500 && code !== 'busy') logger.error({ err: error }, 'replay failed');
    const message = status === 500 || !(error instanceof Error) ? 'The replay failed.' : error.message;
    return reply.code(status).send({ code, message });
  });
  return app;
}

function readQuestion(body: JsonValue): { accountId: string; eventId: string } | undefined {
  if (!isJsonObject(body)) return undefined;
  const { accountId, eventId } = body;
  return typeof accountId === 'string' && typeof eventId === 'string' ? { accountId, eventId } : undefined;
}

function faultOf(error: unknown): { status: number; code: string } {
  if (error instanceof NotFoundError) return { status: 404, code: 'not_found' };
  if (error instanceof NotReplayableError) return { status: 422, code: 'not_replayable' };
  if (error instanceof BusyError) return { status: 503, code: 'busy' };
  if (error instanceof DomainError) return { status: 422, code: error.code };
  const status = error instanceof Error && 'statusCode' in error ? Number(error.statusCode) : 500;
  return { status: status >= 400 && status < 500 ? status : 500, code: 'failed' };
}

/** Takes the same time whatever differs. */
function isSame(given: string, expected: string): boolean {
  return timingSafeEqual(digest(given), digest(expected));
}

function digest(text: string): Buffer {
  return createHash('sha256').update(text).digest();
}
