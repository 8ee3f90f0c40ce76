import type { SsoProvider } from '@rollcall/domain/sso/sso-provider';
import { signInCallbackUrl } from '@rollcall/service-kit/admin-url';
import { dateOrNothing, facts } from './output.ts';

/** What the commands print of a provider. The property names are a contract with scripts. */
export function describeProvider(provider: SsoProvider, adminUrl: string): object {
  const { accountId: _, ...shown } = provider;
  return { provider: shown, redirectUri: signInCallbackUrl(adminUrl) };
}

export function providerFacts(provider: SsoProvider, adminUrl: string): string {
  const { kind, protocol, issuer, groupsClaim, testedAt } = provider;
  return facts([
    ['Kind', kind ?? 'none'],
    ['Protocol', protocol === 'oidc' ? 'OpenID Connect' : 'SAML 2.0'],
    ['Issuer', issuer],
    ...protocolFacts(provider),
    ['Groups claim', groupsClaim],
    ['Tested', dateOrNothing(testedAt)],
    ['Redirect URI to register', signInCallbackUrl(adminUrl)],
  ]);
}

function protocolFacts(provider: SsoProvider): readonly [string, string][] {
  if (provider.protocol === 'saml') return [['Sign-on URL', provider.signOnUrl]];
  const { clientId, clientSecretSetAt } = provider;
  return [
    ['Client id', clientId],
    ['Client secret', clientSecretSetAt === null ? 'none' : `set on ${clientSecretSetAt.toISOString()}`],
  ];
}
