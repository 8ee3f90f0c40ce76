import { hash } from 'node:crypto';
import { type ConnectedProvider, connectProvider, type OidcClientSettings } from './connect-provider.ts';
import type { ProviderReach } from './provider-fetch.ts';

export interface OidcProviders {
  /** The provider by its configuration document, which is read anew after a while. Throws OidcError. */
  connect(settings: OidcClientSettings): Promise<ConnectedProvider>;
}

const LIFETIME_MS = 10 * 60_000;
const MOST_PROVIDERS = 1_000;

interface Entry {
  readonly provider: Promise<ConnectedProvider>;
  readonly validUntil: number;
}

/** Keeps providers for ten minutes. What failed is asked again by the next who signs in. */
export function openProviderCache(
  reach: ProviderReach,
  elapsed: () => number = () => performance.now(),
): OidcProviders {
  const entries = new Map<string, Entry>();
  return {
    async connect(settings) {
      const key = keyOf(settings);
      const known = entries.get(key);
      if (known !== undefined && elapsed() < known.validUntil) return known.provider;
      const entry = { provider: connectProvider(settings, reach), validUntil: elapsed() + LIFETIME_MS };
      keep(entries, key, entry);
      try {
        return await entry.provider;
      } catch (error) {
        if (entries.get(key) === entry) entries.delete(key);
        throw error;
      }
    },
  };
}

function keep(entries: Map<string, Entry>, key: string, entry: Entry): void {
  entries.delete(key);
  const [oldest] = entries.keys();
  if (entries.size >= MOST_PROVIDERS && oldest !== undefined) entries.delete(oldest);
  entries.set(key, entry);
}

// A digest: keys of maps end up in dumps, and secrets must not.
function keyOf({ issuer, clientId, clientSecret }: OidcClientSettings): string {
  return hash('sha256', JSON.stringify([issuer, clientId, clientSecret]), 'base64');
}
