import { inAccount } from '@rollcall/domain/database/tenancy/account-scope';
import { findOidcClient, type OidcClient } from '@rollcall/domain/sso/find-sso-provider';
import type { SignInAccount } from '@rollcall/domain/sso/find-sign-in-accounts';
import { beginCodeFlow, finishCodeFlow } from '@rollcall/oidc-protocol/code-flow';
import type { ConnectedProvider } from '@rollcall/oidc-protocol/connect-provider';
import { signInCallbackUrl } from '@rollcall/service-kit/admin-url';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { AdminApi } from '../build-server.ts';
import { forgetAttempt, keepAttempt, OPENID_ATTEMPT, readAttempt } from './attempt.ts';
import { finishSignIn } from './finish-sign-in.ts';
import { sendProviderChanged, sendUnfinishable } from './notices.ts';
import { openIdIdentity, wantedClaims } from './openid-identity.ts';

/** Sends the browser to the account's OpenID provider. Throws OidcError. */
export async function startOpenId(
  api: AdminApi,
  reply: FastifyReply,
  account: SignInAccount,
  { returnTo, loginHint }: { returnTo: string; loginHint?: string },
  now: Date,
): Promise<FastifyReply> {
  const client = await clientOf(api, account.id);
  if (client === undefined) throw new Error(`${account.slug} has no OpenID provider any longer.`);
  const provider = await connect(api, client);
  const { url, attempt } = await beginCodeFlow(
    provider,
    signInCallbackUrl(api.settings.publicAdminUrl),
    loginHint,
  );
  const { id: accountId, slug } = account;
  const { issuer } = client.provider;
  const kept = { accountId, slug, issuer, returnTo, ...attempt };
  keepAttempt(reply, api.settings, OPENID_ATTEMPT, kept, now);
  return reply.redirect(url.href, 303);
}

/** Where every provider sends people back to: what the browser kept tells which account it is about. Throws OidcError. */
export async function finishOpenId(
  api: AdminApi,
  request: FastifyRequest,
  reply: FastifyReply,
  now: Date,
): Promise<FastifyReply> {
  const attempt = readAttempt(request, api.settings, OPENID_ATTEMPT, now);
  forgetAttempt(reply, api.settings, OPENID_ATTEMPT);
  if (attempt === undefined) return sendUnfinishable(reply);
  const { accountId, slug, returnTo } = attempt;
  const client = await clientOf(api, accountId);
  if (client?.provider.issuer !== attempt.issuer) return sendProviderChanged(reply, slug);
  const provider = await connect(api, client);
  // By the public address: what a proxy or the request itself calls this host is not to be believed.
  const answer = new URL(signInCallbackUrl(api.settings.publicAdminUrl));
  answer.search = new URL(request.url, answer).search;
  const result = await finishCodeFlow(provider, answer, attempt, wantedClaims(client.provider));
  const identity = openIdIdentity(result, client.provider, attempt);
  const { idToken } = result;
  return finishSignIn(api, request, reply, { accountId, slug, identity, returnTo, idToken }, now);
}

function clientOf({ db, settings }: AdminApi, accountId: string): Promise<OidcClient | undefined> {
  return inAccount(accountId, () => findOidcClient(db, settings.secrets, accountId));
}

export function connect({ providers }: AdminApi, client: OidcClient): Promise<ConnectedProvider> {
  const { issuer, clientId } = client.provider;
  return providers.connect({ issuer, clientId, clientSecret: client.clientSecret });
}
