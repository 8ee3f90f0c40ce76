import { ApolloServer } from '@apollo/server';
import {
  ApolloServerPluginCacheControlDisabled,
  ApolloServerPluginLandingPageDisabled,
} from '@apollo/server/plugin/disabled';
import { fastifyApolloDrainPlugin, fastifyApolloHandler } from '@as-integrations/fastify';
import { maxAliasesRule } from '@escape.tech/graphql-armor-max-aliases';
import { inAccount } from '@rollcall/domain/database/tenancy/account-scope';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { GraphQLError, type ValidationContext } from 'graphql';
import { authenticate } from '../authenticate.ts';
import type { AdminApi } from '../build-server.ts';
import { refuseStranger, sendError } from '../error-answer.ts';
import { OWN_REQUEST_HEADER } from '../own-request.ts';
import { recordAttempts, recordForeign, refusedAttempt } from '../record-attempts.ts';
import { schema } from '../schema/schema.ts';
import { type AdminContext, createContext } from './context.ts';
import { costPlugin } from './cost-plugin.ts';
import { LIMITS } from './limits.ts';
import { maskError } from './mask-error.ts';
import { listedRequest } from './operation-list.ts';
import { recordRefusals } from './refused-attempts.ts';

declare module 'fastify' {
  interface FastifyRequest {
    /** Set for requests whose caller is known. */
    graphql: AdminContext | null;
  }
}

/** POST /graphql, for known callers alone: each request runs in the scope of its caller's account. */
export async function serveGraphql(
  app: FastifyInstance,
  { db, logger, settings, providers, attempts, operations }: AdminApi,
): Promise<void> {
  const apollo = new ApolloServer<AdminContext>({
    schema,
    introspection: true,
    csrfPrevention: true,
    // Of use to nobody but whoever looks for a way in.
    includeStacktraceInErrorResponses: false,
    // GraphQL over HTTP: a variable that cannot be read is a bad request.
    status400ForVariableCoercionErrors: true,
    parseOptions: { maxTokens: LIMITS.tokens },
    validationRules: [
      maxAliasesRule({ n: LIMITS.aliases, propagateOnRejection: false, onReject: [refuseAliases] }),
    ],
    formatError: (formatted, error) => maskError(formatted, error, logger),
    plugins: [
      fastifyApolloDrainPlugin(app),
      ApolloServerPluginLandingPageDisabled(),
      // Nothing here may be cached, and it looks at each field of an answer.
      ApolloServerPluginCacheControlDisabled(),
      costPlugin(schema),
      recordRefusals(attempts),
    ],
    logger: {
      debug: (message: unknown) => logger.debug(message),
      info: (message: unknown) => logger.info(message),
      warn: (message: unknown) => logger.warn(message),
      error: (message: unknown) => logger.error(message),
    },
  });
  await apollo.start();
  app.decorateRequest('graphql', null);
  const handler = fastifyApolloHandler(apollo, { context: async (request) => contextOf(request) });

  app.post('/graphql', {
    preHandler: async (request, reply) => {
      reply.header('cache-control', 'no-store');
      const now = new Date();
      const known = await authenticate(db, request, settings, now);
      if (known === undefined) return refuseStranger(request, reply);
      if ('foreign' in known) {
        await recordForeign({ attempts, logger }, known, now);
        return refuseForeign(request, reply);
      }
      const { accountId, caller, session } = known;
      const listed = listedRequest(operations, request.body);
      if (listed !== undefined) request.body = listed;
      else if (operations.isBinding && session !== null) {
        // Perhaps a script that got into a page.
        const attempt = refusedAttempt({ code: 'OPERATION_NOT_LISTED' });
        await recordAttempts({ attempts, logger }, caller.actor, accountId, [attempt], now);
        return refuseUnlisted(request, reply);
      }
      request.graphql = createContext({
        db,
        logger,
        settings,
        requestId: request.id,
        accountId,
        caller,
        session,
        providers,
        address: request.ip,
        now,
      });
    },
    handler(request, reply) {
      return inAccount(contextOf(request).accountId, () => handler.call(this, request, reply));
    },
  });
}

function refuseAliases(context: ValidationContext | null): void {
  context?.reportError(
    new GraphQLError(`An operation may have ${LIMITS.aliases} aliases. Send several requests.`),
  );
}

function contextOf(request: FastifyRequest): AdminContext {
  if (request.graphql === null) throw new Error('A request without a caller reached the schema.');
  return request.graphql;
}

function refuseForeign(request: FastifyRequest, reply: FastifyReply): FastifyReply {
  const message = `A request that a session's cookie lets in must come from this site's own pages, or carry the header ${OWN_REQUEST_HEADER}, as no page of another site can.`;
  return sendError(request, reply, { status: 403, code: 'FOREIGN_REQUEST', message });
}

function refuseUnlisted(request: FastifyRequest, reply: FastifyReply): FastifyReply {
  const message =
    'Signed-in people run the operations of the web client alone, and this is none of this version’s: reload the page. Scripts use a service token, which may run any operation.';
  return sendError(request, reply, { status: 403, code: 'OPERATION_NOT_LISTED', message });
}
