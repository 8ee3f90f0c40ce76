import type { Preconditions } from '@rollcall/domain/provisioning-log/provisioning-event';
import type { ProvisioningLog } from '@rollcall/domain/provisioning-log/provisioning-log';
import type { FastifyReply, FastifyRequest } from 'fastify';

/**
 * Puts an answered request into the account's provisioning log. Without a valid token it is only counted: a stranger must
 * not be able to fill the log.
 */
export function recordRequest(log: ProvisioningLog, request: FastifyRequest, reply: FastifyReply): void {
  const { exchange } = request;
  const arrived = new Date(Date.now() - reply.elapsedTime);
  if (exchange === null) {
    log.countRejected(accountIdIn(request), request.ip, arrived);
    return;
  }
  log.record({
    id: request.id,
    accountId: exchange.accountId,
    at: arrived,
    tokenId: exchange.token.tokenId,
    address: request.ip,
    userAgent: request.headers['user-agent'] ?? null,
    method: request.method,
    path: request.originalUrl,
    status: reply.statusCode,
    durationMs: reply.elapsedTime,
    resourceType: exchange.resource?.type ?? null,
    resourceId: exchange.resource?.id ?? null,
    scimType: exchange.refusal?.scimType ?? null,
    errorDetail: exchange.refusal?.detail ?? null,
    leniencies: exchange.reading.leniencies,
    preconditions: preconditionsOf(request),
    requestBody: exchange.body,
    answer: exchange.answer ?? null,
  });
}

function preconditionsOf({ headers }: FastifyRequest): Preconditions | null {
  const { 'if-match': ifMatch, 'if-none-match': ifNoneMatch } = headers;
  if (ifMatch === undefined && ifNoneMatch === undefined) return null;
  return { ...(ifMatch !== undefined && { ifMatch }), ...(ifNoneMatch !== undefined && { ifNoneMatch }) };
}

function accountIdIn({ params }: FastifyRequest): string {
  if (typeof params !== 'object' || params === null || !('accountId' in params)) return '';
  return typeof params.accountId === 'string' ? params.accountId : '';
}
