import type { AccountSettings } from '@rollcall/domain/accounts/account-settings';
import type { Actor } from '@rollcall/domain/actor';
import { inAccount } from '@rollcall/domain/database/tenancy/account-scope';
import { isId } from '@rollcall/domain/ids';
import { invalidSyntax, notFound, ScimError } from '@rollcall/scim-protocol/errors';
import type { JsonValue } from '@rollcall/scim-protocol/json';
import type { QueryParameters } from '@rollcall/scim-protocol/list-query';
import { noteQueryDialects } from '@rollcall/scim-protocol/query-dialects';
import type { Reading } from '@rollcall/scim-protocol/reading';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import type { Access } from './access.ts';
import { type Answer, render } from './answer.ts';
import { type Exchange, exchangeOf } from './exchange.ts';
import { answerType, requireReadableBody } from './media-types.ts';
import type { Preconditions } from './preconditions.ts';
import { readQuery } from './request-query.ts';
import { bySettingsInForce } from './settings-in-force.ts';

export type Method = 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';

/** One request, as its handler gets it. */
export interface Call extends Preconditions, Access {
  /** Whether the token still is what it was when the request began, for work that takes long. */
  readonly requireStillAdmitted: Exchange['requireStillAdmitted'];
  readonly accountId: string;
  readonly settings: AccountSettings;
  readonly actor: Actor;
  readonly reading: Reading;
  readonly baseUrl: string;
  /** The last part of a path that names one thing; else empty. */
  readonly id: string;
  readonly query: QueryParameters;
  readonly body: JsonValue | undefined;
  readonly now: Date;
}

export type Handler = (call: Call) => Promise<Answer>;

export interface Endpoint {
  readonly path: string;
  readonly handlers: Partial<Record<Method, Handler>>;
  readonly resourceType?: 'User' | 'Group';
  readonly bodyLimit?: number;
}

/**
 * Serves one path: the methods that have a handler, in the scope of the request's account; HEAD as GET; OPTIONS with
 * `Allow`; every other method with 405 and `Allow`.
 */
export function serveEndpoint(app: FastifyInstance, endpoint: Endpoint): void {
  const { path, resourceType, bodyLimit } = endpoint;
  const handlers = Object.entries(endpoint.handlers);
  for (const [method, handler] of handlers) {
    app.route({
      // Node sends the head of the answer alone, whatever makes it: its length is then that of a GET, compressed or not.
      method: method === 'GET' ? ['GET', 'HEAD'] : method,
      url: path,
      ...(bodyLimit === undefined ? {} : { bodyLimit }),
      onRequest: async (request, reply) => {
        beginResource(request, resourceType);
        if (answerType(request.headers.accept) === undefined) throw notAcceptable();
        if (method !== 'GET' && method !== 'DELETE') requireReadableBody(request, reply);
      },
      handler: async (request, reply) => {
        const exchange = exchangeOf(request);
        const answer = await inAccount(exchange.accountId, () =>
          bySettingsInForce(callOf(request, exchange), handler),
        );
        return render(request, reply, answer);
      },
    });
  }
  const methods = handlers.flatMap(([method]) => (method === 'GET' ? ['GET', 'HEAD'] : [method]));
  serveOtherMethods(app, path, [...methods, 'OPTIONS']);
}

/** The body of a write that cannot do without one. */
export function bodyOf(call: Call): JsonValue {
  if (call.body === undefined) throw invalidSyntax('The request needs a body: a JSON object.');
  return call.body;
}

/** The id in the path. One that is no id at all names nothing, like one that nobody has (RFC 7644 3.12: 404). */
export function resourceIdOf(call: Call, resourceType: 'User' | 'Group'): string {
  if (!isId(call.id)) throw notFound(`There is no ${resourceType} with the id "${shortened(call.id)}".`);
  return call.id;
}

function beginResource(request: FastifyRequest, type: 'User' | 'Group' | undefined): void {
  if (type === undefined) return;
  const id = idIn(request);
  exchangeOf(request).resource = { type, id: isId(id) ? id : undefined };
}

function callOf(request: FastifyRequest, exchange: Exchange): Call {
  const query = readQuery(request.url);
  noteQueryDialects(query, exchange.reading);
  return {
    ...exchange.access,
    requireStillAdmitted: exchange.requireStillAdmitted,
    accountId: exchange.accountId,
    settings: exchange.token.settings,
    actor: exchange.actor,
    reading: exchange.reading,
    baseUrl: exchange.baseUrl,
    id: idIn(request),
    ifMatch: request.headers['if-match'],
    ifNoneMatch: request.headers['if-none-match'],
    query,
    body: exchange.body,
    now: new Date(),
  };
}

function idIn({ params }: FastifyRequest): string {
  if (typeof params !== 'object' || params === null || !('id' in params)) return '';
  return typeof params.id === 'string' ? params.id : '';
}

function serveOtherMethods(app: FastifyInstance, path: string, allowed: readonly string[]): void {
  const allow = allowed.join(', ');
  app.route({
    method: 'OPTIONS',
    url: path,
    handler: async (_request, reply) => reply.code(204).header('allow', allow).send(),
  });
  app.route({
    method: app.supportedMethods.filter((method) => !allowed.includes(method)),
    url: path,
    // Before the body is read: it does not matter.
    onRequest: async (request, reply) => {
      reply.header('allow', allow);
      throw new ScimError(405, undefined, `${request.method} is not possible here; ${allow} are.`);
    },
    handler: async () => undefined,
  });
}

function notAcceptable(): ScimError {
  return new ScimError(
    406,
    undefined,
    'Answers are application/scim+json or application/json; accept one of them.',
  );
}

function shortened(text: string): string {
  const printable = text.replaceAll(/\p{Cc}/gu, '�');
  return printable.length > 100 ? `${printable.slice(0, 100)}…` : printable;
}
