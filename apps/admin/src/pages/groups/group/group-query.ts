import type { ResultOf } from 'gql.tada';
import { graphql } from '../../../api/graphql.ts';

export const GROUP = graphql(`
  query Group($id: ID!, $mayReadSets: Boolean!) {
    node(id: $id) {
      ... on Group {
        id
        version
        displayName
        externalId
        scimManaged
        defaultGroup
        assignByDefault
        mayBeOverwritten
        ssoMapping
        createdAt
        updatedAt
        memberCount {
          atLeast
          isExact
        }
        permissionSets @include(if: $mayReadSets)
        lockedActions {
          action
          reason
        }
      }
    }
  }
`);

type Found = NonNullable<ResultOf<typeof GROUP>['node']>;

export type Group = Extract<Found, { displayName: string }>;

/** Ids of other things are no group's. */
export function isGroup(node: Found | null): node is Group {
  return node !== null && 'displayName' in node;
}
