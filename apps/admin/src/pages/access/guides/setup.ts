import type { ResultOf } from 'gql.tada';
import { graphql } from '../../../api/graphql.ts';

/** What the guides tell about this account. */
export const SETUP = graphql(`
  query AccessSetup {
    account {
      slug
      ssoProviderKind
      domains {
        name
        state
      }
      scim {
        enabled
        baseUrl
      }
      signInRegistration {
        redirectUri
        samlEntityId
        samlAcsUrl
      }
    }
  }
`);

export type Setup = ResultOf<typeof SETUP>['account'];
