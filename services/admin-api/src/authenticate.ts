import {
  type Authenticated,
  authenticateServiceToken,
} from '@rollcall/domain/admins/authenticate-service-token';
import { type Caller, callerWith } from '@rollcall/domain/admins/caller';
import type { Database } from '@rollcall/domain/database/connection';
import { admitAddress } from '@rollcall/domain/ip-rules/admit-address';
import { findSession, type SignedIn } from '@rollcall/domain/sso/find-session';
import type { FastifyRequest } from 'fastify';
import type { AdminApiSettings } from './config.ts';
import { isOwnRequest } from './own-request.ts';
import { readSessionCookie } from './sign-in/session-cookie.ts';

/** Who sent a request, and the session that it belongs to; null for tokens. */
export interface Sender extends Authenticated {
  session: Pick<SignedIn, 'sessionId' | 'kind'> | null;
}

/** Whose session was to be used by another site. */
export interface Foreign {
  foreign: Authenticated;
}

/**
 * Who sent the request: the bearer of a service token, or a person by the cookie of their session. Undefined for whoever cannot
 * say; callers answer all these alike. `foreign` where a page of another site sent the request along with the cookie. Throws
 * AddressRefusedError where the account's IP rules refuse the address; a session by a sign-in link passes them.
 */
export async function authenticate(
  db: Database,
  request: FastifyRequest,
  settings: Pick<AdminApiSettings, 'publicAdminUrl'>,
  now: Date,
  isOwn: typeof isOwnRequest = isOwnRequest,
): Promise<Sender | Foreign | undefined> {
  const bearer = bearerOf(request.headers.authorization);
  if (bearer !== undefined) return bearerOfToken(db, bearer, request, now);
  const cookie = readSessionCookie(request, settings);
  const signedIn = cookie === undefined ? undefined : await findSession(db, cookie, now);
  if (signedIn === undefined) return undefined;
  const { accountId, sessionId, kind, ipRulesVersion } = signedIn;
  const caller = callerOfSession(signedIn, request);
  if (!isOwn(request, settings)) return { foreign: { accountId, caller } };
  if (kind === 'sso') {
    await admitAddress(db, caller.actor, accountId, { address: request.ip, ipRulesVersion });
  }
  return { accountId, caller, session: { sessionId, kind } };
}

async function bearerOfToken(
  db: Database,
  bearer: string,
  request: FastifyRequest,
  now: Date,
): Promise<Sender | undefined> {
  const from = { address: request.ip, request: originOf(request) };
  const known = await authenticateServiceToken(db, bearer, from, now);
  return known && { ...known, session: null };
}

/** A signed-in person, with what their groups let them do at this moment. */
export function callerOfSession(
  { userId, userName, permissionSets }: SignedIn,
  request: FastifyRequest,
): Caller {
  const actor = { kind: 'administrator', id: userId, name: userName, request: originOf(request) } as const;
  return callerWith(actor, userId, permissionSets);
}

function originOf({ id, method, url }: FastifyRequest) {
  return { id, method, path: url };
}

// RFC 9110 11.1: the scheme's name is in any letter case.
function bearerOf(header: string | undefined): string | undefined {
  return /^bearer +(\S+) *$/iu.exec(header ?? '')?.[1];
}
