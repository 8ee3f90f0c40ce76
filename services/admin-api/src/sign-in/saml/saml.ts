import { inAccount } from '@rollcall/domain/database/tenancy/account-scope';
import { findSsoProvider } from '@rollcall/domain/sso/find-sso-provider';
import type { SignInAccount } from '@rollcall/domain/sso/find-sign-in-accounts';
import type { SamlProvider } from '@rollcall/domain/sso/sso-provider';
import type { IdentityProvider } from '@rollcall/saml-protocol/parties';
import { newRequestId, signInUrl } from '@rollcall/saml-protocol/request-sign-in';
import { verifyResponse } from '@rollcall/saml-protocol/verify-response';
import { samlService } from '@rollcall/service-kit/saml-service';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { AdminApi } from '../../build-server.ts';
import { forgetAttempt, keepAttempt, readAttempt, SAML_ATTEMPT } from '../attempt.ts';
import { field } from '../choose-account.ts';
import { finishSignIn } from '../finish-sign-in.ts';
import { sendProviderChanged, sendUnfinishable } from '../notices.ts';
import { samlIdentity } from './saml-identity.ts';

/** Sends the browser to the account's SAML provider. */
export async function startSaml(
  api: AdminApi,
  reply: FastifyReply,
  account: SignInAccount,
  returnTo: string,
  now: Date,
): Promise<FastifyReply> {
  const { id: accountId, slug } = account;
  const provider = await providerOf(api, accountId);
  if (provider === undefined) throw new Error(`${slug} has no SAML provider any longer.`);
  const { issuer } = provider;
  const requestId = newRequestId();
  const service = samlService(api.settings.publicAdminUrl, accountId);
  const url = await signInUrl(service, atProvider(provider), requestId);
  keepAttempt(reply, api.settings, SAML_ATTEMPT, { accountId, slug, issuer, returnTo, requestId }, now);
  return reply.redirect(url, 303);
}

export type AccountRequest = FastifyRequest<{ Params: { accountId: string } }>;

/** What the provider's page has the browser post: the answer to the request that this browser was sent away with. Throws SamlError. */
export async function finishSaml(
  api: AdminApi,
  request: AccountRequest,
  reply: FastifyReply,
  now: Date,
): Promise<FastifyReply> {
  const attempt = readAttempt(request, api.settings, SAML_ATTEMPT, now);
  forgetAttempt(reply, api.settings, SAML_ATTEMPT);
  const { accountId } = request.params;
  if (attempt?.accountId !== accountId) return sendUnfinishable(reply);
  const { slug, issuer, requestId, returnTo } = attempt;
  const provider = await providerOf(api, accountId);
  if (provider?.issuer !== issuer) return sendProviderChanged(reply, slug);
  const assertion = await verifyResponse(field(request.body, 'SAMLResponse'), {
    service: samlService(api.settings.publicAdminUrl, accountId),
    provider: atProvider(provider),
    requestId,
    now,
  });
  const identity = samlIdentity(assertion, provider.groupsClaim);
  return finishSignIn(api, request, reply, { accountId, slug, identity, returnTo }, now);
}

async function providerOf({ db }: AdminApi, accountId: string): Promise<SamlProvider | undefined> {
  const provider = await inAccount(accountId, () => findSsoProvider(db, accountId));
  return provider?.protocol === 'saml' ? provider : undefined;
}

function atProvider({ issuer, signOnUrl, signingCertificates }: SamlProvider): IdentityProvider {
  return { entityId: issuer, signOnUrl, signingCertificates };
}
