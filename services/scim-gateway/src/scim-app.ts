import { METHODS } from 'node:http';
import { newId } from '@rollcall/domain/ids';
import { notFound } from '@rollcall/scim-protocol/errors';
import { leaveOutUnreadableAddress } from '@rollcall/service-kit/trusted-proxies';
import {
  type FastifyBaseLogger,
  fastify,
  type FastifyInstance,
  type FastifyReply,
  type FastifyRequest,
  LogController,
} from 'fastify';
import { requireAllowedAddress, requireScimEnabled } from './authenticate.ts';
import { answerBrokenRequest } from './client-error.ts';
import { compressAnswers } from './compression.ts';
import type { Cursors } from './cursors.ts';
import { endConnectionsOnClose } from './end-connections.ts';
import { serveEndpoint } from './endpoint.ts';
import { errorAnswer } from './error-answer.ts';
import { answerError, sendScimError } from './error-handler.ts';
import type { Exchange } from './exchange.ts';
import { inviteBodies, refuseUnknownExpectations } from './expectations.ts';
import type { Limits } from './limits.ts';
import { addBodyParser } from './request-body.ts';
import { routableUrl } from './routable-url.ts';
import { bulkEndpoints } from './routes/bulk.ts';
import { discoveryEndpoints } from './routes/discovery.ts';
import { groupEndpoints } from './routes/groups.ts';
import { refuseWhatIsNotOffered } from './routes/not-offered.ts';
import { rootEndpoints } from './routes/root.ts';
import { userEndpoints } from './routes/users.ts';

/** What differs between the requests of identity providers and their replays. */
export interface ScimParts {
  readonly logger: FastifyBaseLogger;
  readonly limits: Limits;
  readonly trustedProxies: readonly string[];
  readonly cursors: Cursors;
  /** Knows whose request it is; throws for whoever may ask nothing. */
  readonly begin: (request: ScimRequest) => Promise<Exchange>;
  /** Takes note of an answer that was sent. */
  readonly end: (request: FastifyRequest, reply: FastifyReply) => void;
}

export type ScimRequest = FastifyRequest<{ Params: { accountId: string } }>;

/** Room for a filter of 100 kB in percent-encoding, which is then refused in words. */
const MAX_HEAD_BYTES = 512 * 1024;

/** Everything below `/scim/v2/{accountId}`, not listening yet. */
export function buildScimApp(parts: ScimParts): FastifyInstance {
  const app = fastify({
    loggerInstance: parts.logger,
    // Requests are in the provisioning log; the process log has what goes wrong.
    logController: new LogController({ disableRequestLogging: true }),
    genReqId: () => newId(),
    // What is logged names its request; a logger for each request would cost more than most need.
    childLoggerFactory: (logger) => logger,
    bodyLimit: parts.limits.userBodyBytes,
    trustProxy: parts.trustedProxies.length > 0 && [...parts.trustedProxies],
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
    leaveOutUnreadableAddress(request);
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
  app.setErrorHandler((error, request, reply) => answerError(error, request, reply));
  void app.register(async (scim) => serveAccounts(scim, parts), { prefix: '/scim/v2/:accountId' });
  return app;
}

const NOTHING_OUTSIDE = 'There is nothing at this path. SCIM is served below /scim/v2/{accountId}.';
const NOTHING_THERE =
  'There is nothing at this path; there are /Users, /Groups, /Bulk, /ServiceProviderConfig, /ResourceTypes and /Schemas.';

function serveAccounts(app: FastifyInstance, { logger, limits, cursors, begin, end }: ScimParts): void {
  app.addHook<{ Params: { accountId: string } }>('onRequest', async (request) => {
    request.exchange = await begin(request);
    requireAllowedAddress(request.exchange.token, request.ip);
    requireScimEnabled(request.exchange);
    refuseUnknownExpectations(request);
    if (request.is404) throw notFound(NOTHING_THERE);
  });
  app.addHook('onResponse', async (request, reply) => end(request, reply));
  app.setNotFoundHandler(async () => undefined);
  const resources = [...userEndpoints(limits, cursors), ...groupEndpoints(limits, cursors)];
  const endpoints = [
    ...resources,
    ...bulkEndpoints(limits, resources, logger),
    ...rootEndpoints(cursors),
    ...discoveryEndpoints(limits),
  ];
  for (const endpoint of endpoints) serveEndpoint(app, endpoint);
  refuseWhatIsNotOffered(app);
}
