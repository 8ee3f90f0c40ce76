import type { Authenticated } from '@rollcall/domain/admins/authenticate-service-token';
import { authenticateServiceToken } from '@rollcall/domain/admins/authenticate-service-token';
import type { Database } from '@rollcall/domain/database/connection';
import type { FastifyRequest } from 'fastify';

/** Who sent the request; undefined for whoever cannot say. Callers answer all these alike. */
export async function authenticate(
  db: Database,
  request: FastifyRequest,
  now: Date,
): Promise<Authenticated | undefined> {
  const bearer = bearerOf(request.headers.authorization);
  if (bearer === undefined) return undefined;
  const { id, method, url, ip } = request;
  return authenticateServiceToken(db, bearer, { address: ip, request: { id, method, path: url } }, now);
}

// RFC 9110 11.1: the scheme's name is in any letter case.
function bearerOf(header: string | undefined): string | undefined {
  return /^bearer +(\S+) *$/iu.exec(header ?? '')?.[1];
}
