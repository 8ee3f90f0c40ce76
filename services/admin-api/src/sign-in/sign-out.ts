import { inAccount } from '@rollcall/domain/database/tenancy/account-scope';
import { inTransaction } from '@rollcall/domain/database/transaction';
import { signOut } from '@rollcall/domain/sso/end-session';
import { findSession, type SignedIn } from '@rollcall/domain/sso/find-session';
import { findOidcClient } from '@rollcall/domain/sso/find-sso-provider';
import { signOutUrl } from '@rollcall/oidc-protocol/code-flow';
import { OidcError } from '@rollcall/oidc-protocol/oidc-error';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { callerOfSession } from '../authenticate.ts';
import type { AdminApi } from '../build-server.ts';
import { idTokenPurpose } from './finish-sign-in.ts';
import { connect } from './openid.ts';
import { SIGN_IN_PATH } from './return-path.ts';
import { clearSessionCookie, readSessionCookie } from './session-cookie.ts';

/**
 * Ends the session, and leads to the provider to end that there, too, where the provider has such a place. For the web client as
 * JSON, `{ "redirectTo" }`. Doing it again changes nothing.
 */
export async function endSession(
  api: AdminApi,
  request: FastifyRequest,
  reply: FastifyReply,
  now: Date,
): Promise<FastifyReply> {
  const { db, settings } = api;
  const cookie = readSessionCookie(request, settings);
  const signedIn = cookie === undefined ? undefined : await findSession(db, cookie, now);
  clearSessionCookie(reply, settings);
  const redirectTo = signedIn === undefined ? SIGN_IN_PATH : await end(api, request, signedIn, now);
  return request.headers.accept?.includes('application/json') === true
    ? reply.send({ redirectTo })
    : reply.redirect(redirectTo, 303);
}

function end(api: AdminApi, request: FastifyRequest, signedIn: SignedIn, now: Date): Promise<string> {
  const { accountId, sessionId } = signedIn;
  return inAccount(accountId, async () => {
    const caller = callerOfSession(signedIn, request);
    const { idToken } = await inTransaction(api.db, (trx) => signOut(trx, caller, accountId, sessionId, now));
    return signedIn.kind === 'sso' ? placeToSignOut(api, accountId, idToken) : SIGN_IN_PATH;
  });
}

async function placeToSignOut(
  api: AdminApi,
  accountId: string,
  sealedIdToken: Uint8Array | null,
): Promise<string> {
  const { db, logger, settings } = api;
  const client = await findOidcClient(db, settings.secrets, accountId);
  if (client === undefined) return SIGN_IN_PATH;
  const idToken =
    sealedIdToken === null ? undefined : settings.secrets.open(idTokenPurpose(accountId), sealedIdToken);
  try {
    const provider = await connect(api, client);
    return signOutUrl(provider, `${settings.publicAdminUrl}${SIGN_IN_PATH}`, idToken)?.href ?? SIGN_IN_PATH;
  } catch (error) {
    // Signed out here, whatever becomes of the session there.
    if (!(error instanceof OidcError)) throw error;
    logger.warn({ err: error }, 'a provider could not be reached to sign out');
    return SIGN_IN_PATH;
  }
}
