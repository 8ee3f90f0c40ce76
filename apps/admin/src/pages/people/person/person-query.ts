import type { ResultOf } from 'gql.tada';
import { graphql } from '../../../api/graphql.ts';

export const PERSON = graphql(`
  query Person(
    $id: ID!
    $mayReadPeople: Boolean!
    $mayReadSets: Boolean!
    $first: Int
    $after: String
    $last: Int
    $before: String
  ) {
    account {
      user(id: $id) {
        id
        version
        name
        userName
        state
        deletedBy
        erased
        scimManaged
        localAdministrator
        mayBeOverwritten
        externalId
        createdAt
        updatedAt
        activatedAt
        attributes
        displayName
        givenName
        familyName
        middleName
        formattedName
        honorificPrefix
        honorificSuffix
        nickName
        title
        userType
        profileUrl
        preferredLanguage
        locale
        timezone
        employeeNumber
        costCenter
        organization
        division
        department
        emails {
          value
          type
          primary
        }
        license {
          type
          source
        }
        licenseDecision {
          licenseType
          source
          steps {
            rule
            outcome
            reason
          }
        }
        manualLicenseType
        lockedActions {
          action
          reason
        }
        signInEmail
        signInGroups
        signInBinding {
          issuer
          subject
          boundAt
        }
        sessions {
          id
          kind
          createdAt
          lastSeenAt
          address
          userAgent
          isCurrent
        }
        invitation @include(if: $mayReadPeople) {
          id
          address
          createdAt
          expiresAt
        }
        emailChange @include(if: $mayReadPeople) {
          address
          requestedAt
        }
        permissionSets @include(if: $mayReadSets) {
          permissionSet
          groups @include(if: $mayReadPeople) {
            id
            displayName
          }
        }
        memberships(first: $first, after: $after, last: $last, before: $before) {
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
              groupName
              group @include(if: $mayReadPeople) {
                id
                lockedActions {
                  action
                  reason
                }
              }
            }
          }
        }
      }
    }
  }
`);

export type Person = NonNullable<ResultOf<typeof PERSON>['account']['user']>;
