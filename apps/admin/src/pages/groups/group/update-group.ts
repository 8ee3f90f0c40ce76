import { graphql } from '../../../api/graphql.ts';

export const UPDATE_GROUP = graphql(`
  mutation UpdateGroup($input: GroupUpdateInput!) {
    groupUpdate(input: $input) {
      ... on GroupUpdatePayload {
        group {
          id
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
