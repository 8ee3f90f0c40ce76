import { X509Certificate } from 'node:crypto';
import type { SamlProvider, SsoProvider } from '@rollcall/domain/sso/sso-provider';
import { providerWarnings } from '@rollcall/domain/sso/provider-warnings';
import { signInCallbackUrl } from '@rollcall/service-kit/admin-url';
import { samlService } from '@rollcall/service-kit/saml-service';
import { dateOrNothing, facts } from './output.ts';

/** What the commands print of a provider. The property names are a contract with scripts. */
export function describeProvider(provider: SsoProvider, adminUrl: string): object {
  const { accountId, ...shown } = provider;
  const warnings = providerWarnings(provider, adminUrl);
  return { provider: shown, warnings, ...describeRegistration(adminUrl, accountId) };
}

/** What is to be registered at a provider, whichever protocol it speaks. */
export function describeRegistration(adminUrl: string, accountId: string): object {
  return { redirectUri: signInCallbackUrl(adminUrl), saml: samlService(adminUrl, accountId) };
}

export function providerFacts(provider: SsoProvider, adminUrl: string): string {
  const { kind, protocol, issuer, groupsClaim, testedAt } = provider;
  return facts([
    ['Kind', kind ?? 'none'],
    ['Protocol', protocol === 'oidc' ? 'OpenID Connect' : 'SAML 2.0'],
    ['Issuer', issuer],
    ...protocolFacts(provider),
    [protocol === 'oidc' ? 'Groups claim' : 'Groups attribute', groupsClaim],
    ['Tested', dateOrNothing(testedAt)],
    ...(protocol === 'oidc' ? oidcRegistration(adminUrl) : samlRegistration(adminUrl, provider.accountId)),
    ...providerWarnings(provider, adminUrl).map(({ text }) => ['Warning', text] as const),
  ]);
}

export function registrationFacts(adminUrl: string, accountId: string): string {
  return facts([
    ['Protocol', 'none: no provider is connected'],
    ...oidcRegistration(adminUrl),
    ...samlRegistration(adminUrl, accountId),
  ]);
}

type Facts = readonly (readonly [string, string])[];

function oidcRegistration(adminUrl: string): Facts {
  return [['Redirect URI to register', signInCallbackUrl(adminUrl)]];
}

function samlRegistration(adminUrl: string, accountId: string): Facts {
  const { entityId, acsUrl } = samlService(adminUrl, accountId);
  return [
    ['SAML entity id (audience)', entityId],
    ['SAML ACS URL (reply, recipient)', acsUrl],
    ['SAML metadata of this service', entityId],
  ];
}

function protocolFacts(provider: SsoProvider): Facts {
  if (provider.protocol === 'saml') return samlFacts(provider);
  const { clientId, clientSecretSetAt } = provider;
  return [
    ['Client id', clientId],
    ['Client secret', clientSecretSetAt === null ? 'none' : `set on ${clientSecretSetAt.toISOString()}`],
  ];
}

function samlFacts({ signOnUrl, signingCertificates }: SamlProvider): Facts {
  return [
    ['Sign-on URL', signOnUrl],
    ...signingCertificates.map((certificate) => {
      const { validToDate, fingerprint256 } = new X509Certificate(certificate);
      return [
        'Certificate',
        `until ${validToDate.toISOString().slice(0, 10)}, SHA-256 ${fingerprint256}`,
      ] as const;
    }),
  ];
}
