import type { IncomingMessage } from 'node:http';
import { ScimError } from '@rollcall/scim-protocol/errors';
import type { FastifyInstance, FastifyRequest } from 'fastify';

/** Requests whose client waits for an invitation before it sends the body. */
const waiting = new WeakSet<IncomingMessage>();

/**
 * `Expect: 100-continue` (RFC 9110 10.1.1): the body is asked for when everything that can be known without it has been
 * judged. Whoever is refused before sends it for nothing, or not at all, so that connection ends with the answer.
 */
export function inviteBodies(app: FastifyInstance): void {
  for (const event of ['checkContinue', 'checkExpectation']) {
    app.server.on(event, (request: IncomingMessage, response: unknown) => {
      waiting.add(request);
      app.server.emit('request', request, response);
    });
  }
  app.addHook('preParsing', (request, reply, payload, done) => {
    if (isWaitingToSend(request) && !announcesTooMuch(request)) {
      waiting.delete(request.raw);
      reply.raw.writeContinue();
    }
    done(null, payload);
  });
  app.addHook('onSend', (request, reply, _payload, done) => {
    if (isWaitingToSend(request)) reply.header('connection', 'close');
    done();
  });
}

/** Whether the client holds the body back, and has not been asked for it. */
export function isWaitingToSend(request: FastifyRequest): boolean {
  return waiting.has(request.raw);
}

/** RFC 9110 10.1.1: there is no other expectation than 100-continue. */
export function refuseUnknownExpectations(request: FastifyRequest): void {
  const { expect } = request.headers;
  if (expect === undefined || expect.trim().toLowerCase() === '100-continue') return;
  throw new ScimError(417, undefined, 'The only expectation that can be met is "Expect: 100-continue".');
}

function announcesTooMuch(request: FastifyRequest): boolean {
  return Number(request.headers['content-length'] ?? 0) > request.routeOptions.bodyLimit;
}
