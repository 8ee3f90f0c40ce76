import fastifyCookie from '@fastify/cookie';
import type { Database } from '@rollcall/domain/database/connection';
import { isReachable } from '@rollcall/domain/database/is-reachable';
import type { AttemptLog } from '@rollcall/domain/events/attempt-log';
import { newId } from '@rollcall/domain/ids';
import { AddressRefusedError } from '@rollcall/domain/ip-rules/admit-address';
import type { OidcProviders } from '@rollcall/oidc-protocol/provider-cache';
import { leaveOutUnreadableAddress } from '@rollcall/service-kit/trusted-proxies';
import { type FastifyBaseLogger, fastify, type FastifyInstance, LogController } from 'fastify';
import type { AdminApiSettings } from './config.ts';
import { type ErrorAnswer, sendError } from './error-answer.ts';
import { serveExports } from './exports/serve-exports.ts';
import { serveExplorer } from './graphql/explorer.ts';
import type { OperationList } from './graphql/operation-list.ts';
import { serveGraphql } from './graphql/serve-graphql.ts';
import { serveMailedLinks } from './public-pages/serve-mailed-links.ts';
import { recordAttempts } from './record-attempts.ts';
import { serveSignIn } from './sign-in/serve-sign-in.ts';
import { serveWebClient } from './web-client/serve-web-client.ts';

export interface AdminApi {
  readonly db: Database;
  readonly logger: FastifyBaseLogger;
  readonly settings: AdminApiSettings;
  readonly providers: OidcProviders;
  readonly attempts: AttemptLog;
  readonly operations: OperationList;
}

/** A document, its variables, and a thousand ids in them. */
const MOST_BODY_BYTES = 256 * 1024;

/** The server, not listening yet. Closing it leaves the database open. */
export async function buildServer(api: AdminApi): Promise<FastifyInstance> {
  const app = fastify({
    loggerInstance: api.logger,
    // What changed is in the audit log; the process log has what goes wrong.
    logController: new LogController({ disableRequestLogging: true }),
    genReqId: () => newId(),
    childLoggerFactory: (logger) => logger,
    bodyLimit: MOST_BODY_BYTES,
    trustProxy: api.settings.trustedProxies.length > 0 && [...api.settings.trustedProxies],
    requestTimeout: 120_000,
    forceCloseConnections: 'idle',
    return503OnClosing: false,
  });
  app.addHook('onRequest', async (request, reply) => {
    reply.header('x-request-id', request.id);
    leaveOutUnreadableAddress(request);
  });
  app.setErrorHandler(async (error, request, reply) => {
    if (error instanceof AddressRefusedError) {
      const { actor, accountId, attempt } = error;
      await recordAttempts(api, actor, accountId, [attempt], new Date());
      return sendError(request, reply, { status: 403, code: 'ADDRESS_REFUSED', message: error.message });
    }
    const status = clientFaultStatus(error);
    if (status === undefined) request.log.error({ err: error, requestId: request.id }, 'request failed');
    return sendError(request, reply, plainError(status, request.id));
  });
  app.get('/healthz', async () => ({ status: 'ok' }));
  app.get('/readyz', async (_request, reply) =>
    (await isReachable(api.db)) ? { status: 'ok' } : reply.code(503).send({ status: 'no database' }),
  );
  await serveMailedLinks(app, api);
  await app.register(fastifyCookie);
  await serveSignIn(app, api);
  await serveGraphql(app, api);
  await serveExports(app, api);
  if (api.settings.development) await serveExplorer(app);
  await serveWebClient(app, api);
  return app;
}

function clientFaultStatus(error: unknown): number | undefined {
  if (!(error instanceof Error) || !('statusCode' in error)) return undefined;
  const { statusCode } = error;
  return typeof statusCode === 'number' && statusCode >= 400 && statusCode < 500 ? statusCode : undefined;
}

function plainError(status: number | undefined, requestId: string): ErrorAnswer {
  if (status === undefined) {
    const message = `Something went wrong on the server. Try again; if it fails again, name the request ${requestId} to the operator.`;
    return { status: 500, code: 'INTERNAL_SERVER_ERROR', message };
  }
  const message =
    status === 413
      ? `The request is larger than the ${MOST_BODY_BYTES} bytes that are read here.`
      : 'The request did not arrive whole, or is not JSON.';
  return { status, code: 'BAD_REQUEST', message };
}
