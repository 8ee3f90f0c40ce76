import type { ResultOf } from 'gql.tada';
import { graphql } from '../../../api/graphql.ts';

export const DOMAINS = graphql(`
  query Domains {
    account {
      domains {
        name
        state
        verifiedAt
        challenge {
          name
          value
        }
        lastCheck {
          at
          outcome
        }
      }
    }
  }
`);

export type Domain = Exclude<ResultOf<typeof DOMAINS>['account']['domains'], null>[number];
