import * as openid from 'openid-client';
import type { ConnectedProvider } from './connect-provider.ts';
import { explained, isClientRefusal, OidcError } from './oidc-error.ts';
import { type Claims, readClaims } from './read-claims.ts';

/** What has to come back with the answer; kept by whoever began the sign-in, sealed, for nobody else to see. */
export interface CodeAttempt {
  state: string;
  nonce: string;
  codeVerifier: string;
}

const SCOPES = ['openid', 'profile', 'email'];

/** Where the browser goes, with PKCE, state and nonce. Throws OidcError. */
export async function beginCodeFlow(
  { configuration }: ConnectedProvider,
  redirectUri: string,
  loginHint?: string,
): Promise<{ url: URL; attempt: CodeAttempt }> {
  const attempt = {
    state: openid.randomState(),
    nonce: openid.randomNonce(),
    codeVerifier: openid.randomPKCECodeVerifier(),
  };
  try {
    const url = openid.buildAuthorizationUrl(configuration, {
      redirect_uri: redirectUri,
      scope: scopesOf(configuration).join(' '),
      state: attempt.state,
      nonce: attempt.nonce,
      code_challenge: await openid.calculatePKCECodeChallenge(attempt.codeVerifier),
      code_challenge_method: 'S256',
      ...(loginHint !== undefined && { login_hint: loginHint }),
    });
    return { url, attempt };
  } catch (error) {
    throw explained(error, 'beginning the sign-in');
  }
}

/** Okta gives the groups claim for a scope; providers that do not know that scope refuse it. */
function scopesOf(configuration: openid.Configuration): readonly string[] {
  const known = configuration.serverMetadata().scopes_supported;
  return known?.includes('groups') === true ? [...SCOPES, 'groups'] : SCOPES;
}

export interface CodeFlowResult {
  /** As the token names it. */
  issuer: string;
  claims: Claims;
  idToken: string;
}

/**
 * What the provider says of whoever came back with `answer`, the whole URL of the redirection. Verified: state, nonce, code
 * verifier, issuer, audience, times and signature. Where the ID token lacks a claim that is `wanted`, as Okta's short tokens
 * do, the userinfo endpoint is asked. Throws OidcError.
 */
export async function finishCodeFlow(
  provider: ConnectedProvider,
  answer: URL,
  attempt: CodeAttempt,
  wanted: readonly string[],
): Promise<CodeFlowResult> {
  try {
    const { configuration, tokens } = await redeem(provider, answer, attempt);
    const claims = tokens.claims();
    if (claims === undefined || tokens.id_token === undefined) {
      throw new OidcError(
        'misconfigured',
        'The provider gave no ID token, which the scope "openid" asks for.',
      );
    }
    const isWhole = wanted.every((name) => name in claims);
    const more = isWhole ? {} : await userInfo(configuration, tokens.access_token, claims.sub);
    return {
      issuer: claims.iss,
      claims: readClaims({ ...more, ...claims }),
      idToken: tokens.id_token,
    };
  } catch (error) {
    throw explained(error, 'finishing the sign-in');
  }
}

async function redeem({ configuration, fallback }: ConnectedProvider, answer: URL, attempt: CodeAttempt) {
  const checks = {
    expectedState: attempt.state,
    expectedNonce: attempt.nonce,
    pkceCodeVerifier: attempt.codeVerifier,
    idTokenExpected: true,
  };
  try {
    return { configuration, tokens: await openid.authorizationCodeGrant(configuration, answer, checks) };
  } catch (error) {
    if (fallback === undefined || !isClientRefusal(error)) throw error;
    return { configuration: fallback, tokens: await openid.authorizationCodeGrant(fallback, answer, checks) };
  }
}

async function userInfo(
  configuration: openid.Configuration,
  accessToken: string,
  subject: string,
): Promise<Record<string, unknown>> {
  if (configuration.serverMetadata().userinfo_endpoint === undefined) return {};
  return openid.fetchUserInfo(configuration, accessToken, subject);
}

/** Where the browser goes to end the session at the provider, too; undefined where it offers no such place. */
export function signOutUrl(
  { configuration }: ConnectedProvider,
  returnTo: string,
  idToken: string | undefined,
): URL | undefined {
  if (configuration.serverMetadata().end_session_endpoint === undefined) return undefined;
  return openid.buildEndSessionUrl(configuration, {
    post_logout_redirect_uri: returnTo,
    ...(idToken !== undefined && { id_token_hint: idToken }),
  });
}
