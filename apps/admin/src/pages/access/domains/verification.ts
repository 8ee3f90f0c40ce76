import { graphql } from '../../../api/graphql.ts';

export const VERIFICATION = graphql(`
  query DomainVerificationPreview(
    $domain: String!
    $first: Int
    $after: String
    $last: Int
    $before: String
  ) {
    domainVerificationPreview(domain: $domain) {
      __typename
      ... on DomainVerificationPreview {
        invited
        previewToken
        effects {
          kind
          text
          count
          examples {
            id
            name
            note
          }
        }
        activation {
          moves {
            from
            to
            people
            kept
          }
          changes(first: $first, after: $after, last: $last, before: $before) {
            totalCount
            pageInfo {
              hasNextPage
              hasPreviousPage
              startCursor
              endCursor
            }
            edges {
              node {
                user {
                  id
                  name
                  userName
                }
                from {
                  type
                }
                to {
                  type
                }
                reason
                keptForWantOfSeat
              }
            }
          }
          seats {
            licenseType
            usedBefore
            usedAfter
            limit
          }
        }
      }
      ... on UserError {
        code
        message
      }
    }
  }
`);
