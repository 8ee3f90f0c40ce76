import { findOidcClient } from '@rollcall/domain/sso/find-sso-provider';
import type { SsoProvider } from '@rollcall/domain/sso/sso-provider';
import { openPage } from '@rollcall/oidc-protocol/open-page';
import { testProvider as testOidcProvider } from '@rollcall/oidc-protocol/test-provider';
import { testProvider as testSamlProvider } from '@rollcall/saml-protocol/test-provider';
import { signInCallbackUrl } from '@rollcall/service-kit/admin-url';
import { samlService } from '@rollcall/service-kit/saml-service';
import type { AdminApi } from '../build-server.ts';

/** What was tried of a provider, in words. */
export interface ProviderTest {
  passed: boolean;
  checks: readonly { outcome: 'passed' | 'warned' | 'failed'; text: string }[];
}

/** Tries what can be tried of an account's provider without a person. Undefined where it was changed meanwhile. */
export async function tryProvider(
  { db, settings }: Pick<AdminApi, 'db' | 'settings'>,
  provider: SsoProvider,
  now: Date,
): Promise<ProviderTest | undefined> {
  const { publicAdminUrl, providerReach, secrets } = settings;
  const { accountId } = provider;
  if (provider.protocol === 'saml') {
    const party = { ...provider, entityId: provider.issuer };
    const service = samlService(publicAdminUrl, accountId);
    return testSamlProvider(service, party, (url) => openPage(url, providerReach), now);
  }
  const client = await findOidcClient(db, secrets, accountId);
  if (client === undefined) return undefined;
  const { issuer, clientId } = client.provider;
  const oidc = { issuer, clientId, clientSecret: client.clientSecret };
  return testOidcProvider(oidc, providerReach, signInCallbackUrl(publicAdminUrl));
}
