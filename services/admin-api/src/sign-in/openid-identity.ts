import { isSharedIssuer } from '@rollcall/domain/sso/shared-issuers';
import type { SignInIdentity } from '@rollcall/domain/sso/sign-in-identity';
import type { OidcProvider } from '@rollcall/domain/sso/sso-provider';
import type { CodeFlowResult } from '@rollcall/oidc-protocol/code-flow';
import { readGroups } from '@rollcall/oidc-protocol/read-claims';

/** The claims without which the userinfo endpoint is asked, too. */
export function wantedClaims({ kind, groupsClaim }: OidcProvider): readonly string[] {
  return [kind === 'entra' ? 'preferred_username' : 'email', groupsClaim];
}

/** Who signs in, by an ID token that was verified. Entra ID names people by the user name that they sign in with. */
export function openIdIdentity(
  { issuer, claims }: CodeFlowResult,
  provider: OidcProvider,
  { nonce, expiresAt }: { nonce: string; expiresAt: number },
): SignInIdentity {
  const { groups, overflow } = readGroups(claims, provider.groupsClaim);
  return {
    // The token's is the provider's, but for a slash at its end, unless the provider speaks for many.
    issuer: isSharedIssuer(issuer) ? issuer : provider.issuer,
    subject: claims.subject,
    subjectIsAddress: false,
    address: provider.kind === 'entra' ? claims.preferredUsername : claims.email,
    addressVerified: claims.emailVerified,
    groups,
    groupsOverflow: overflow,
    givenName: claims.givenName,
    familyName: claims.familyName,
    displayName: claims.name,
    assertion: { id: nonce, expiresAt: new Date(expiresAt) },
  };
}
