import type { ProviderKind } from '../accounts/account-settings.ts';

/** Where the people of an account sign in. */
export type SsoProvider = OidcProvider | SamlProvider;

interface ProviderFacts {
  accountId: string;
  /** Null where the account was made without one. */
  kind: ProviderKind | null;
  /** Of OpenID Connect the issuer; of SAML the entity id of the provider. */
  issuer: string;
  /** The claim, or SAML attribute, with the person's groups. */
  groupsClaim: string;
  version: number;
  createdAt: Date;
  updatedAt: Date;
  /** When it was last tested with success, in its present form. */
  testedAt: Date | null;
}

export interface OidcProvider extends ProviderFacts {
  protocol: 'oidc';
  clientId: string;
  /** The secret itself is never given out; null where the client has none, and PKCE alone protects the code. */
  clientSecretSetAt: Date | null;
}

export interface SamlProvider extends ProviderFacts {
  protocol: 'saml';
  signOnUrl: string;
  /** PEM. Several while the provider changes its key. */
  signingCertificates: readonly string[];
}

export type SsoProviderInput = OidcProviderInput | SamlProviderInput;

interface ProviderChoices {
  /** undefined: stays as it is. It decides which claim holds the address. */
  kind?: ProviderKind | undefined;
  /** undefined: what providers of the kind call it. */
  groupsClaim?: string | undefined;
}

export interface OidcProviderInput extends ProviderChoices {
  protocol: 'oidc';
  issuer: string;
  clientId: string;
  /** undefined: stays as it is; null: the client has none. */
  clientSecret?: string | null | undefined;
}

export interface SamlProviderInput extends ProviderChoices {
  protocol: 'saml';
  /** The entity id of the provider. */
  issuer: string;
  signOnUrl: string;
  /** PEM, or what stands between its lines: base64 of the DER form. */
  signingCertificates: readonly string[];
}

/** What Entra calls it in a SAML token; everybody else, and Entra in an ID token, calls it `groups`. */
const ENTRA_SAML_GROUPS = 'http://schemas.microsoft.com/ws/2008/06/identity/claims/groups';

export function usualGroupsClaim(protocol: SsoProvider['protocol'], kind: ProviderKind): string {
  return protocol === 'saml' && kind === 'entra' ? ENTRA_SAML_GROUPS : 'groups';
}
