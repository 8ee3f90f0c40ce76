import Provider, { type AccountClaims, interactionPolicy } from 'oidc-provider';
import { fullName, type DirectoryPerson, type PeopleDirectory } from './directory.ts';
import { memoryAdapter } from './memory-adapter.ts';
import type { Secrets } from './secrets.ts';

/** The client that an administrator would register for Rollcall in the identity provider's console. */
export const CLIENT_ID = 'rollcall';

const SCOPES = ['openid', 'profile', 'email', 'groups'];
/** Beyond so many groups Entra's tokens name none, but where they could be asked for. */
const MOST_GROUPS_OF_ENTRA = 200;

type Tenant = {
  readonly issuer: string;
  readonly slug: string;
  readonly sso: 'okta' | 'entra';
  readonly directory: PeopleDirectory;
  readonly secrets: Secrets;
  readonly redirectUri: string;
};

/** A certified OpenID provider for one directory; whoever signs in picks a person on a page of ours. */
export function createOpenIdProvider(tenant: Tenant): Provider {
  const { issuer, slug, sso, directory, secrets, redirectUri } = tenant;
  const provider = new Provider(issuer, {
    adapter: memoryAdapter(),
    clients: [
      {
        client_id: CLIENT_ID,
        client_secret: secrets.clientSecret,
        client_name: 'Rollcall',
        redirect_uris: [redirectUri],
        response_types: ['code'],
        grant_types: ['authorization_code'],
        token_endpoint_auth_method: 'client_secret_post',
      },
    ],
    jwks: { keys: [secrets.signingKey] },
    cookies: {
      keys: [secrets.cookieKey],
      // Cookies know no ports: these must not meet those of the admin API, nor of the other issuer.
      names: { session: `${slug}_session`, interaction: `${slug}_interaction`, resume: `${slug}_resume` },
    },
    scopes: SCOPES,
    claims: {
      openid: ['sub', 'groups'],
      profile: ['name', 'given_name', 'family_name', 'preferred_username'],
      email: ['email', 'email_verified'],
      groups: [],
    },
    // Okta and Entra put them into the id token, too.
    conformIdTokenClaims: false,
    pkce: { required: () => true },
    features: { devInteractions: { enabled: false }, rpInitiatedLogout: { enabled: false } },
    ttl: {
      AccessToken: 600,
      AuthorizationCode: 60,
      Grant: 600,
      IdToken: 600,
      Interaction: 3_600,
      Session: 600,
    },
    expiresWithSession: () => false,
    interactions: { url: (_ctx, { uid }) => pickPath(slug, uid), policy: interactionPolicy.base() },
    async loadExistingGrant({ oidc }) {
      // An administrator has consented for everybody.
      const { client, session } = oidc;
      if (client === undefined || session?.accountId === undefined) return undefined;
      const grant = new oidc.provider.Grant({ clientId: client.clientId, accountId: session.accountId });
      grant.addOIDCScope(SCOPES.join(' '));
      await grant.save();
      return grant;
    },
    findAccount(_ctx, id) {
      const person = directory.find(id);
      return person?.state === 'active' ? { accountId: id, claims: () => claimsOf(person, sso) } : undefined;
    },
    renderError(ctx, { error, error_description: description }) {
      ctx.type = 'text/plain';
      ctx.body = `The sign-in cannot go on: ${description ?? error}. Go back to Rollcall and begin again.`;
    },
  });
  return provider;
}

export function pickPath(slug: string, uid: string): string {
  return `/${slug}/pick/${uid}`;
}

function claimsOf(person: DirectoryPerson, sso: Tenant['sso']): AccountClaims {
  return {
    sub: person.id,
    name: fullName(person),
    given_name: person.givenName,
    family_name: person.familyName,
    preferred_username: person.userName,
    email: person.email,
    email_verified: true,
    ...(sso === 'entra' && person.groups.length > MOST_GROUPS_OF_ENTRA
      ? {
          _claim_names: { groups: 'src1' },
          _claim_sources: {
            src1: { endpoint: `https://graph.microsoft.com/v1.0/users/${person.id}/getMemberObjects` },
          },
        }
      : { groups: person.groups }),
  };
}
