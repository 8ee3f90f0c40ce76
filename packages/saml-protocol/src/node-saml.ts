import { SAML } from '@node-saml/node-saml';
import type { IdentityProvider, ServiceProvider } from './parties.ts';

/**
 * The library as it is used here: it makes requests and verifies signatures. What an assertion says is judged in
 * `read-assertion.ts`, with a clock and an attempt that are given, so the library's own clock and memory stay out of it.
 */
export function nodeSaml(service: ServiceProvider, provider: IdentityProvider, requestId: string): SAML {
  return new SAML({
    issuer: service.entityId,
    callbackUrl: service.acsUrl,
    audience: false,
    entryPoint: provider.signOnUrl,
    idpCert: [...provider.signingCertificates],
    generateUniqueId: () => requestId,
    // The application in the provider's console decides what a name id is.
    identifierFormat: null,
    // Entra refuses whoever signed in otherwise than by password when a password is asked for.
    disableRequestedAuthnContext: true,
    wantAssertionsSigned: true,
    wantAuthnResponseSigned: false,
    acceptedClockSkewMs: -1,
    cacheProvider: FORGETFUL,
  });
}

const FORGETFUL = {
  saveAsync: () => Promise.resolve(null),
  getAsync: () => Promise.resolve(null),
  removeAsync: () => Promise.resolve(null),
};
