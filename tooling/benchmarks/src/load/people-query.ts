/** What a page of the web client's list of people asks for. */
const PEOPLE_QUERY = `query People($first: Int!, $after: String) {
  account {
    users(first: $first, after: $after) {
      edges {
        node {
          id
          userName
          displayName
          state
          license { type source }
          licenseDecision { licenseType source steps { rule outcome reason } }
          memberships(first: 10) { edges { node { origin group { id displayName } } } }
        }
      }
    }
  }
}`;

/** The body of the request for a page of people. */
export function peopleQuery(users: number, after: string | null): string {
  return JSON.stringify({ query: PEOPLE_QUERY, variables: { first: users, after } });
}
