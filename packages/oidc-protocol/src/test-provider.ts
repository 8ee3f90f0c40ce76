import * as openid from 'openid-client';
import { type ConnectedProvider, connectProvider, type OidcClientSettings } from './connect-provider.ts';
import { explained, OidcError } from './oidc-error.ts';
import { providerFetch, type ProviderReach } from './provider-fetch.ts';

/** One thing that was looked at, in words for an administrator. */
export interface ProviderCheck {
  check: 'configuration' | 'code_flow' | 'pkce' | 'signing_keys' | 'client';
  outcome: 'passed' | 'failed' | 'warned';
  text: string;
}

export interface ProviderTest {
  /** Nothing failed. */
  passed: boolean;
  checks: readonly ProviderCheck[];
}

/**
 * Tries everything about a provider that can be tried without a person: its configuration document, its keys, and whether
 * its token endpoint knows the client, by redeeming a code that nobody issued.
 */
export async function testProvider(
  settings: OidcClientSettings,
  reach: ProviderReach,
  redirectUri: string,
): Promise<ProviderTest> {
  const checks: ProviderCheck[] = [];
  try {
    const provider = await connectProvider(settings, reach);
    checks.push(passed('configuration', `The configuration document of ${settings.issuer} was read.`));
    checks.push(checkCodeFlow(provider), checkPkce(provider));
    checks.push(await checkKeys(provider, reach), await checkClient(provider, redirectUri));
  } catch (error) {
    checks.push(failed('configuration', explained(error, 'reading its configuration document').message));
  }
  return { passed: checks.every(({ outcome }) => outcome !== 'failed'), checks };
}

function checkCodeFlow({ configuration }: ConnectedProvider): ProviderCheck {
  const metadata = configuration.serverMetadata();
  const lacking = (['authorization_endpoint', 'token_endpoint', 'jwks_uri'] as const).filter(
    (name) => metadata[name] === undefined,
  );
  if (lacking.length > 0)
    return failed('code_flow', `The configuration document lacks ${lacking.join(', ')}.`);
  const types = metadata.response_types_supported;
  if (types !== undefined && !types.includes('code')) {
    return failed('code_flow', `The provider offers the response types ${types.join(', ')}, but not code.`);
  }
  return passed('code_flow', 'The provider offers the authorization code flow.');
}

function checkPkce({ configuration }: ConnectedProvider): ProviderCheck {
  // Entra ID takes PKCE and does not say so.
  if (configuration.serverMetadata().supportsPKCE('S256')) {
    return passed('pkce', 'The provider announces PKCE with S256.');
  }
  return warned(
    'pkce',
    'The provider does not announce PKCE. Many take it all the same; it is sent in any case.',
  );
}

async function checkKeys({ configuration }: ConnectedProvider, reach: ProviderReach): Promise<ProviderCheck> {
  try {
    const { jwks_uri: uri } = configuration.serverMetadata();
    if (uri === undefined) throw new OidcError('misconfigured', 'The provider names no keys.');
    const answer = await providerFetch(reach)(uri, {
      method: 'GET',
      headers: { accept: 'application/json' },
      body: undefined,
      redirect: 'manual',
      signal: AbortSignal.timeout(8_000),
    });
    const amount = keysIn(answer.ok ? await answer.json() : undefined);
    if (amount > 0) return passed('signing_keys', `The provider publishes ${amount} keys.`);
    return failed('signing_keys', `There are no keys at ${uri} (HTTP status ${answer.status}).`);
  } catch (error) {
    return failed('signing_keys', explained(error, 'reading its keys').message);
  }
}

function keysIn(document: unknown): number {
  if (typeof document !== 'object' || document === null || !('keys' in document)) return 0;
  return Array.isArray(document.keys) ? document.keys.length : 0;
}

/** A provider that knows the client refuses the code; one that does not refuses the client. */
async function checkClient(provider: ConnectedProvider, redirectUri: string): Promise<ProviderCheck> {
  const first = await redeemNothing(provider.configuration, redirectUri);
  const isRefused = first instanceof OidcError && first.fault === 'client_refused';
  const answer = isRefused && provider.fallback ? await redeemNothing(provider.fallback, redirectUri) : first;
  if (answer === 'code_refused') return passed('client', 'The provider knows the client and its secret.');
  if (answer.fault === 'client_refused') return failed('client', answer.message);
  return warned(
    'client',
    `Whether the provider knows the client shows when somebody signs in: to a code that nobody issued it answers in a way of its own. ${answer.message}`,
  );
}

async function redeemNothing(
  configuration: openid.Configuration,
  redirectUri: string,
): Promise<'code_refused' | OidcError> {
  try {
    await openid.genericGrantRequest(configuration, 'authorization_code', {
      code: 'a-code-that-nobody-issued',
      redirect_uri: redirectUri,
      code_verifier: openid.randomPKCECodeVerifier(),
    });
    return new OidcError('misconfigured', 'It took that code.');
  } catch (error) {
    // Entra ID calls a code that it cannot read a bad request.
    const isAboutCode =
      error instanceof openid.ResponseBodyError &&
      (error.error === 'invalid_grant' || error.error === 'invalid_request');
    return isAboutCode ? 'code_refused' : explained(error, 'asking its token endpoint');
  }
}

function passed(check: ProviderCheck['check'], text: string): ProviderCheck {
  return { check, outcome: 'passed', text };
}

function failed(check: ProviderCheck['check'], text: string): ProviderCheck {
  return { check, outcome: 'failed', text };
}

function warned(check: ProviderCheck['check'], text: string): ProviderCheck {
  return { check, outcome: 'warned', text };
}
