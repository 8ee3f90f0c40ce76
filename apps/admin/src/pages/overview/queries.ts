import { graphql } from '../../api/graphql.ts';

/** Asked for by two parts of the page, and sent once. */
export const OUTCOMES = graphql(`
  query Outcomes {
    account {
      provisioningOutcomes {
        hour
        accepted
        refused
        failed
      }
    }
  }
`);

export const HEALTH = graphql(`
  query Health($since: DateTime!) {
    account {
      scim {
        enabled
        providerKind
      }
      provisioningEvents(first: 1) {
        edges {
          node {
            id
            at
            status
          }
        }
      }
      rejectedRequests(first: 1, filter: { since: $since }) {
        totalCount
      }
    }
  }
`);

export const PEOPLE = graphql(`
  query PeopleByState {
    account {
      peopleByState {
        state
        people
      }
    }
  }
`);

export const LICENSES = graphql(`
  query LicensesInUse {
    account {
      licenses {
        usage {
          licenseType
          available
          limit
          used
        }
      }
    }
  }
`);

export const ATTENTION = graphql(`
  query Attention(
    $alertsSince: DateTime!
    $people: Boolean!
    $settings: Boolean!
    $scimTokens: Boolean!
    $serviceTokens: Boolean!
    $logs: Boolean!
  ) {
    account {
      scim @include(if: $settings) {
        enabled
        tokens @include(if: $scimTokens) {
          id
          name
          state
          expiresAt
        }
      }
      serviceTokens @include(if: $serviceTokens) {
        id
        name
        state
        expiresAt
      }
      deadLetters(first: 1) @include(if: $settings) {
        totalCount
      }
      invitations(first: 1, filter: { states: [OPEN] }) @include(if: $people) {
        totalCount
      }
      defaultGroups @include(if: $people) {
        id
        displayName
        memberCount {
          atLeast
        }
      }
      defaultGroupCleanups(first: 50) @include(if: $people) {
        edges {
          node {
            id
            startedAt
            undoneAt
          }
        }
      }
      auditEvents(first: 1, filter: { alertsOnly: true, since: $alertsSince }) @include(if: $logs) {
        totalCount
      }
    }
  }
`);
