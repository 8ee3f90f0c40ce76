import { graphql } from '../../api/graphql.ts';

export const ADD_MEMBERS = graphql(`
  mutation AddMembers($input: GroupMembersAddInput!) {
    groupMembersAdd(input: $input) {
      ... on GroupMembersAddPayload {
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

export const REMOVE_MEMBERS = graphql(`
  mutation RemoveMembers($input: GroupMembersRemoveInput!) {
    groupMembersRemove(input: $input) {
      ... on GroupMembersRemovePayload {
        group {
          id
        }
      }
      ... on UserError {
        code
        message
      }
    }
  }
`);
