import { randomBytes } from 'node:crypto';
import { nodeSaml } from './node-saml.ts';
import type { IdentityProvider, ServiceProvider } from './parties.ts';

/** An XML name (it must not begin with a digit) that nobody can guess. */
export function newRequestId(): string {
  return `_${randomBytes(20).toString('hex')}`;
}

/**
 * Where the browser goes to sign in: an AuthnRequest by the redirect binding (SAML bindings 3.4). Without RelayState: what the
 * browser has to bring back is the id of the request.
 */
export async function signInUrl(
  service: ServiceProvider,
  provider: IdentityProvider,
  requestId: string,
): Promise<string> {
  return nodeSaml(service, provider, requestId).getAuthorizeUrlAsync('', undefined, {});
}
