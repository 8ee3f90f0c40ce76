import type { ResultOf } from 'gql.tada';
import { graphql } from '../../../api/graphql.ts';

export const PROVIDER = graphql(`
  query SignOnProvider {
    account {
      slug
      signInRegistration {
        redirectUri
        samlEntityId
        samlAcsUrl
      }
      ssoProvider {
        __typename
        kind
        groupsClaim
        testedAt
        updatedAt
        version
        warnings {
          code
          text
        }
        ... on OpenIdConnectProvider {
          issuer
          clientId
          clientSecretSetAt
        }
        ... on SamlProvider {
          entityId
          signOnUrl
          signingCertificates
        }
      }
    }
  }
`);

type Account = ResultOf<typeof PROVIDER>['account'];
export type Provider = Exclude<Account['ssoProvider'], null>;
export type Registration = Exclude<Account['signInRegistration'], null>;

/** For `expectedVersion`: none is connected. */
export const NO_PROVIDER = 0;
