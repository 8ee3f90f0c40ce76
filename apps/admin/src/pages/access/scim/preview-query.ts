import { graphql } from '../../../api/graphql.ts';

/** What another value of a setting would bring about; of each list of licenses a page. */
export const PREVIEW = graphql(`
  query ScimPreview(
    $input: ScimConfigurationPreviewInput!
    $first: Int
    $after: String
    $last: Int
    $before: String
    $laterFirst: Int
    $laterAfter: String
    $laterLast: Int
    $laterBefore: String
  ) {
    scimConfigurationPreview(input: $input) {
      __typename
      ... on ScimConfigurationPreview {
        previewToken
        before {
          version
        }
        obstacles {
          reason
          message
        }
        effects {
          kind
          weight
          text
          count
          examples {
            id
            name
            note
          }
        }
        licenses {
          moves {
            from
            to
            people
            kept
          }
          seats {
            licenseType
            usedBefore
            usedAfter
            limit
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
        }
        licensesAtSignIn {
          moves {
            from
            to
            people
            kept
          }
          seats {
            licenseType
            usedBefore
            usedAfter
            limit
          }
          changes(first: $laterFirst, after: $laterAfter, last: $laterLast, before: $laterBefore) {
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
        }
        groupsAtSignIn {
          __typename
        }
      }
      ... on UserError {
        code
        message
      }
      ... on InvalidInput {
        fields {
          path
          message
        }
      }
    }
  }
`);
