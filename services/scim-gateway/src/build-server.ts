import { METHODS } from 'node:http';
import type { Database } from '@rollcall/domain/database/connection';
import { newId } from '@rollcall/domain/ids';
import type { ProvisioningLog } from '@rollcall/domain/provisioning-log/provisioning-log';
import type { ScimTokenCache } from '@rollcall/domain/scim-access/authenticate';
import { notFound } from '@rollcall/scim-protocol/errors';
import { type FastifyBaseLogger, fastify, type FastifyInstance, LogController } from 'fastify';
import { authenticate, requireScimEnabled } from './authenticate.ts';
import { answerBrokenRequest } from './client-error.ts';
import { compressAnswers } from './compression.ts';
import { openCursors } from './cursors.ts';
import { endConnectionsOnClose } from './end-connections.ts';
import { serveEndpoint } from './endpoint.ts';
import { errorAnswer } from './error-answer.ts';
import { answerError, sendScimError } from './error-handler.ts';
import { inviteBodies, refuseUnknownExpectations } from './expectations.ts';
import type { Limits } from './limits.ts';
import { recordRequest } from './record-request.ts';
import { addBodyParser } from './request-body.ts';
import { routableUrl } from './routable-url.ts';
import { bulkEndpoints } from './routes/bulk.ts';
import { discoveryEndpoints } from './routes/discovery.ts';
import { groupEndpoints } from './routes/groups.ts';
import { serveHealth } from './routes/health.ts';
import { refuseWhatIsNotOffered } from './routes/not-offered.ts';
import { rootEndpoints } from './routes/root.ts';
import { userEndpoints } from './routes/users.ts';

export interface Gateway {
  readonly db: Database;
  readonly tokens: ScimTokenCache;
  readonly log: ProvisioningLog;
  readonly logger: FastifyBaseLogger;
  /** Where identity providers reach this server, without a slash at the end. */
  readonly publicScimUrl: string;
  readonly limits: Limits;
}

/** Room for a filter of 100 kB in percent-encoding, which is then refused in words. */
const MAX_HEAD_BYTES = 512 * 1024;

/** The SCIM server, not listening yet. It closes none of its parts. */
export function buildServer(gateway: Gateway): FastifyInstance {
  const app = fastify({
    loggerInstance: gateway.logger,
    // Requests are in the provisioning log; the process log has what goes wrong.
    logController: new LogController({ disableRequestLogging: true }),
    genReqId: () => newId(),
    // What is logged names its request; a logger for each request would cost more than most need.
    childLoggerFactory: (logger) => logger,
    bodyLimit: gateway.limits.userBodyBytes,
    routerOptions: {
      // Base URLs are pasted with and without a slash at the end.
      ignoreTrailingSlash: true,
      ignoreDuplicateSlashes: true,
      // No pattern looks at a part of a path, so its length costs nothing; an id that is too long is simply unknown.
      maxParamLength: MAX_HEAD_BYTES,
      querystringParser: () => ({}),
    },
    rewriteUrl: (request) => routableUrl(request.url ?? '/'),
    http: { maxHeaderSize: MAX_HEAD_BYTES },
    // A request must arrive whole in this time; a client that trickles bytes must not hold a connection for ever.
    requestTimeout: 120_000,
    // What arrives while the server stops is still served; idle connections are closed.
    forceCloseConnections: 'idle',
    return503OnClosing: false,
    frameworkErrors: (error, request, reply) =>
      void sendScimError(request, reply, errorAnswer(error, 0).error),
    clientErrorHandler: answerBrokenRequest,
  });
  for (const method of METHODS) {
    if (method !== 'CONNECT' && !app.supportedMethods.includes(method)) app.addHttpMethod(method);
  }
  app.decorateRequest('exchange', null);
  app.addHook('onRequest', async (request, reply) => {
    reply.header('x-request-id', request.id);
  });
  endConnectionsOnClose(app);
  // Before the body is read: it does not matter. Below an account, the path is judged after the token.
  app.addHook('preParsing', (request, _reply, payload, done) => {
    if (request.is404) done(notFound(NOTHING_OUTSIDE));
    else done(null, payload);
  });
  // For the hooks, which have answered then.
  app.setNotFoundHandler(async () => undefined);
  inviteBodies(app);
  compressAnswers(app);
  addBodyParser(app);
  app.setErrorHandler((error, request, reply) => answerError(error, request, reply, gateway.db));
  serveHealth(app, gateway.db);
  void app.register(async (scim) => serveAccounts(scim, gateway), { prefix: '/scim/v2/:accountId' });
  return app;
}

const NOTHING_OUTSIDE = 'There is nothing at this path. SCIM is served below /scim/v2/{accountId}.';
const NOTHING_THERE =
  'There is nothing at this path; there are /Users, /Groups, /Bulk, /ServiceProviderConfig, /ResourceTypes and /Schemas.';

function serveAccounts(app: FastifyInstance, gateway: Gateway): void {
  const { db, tokens, log, publicScimUrl, limits } = gateway;
  app.addHook<{ Params: { accountId: string } }>('onRequest', async (request) => {
    request.exchange = await authenticate(request, tokens, publicScimUrl);
    requireScimEnabled(request.exchange);
    refuseUnknownExpectations(request);
    if (request.is404) throw notFound(NOTHING_THERE);
  });
  app.addHook('onResponse', async (request, reply) => recordRequest(log, request, reply));
  app.setNotFoundHandler(async () => undefined);
  const cursors = openCursors(db);
  const resources = [...userEndpoints(limits, cursors), ...groupEndpoints(limits, cursors)];
  const endpoints = [
    ...resources,
    ...bulkEndpoints(limits, resources, gateway.logger),
    ...rootEndpoints(cursors),
    ...discoveryEndpoints(limits),
  ];
  for (const endpoint of endpoints) serveEndpoint(app, db, endpoint);
  refuseWhatIsNotOffered(app);
}
