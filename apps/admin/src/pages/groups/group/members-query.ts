import type { ResultOf } from 'gql.tada';
import { graphql } from '../../../api/graphql.ts';

/** Everybody in it, with what brought them. */
export const MEMBERS = graphql(`
  query Members($id: ID!, $first: Int, $after: String, $last: Int, $before: String) {
    node(id: $id) {
      ... on Group {
        id
        members(first: $first, after: $after, last: $last, before: $before) {
          totalCount
          pageInfo {
            hasNextPage
            hasPreviousPage
            startCursor
            endCursor
          }
          edges {
            node {
              origin
              addedAt
              held
              user {
                id
                name
                userName
                state
              }
            }
          }
        }
      }
    }
  }
`);

/** The living members whom a search finds. */
export const FOUND_MEMBERS = graphql(`
  query FoundMembers($id: ID!, $search: String!, $first: Int, $after: String, $last: Int, $before: String) {
    account {
      users(
        first: $first
        after: $after
        last: $last
        before: $before
        filter: { group: $id, search: $search }
      ) {
        totalCount
        pageInfo {
          hasNextPage
          hasPreviousPage
          startCursor
          endCursor
        }
        edges {
          node {
            id
            name
            userName
            state
          }
        }
      }
    }
  }
`);

type Found = NonNullable<ResultOf<typeof MEMBERS>['node']>;
type Membership = Extract<Found, { members: unknown }>['members']['edges'][number]['node'];

export type MemberUser = NonNullable<Membership['user']>;

/** A row of the list; a search tells who is in the group and not since when. */
export interface Member {
  readonly key: string;
  readonly user: MemberUser | null;
  readonly membership: Pick<Membership, 'origin' | 'addedAt' | 'held'> | undefined;
}

export function memberOf(membership: Membership): Member {
  const { user, addedAt } = membership;
  return { key: user?.id ?? addedAt, user, membership };
}
