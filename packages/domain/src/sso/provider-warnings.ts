import type { SsoProvider } from './sso-provider.ts';

export type ProviderWarningCode =
  /** People reach this installation over plain http. */
  | 'public_url_not_https'
  /** People, or this installation, reach the provider over plain http. */
  | 'provider_url_not_https';

/** What works for now and should not stay so. */
export interface ProviderWarning {
  readonly code: ProviderWarningCode;
  /** What is the matter and who changes it. */
  readonly text: string;
}

/** Warns of plain http on either side of a sign-in. On the loopback nobody listens, so that it will do for development. */
export function providerWarnings(provider: SsoProvider, publicAdminUrl: string): readonly ProviderWarning[] {
  const warnings: ProviderWarning[] = [];
  const own = new URL(publicAdminUrl);
  if (own.protocol === 'http:') {
    warnings.push({ code: 'public_url_not_https', text: ofPublicUrl(own) });
  }
  const providerUrl = URL.parse(provider.protocol === 'oidc' ? provider.issuer : provider.signOnUrl);
  if (providerUrl?.protocol === 'http:') {
    warnings.push({ code: 'provider_url_not_https', text: ofProvider(providerUrl) });
  }
  return warnings;
}

function ofPublicUrl(url: URL): string {
  return isLoopback(url)
    ? `Rollcall is reached at ${url.origin}, by this machine alone, and most providers take such an address for development at most. The operator sets PUBLIC_ADMIN_URL to an https address before others sign in.`
    : `Rollcall is reached at ${url.origin}, where whoever is on the way can read and use a session, and some providers refuse to send people. The operator sets PUBLIC_ADMIN_URL to an https address.`;
}

function ofProvider(url: URL): string {
  return isLoopback(url)
    ? `The provider is at ${url.origin}, on this machine alone: that will do for development. Connect one by its https address before others sign in.`
    : `The provider is at ${url.origin}, where whoever is on the way can sign in as anybody. Connect it by its https address.`;
}

function isLoopback({ hostname }: URL): boolean {
  return hostname === 'localhost' || hostname === '[::1]' || /^127(?:\.\d+){3}$/u.test(hostname);
}
