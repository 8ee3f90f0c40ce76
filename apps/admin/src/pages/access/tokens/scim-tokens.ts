import type { ResultOf } from 'gql.tada';
import { graphql } from '../../../api/graphql.ts';

export const TOKENS = graphql(`
  query ScimTokens {
    account {
      scim {
        tokens {
          id
          name
          hint
          state
          createdAt
          createdBy {
            name
          }
          expiresAt
          lastUsedAt
          lastUsedAddress
        }
      }
    }
  }
`);

type Scim = Exclude<ResultOf<typeof TOKENS>['account']['scim'], null>;
export type ScimToken = Exclude<Scim['tokens'], null>[number];

/** In force, while a newer one of the same name is, too: the identity provider has yet to change over. */
export function isBeingReplaced(token: ScimToken, tokens: readonly ScimToken[]): boolean {
  return (
    token.state === 'IN_FORCE' &&
    token.expiresAt !== null &&
    tokens.some(
      (other) => other.name === token.name && other.state === 'IN_FORCE' && other.createdAt > token.createdAt,
    )
  );
}
