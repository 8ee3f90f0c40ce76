import { expect, test } from 'vitest';
import { providerWarnings } from './provider-warnings.ts';
import type { SsoProvider } from './sso-provider.ts';

const FACTS = {
  accountId: 'a',
  kind: null,
  groupsClaim: 'groups',
  version: 1,
  createdAt: new Date(0),
  updatedAt: new Date(0),
  testedAt: null,
};
const oidc = (issuer: string): SsoProvider => ({
  ...FACTS,
  protocol: 'oidc',
  issuer,
  clientId: 'rollcall',
  clientSecretSetAt: null,
});
const saml = (signOnUrl: string): SsoProvider => ({
  ...FACTS,
  protocol: 'saml',
  issuer: 'http://an.entity.id/is/no/address',
  signOnUrl,
  signingCertificates: [],
});

const HTTPS = 'https://rollcall.example.com';

test.each<[SsoProvider, string, readonly string[]]>([
  [oidc('https://idp.example'), HTTPS, []],
  [saml('https://idp.example/sso'), HTTPS, []],
  [oidc('http://idp.example'), HTTPS, ['provider_url_not_https: sign in as anybody']],
  [saml('http://idp.example/sso'), HTTPS, ['provider_url_not_https: sign in as anybody']],
  [oidc('http://localhost:4002/acme'), HTTPS, ['provider_url_not_https: will do for development']],
  [
    oidc('https://idp.example'),
    'http://rollcall.example.com',
    ['public_url_not_https: can read and use a session'],
  ],
  [oidc('https://idp.example'), 'http://[::1]:4000', ['public_url_not_https: by this machine alone']],
  [
    saml('http://127.0.0.1:4002/sso'),
    'http://127.0.0.1:4000',
    ['public_url_not_https: by this machine alone', 'provider_url_not_https: will do for development'],
  ],
])('%o behind %s', (provider, publicAdminUrl, expected) => {
  const warnings = providerWarnings(provider, publicAdminUrl);
  const codes = expected.map((each) => each.split(': ')[0]);
  expect(warnings.map(({ code }) => code)).toEqual(codes);
  for (const [index, { text }] of warnings.entries()) {
    expect(text).toContain(expected[index]?.split(': ')[1] ?? '?');
  }
});
