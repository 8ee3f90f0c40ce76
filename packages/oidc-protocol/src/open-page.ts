import { explained } from './oidc-error.ts';
import { providerFetch, type ProviderReach } from './provider-fetch.ts';

const TIMEOUT_MS = 8_000;

/** Opens a page of a provider, as a browser would, within what may be reached. Throws OidcError. */
export async function openPage(url: string, reach: ProviderReach): Promise<{ status: number }> {
  try {
    return await providerFetch(reach)(url, {
      method: 'GET',
      headers: { accept: 'text/html' },
      body: undefined,
      redirect: 'manual',
      signal: AbortSignal.timeout(TIMEOUT_MS),
    });
  } catch (error) {
    throw explained(error, 'opening its sign-on page');
  }
}
